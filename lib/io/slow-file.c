/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/slow-file.h"

#include <errno.h>
#include <unistd.h>

#include "base/string.h"
#include "io/detached.h"

/* A part of the text; or, behind a NUL, the error that has ended it, 0 at its end. */
static size_t read_part(void *data _unused_, char *text)
{
	ssize_t n = read(0, text, DETACHED_ANSWER);
	int error = n < 0 ? errno : 0;

	if (n > 0)
		return (size_t)n;
	text[0] = '\0';
	memcpy(text + 1, &error, sizeof(error));
	return 1 + sizeof(error);
}

/* --- lines ------------------------------------------------------------------------------------ */

struct reader {
	struct detached process;
	int (*fn)(void *data, char *line);
	bool (*go_on)(void *data);
	void *data;
	struct string line; /* the beginning of the next one */
};

/* Return: its length; 0 at the end; -EINTR: stopped; -EIO; errno of read(2) of the file. */
static ssize_t read_chunk(const struct reader *reader, char *chunk)
{
	ssize_t n = detached_ask(&reader->process, chunk, reader->go_on, reader->data);
	int error;

	if (n < 0 || chunk[0])
		return n;
	memcpy(&error, chunk + 1, sizeof(error));
	return -error;
}

static int pass_line(struct reader *reader)
{
	_cleanup_free_ char *line = string_take(&reader->line);

	return line ? reader->fn(reader->data, line) : -ENOMEM;
}

static int pass_lines(struct reader *reader, const char *chunk, size_t n)
{
	int r = 0;

	while (r == 0 && n) {
		const char *end = memchr(chunk, '\n', n);
		size_t length = end ? (size_t)(end - chunk) : n;

		string_add(&reader->line, "%.*s", (int)length, chunk);
		if (!end)
			return 0;
		r = pass_line(reader);
		chunk += length + 1;
		n -= length + 1;
	}
	return r;
}

int slow_file_read_lines(int fd, int (*fn)(void *data, char *line), bool (*go_on)(void *data),
			 void *data)
{
	struct reader reader = { .process = DETACHED_INIT, .fn = fn, .go_on = go_on, .data = data };
	char chunk[DETACHED_ANSWER];
	int r = detached_start(&reader.process, fd, read_part, NULL);
	ssize_t n = 1;

	while (r == 0 && (n = read_chunk(&reader, chunk)) > 0)
		r = pass_lines(&reader, chunk, (size_t)n);
	detached_close(&reader.process);
	string_done(&reader.line);
	return r ?: (int)n;
}
