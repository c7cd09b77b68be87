/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/kmsg.h"

#include <errno.h>
#include <fcntl.h>

#include "base/parse.h"
#include "base/string.h"
#include "base/utf8.h"

/* The kernel's own limit for a record with its dictionary is 8 KiB. */
#define RECORD_MAX  (16 << 10)
/* A kernel that speaks faster than we read must not keep us here. */
#define RECORDS_MAX 100000

void kmsg_open_all(struct kmsg *kmsg)
{
	/* Non-blocking, so that the end of what has been said can be seen. */
	kmsg->fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

void kmsg_open(struct kmsg *kmsg)
{
	kmsg_open_all(kmsg);
	kmsg_mark(kmsg);
}

void kmsg_mark(struct kmsg *kmsg)
{
	if (kmsg->fd >= 0 && lseek(kmsg->fd, 0, SEEK_END) < 0)
		kmsg_done(kmsg);
}

void kmsg_done(struct kmsg *kmsg)
{
	close_p(&kmsg->fd);
	*kmsg = (struct kmsg)KMSG_INIT;
}

/* "PRIO,SEQ,TIME,FLAGS": above three bits of level, PRIO names who speaks, and 0 is the kernel. */
static bool is_kernel(const char *record)
{
	_cleanup_free_ char *number = strndup(record, strcspn(record, ",;\n"));
	uint64_t priority;

	return number && parse_u64(number, 10, &priority) == 0 && priority >> 3 == 0;
}

char *kmsg_parse(const char *record)
{
	size_t head = strcspn(record, ";\n");

	if (record[head] != ';' || !is_kernel(record))
		return NULL;
	record += head + 1;
	/* Lines after the first are the record's dictionary. */
	return utf8_hide_controls(strndup(record, strcspn(record, "\n")));
}

bool kmsg_find_frame(const char *line, uint64_t *ret)
{
	static const char *const begins[] = { "migrating pfn ", "failed to isolate pfn " };
	char number[17];
	size_t length;

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++) {
		if (!starts_with(line, begins[i]))
			continue;
		line += strlen(begins[i]);
		length = strcspn(line, " ");
		if (length >= sizeof(number))
			return false;
		memcpy(number, line, length);
		number[length] = '\0';
		return parse_u64(number, 16, ret) == 0;
	}
	return false;
}

/* Keep the last @max. Return: 0; -ENOMEM. */
static int keep_message(struct strv *lines, char *line, size_t max)
{
	if (lines->n == max) {
		free(lines->items[0]);
		memmove(lines->items, lines->items + 1, --lines->n * sizeof(*lines->items));
	}
	return strv_push_take(lines, line);
}

/* Return: 1 when there may be more; 0 at the end; -ENOMEM. */
static int read_record(const struct kmsg *kmsg, struct strv *lines, size_t max)
{
	char record[RECORD_MAX + 1];
	ssize_t n = read(kmsg->fd, record, RECORD_MAX);
	char *line;

	/* The kernel's buffer is a ring: what was next has been overwritten, and reading goes on
	 * behind it. */
	if (n < 0 && (errno == EPIPE || errno == EINTR))
		return 1;
	if (n <= 0)
		return 0;
	record[n] = '\0';
	line = kmsg_parse(record);
	if (!line || !*line) {
		free(line);
		return 1;
	}
	return keep_message(lines, line, max) < 0 ? -ENOMEM : 1;
}

/* Hand over the lines. Return: 0; -ENOMEM. */
static int move_lines(struct strv *from, struct strv *to)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->n; i++)
		r = strv_push_take(to, TAKE_PTR(from->items[i]));
	return r;
}

int kmsg_since(struct kmsg *kmsg, struct strv *ret, size_t max)
{
	_cleanup_(strv_done) struct strv lines = { 0 };
	int r = 1;

	if (kmsg->fd < 0 || !max)
		return 0;
	for (size_t i = 0; r > 0 && i < RECORDS_MAX; i++)
		r = read_record(kmsg, &lines, max);
	return r < 0 ? r : move_lines(&lines, ret);
}
