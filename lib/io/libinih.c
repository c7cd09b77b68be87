/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/libinih.h"

#include <ctype.h>
#include <ini.h>

#include "io/dlfcn.h"

#define FUNCTIONS(row) row(ini_parse_stream)

struct inih {
	FUNCTIONS(DLFCN_POINTER)
};
#define SYMBOL(name) DLFCN_SYMBOL(struct inih, name)

/*
 * The text while it is read. The library gets one line at a time from take_line(), which counts
 * them, because builds of distributions do not pass the number to the handler; and which sees the
 * start of each section, because the handler cannot tell two sections of the same name apart.
 */
struct input {
	const char *next;
	unsigned int line;
	const struct libinih_reader *reader;
	const char *malformed; /* what is wrong with the line */
	int error;	       /* of @reader */
};

static bool is_ended(const struct input *in)
{
	return in->malformed || in->error < 0;
}

/* An indented line would continue the value of the line before, as in Python. */
static const char *check_line(const char *line, size_t n, size_t room)
{
	size_t blank = strspn(line, " \t\r");

	if (n >= room)
		return "the line is too long";
	for (size_t i = 0; i < n; i++)
		if (iscntrl((unsigned char)line[i]) && line[i] != '\t' && line[i] != '\r')
			return "the line has control characters";
	if (blank && blank < n && !strchr("#;", line[blank]))
		return "the line is indented";
	return NULL;
}

static void begin_section(struct input *in, const char *line, size_t n)
{
	const char *end = memchr(line, ']', n);
	_cleanup_free_ char *name = end ? strndup(line + 1, (size_t)(end - line) - 1) : NULL;

	if (!end)
		in->malformed = "the section has no ']'";
	else
		in->error = name ? in->reader->section(in->reader->data, in->line, name) : -ENOMEM;
}

/* What fgets() does, for one line without its newline. */
static char *take_line(char *buffer, int size, void *data)
{
	struct input *in = data;
	const char *line = in->next;
	size_t n = strcspn(line, "\n");

	if (is_ended(in) || !*line)
		return NULL;
	in->next = line + n + (line[n] == '\n');
	in->line++;
	in->malformed = check_line(line, n, (size_t)size);
	if (!in->malformed && *line == '[')
		begin_section(in, line, n);
	if (is_ended(in))
		return NULL;
	memcpy(buffer, line, n);
	buffer[n] = '\0';
	return buffer;
}

static int handle_key(void *data, const char *section _unused_, const char *name, const char *value)
{
	struct input *in = data;

	if (in->error == 0)
		in->error = in->reader->key(in->reader->data, in->line, name, value);
	return 1;
}

int libinih_read(const char *text, const struct log *log, const struct libinih_reader *reader,
		 struct daxbus_error *err)
{
	static const struct dlfcn_symbol symbols[] = { FUNCTIONS(SYMBOL) };
	struct inih inih = { 0 };
	struct input in = { .next = text, .reader = reader };
	const char *problem = dlfcn_open(INIH_FILE, symbols, ARRAY_SIZE(symbols), &inih);
	int bad;

	if (problem) {
		log_debug(log, "cannot open " INIH_FILE ": %s", problem);
		return error_set(err, -ELIBACC,
				 "cannot read policies: " INIH_FILE
				 " is not installed (Debian package libinih1)");
	}
	bad = inih.ini_parse_stream(take_line, &in, handle_key, &in);
	if (in.error < 0)
		return in.error;
	if (bad > 0 && (!in.malformed || (unsigned int)bad < in.line))
		return reader->malformed(reader->data, (unsigned int)bad,
					 "the line is not KEY=VALUE, a section or a comment");
	return in.malformed ? reader->malformed(reader->data, in.line, in.malformed) : 0;
}
