/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stream.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "base/fd.h"
#include "base/util.h"

#define WIDTH_WITHOUT_TERMINAL 80
#define WIDTH_MIN	       40
#define WIDTH_MAX	       1000

int stream_open(struct stream *o)
{
	*o = (struct stream){ 0 };
	o->stream = open_memstream(&o->buffer, &o->length);
	return o->stream ? 0 : -errno;
}

int stream_reset(struct stream *o)
{
	stream_done(o);
	return stream_open(o);
}

int stream_write(struct stream *o)
{
	if (!o->stream || fflush(o->stream) != 0 || ferror(o->stream))
		return -ENOMEM;
	return fd_write_all(STDOUT_FILENO, o->buffer, o->length);
}

int stream_check(void)
{
	struct pollfd fd = { .fd = STDOUT_FILENO };

	if (poll(&fd, 1, 0) <= 0)
		return 0;
	if (fd.revents & POLLNVAL)
		return -EBADF;
	return fd.revents & POLLERR ? -EPIPE : 0;
}

void stream_done(struct stream *o)
{
	if (o->stream)
		fclose(o->stream);
	free(o->buffer);
	*o = (struct stream){ 0 };
}

/* 0 if @fd is no terminal. */
static unsigned int terminal_width(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) < 0 ? 0 : size.ws_col;
}

unsigned int stream_width(int fd)
{
	unsigned int width = terminal_width(fd);

	return width < WIDTH_MIN ? WIDTH_WITHOUT_TERMINAL : width;
}

unsigned int stream_columns(void)
{
	unsigned int width = terminal_width(STDOUT_FILENO);
	const char *columns = getenv("COLUMNS");
	unsigned long number;
	char *end;

	if (width)
		return width;
	number = columns && *columns >= '1' && *columns <= '9' ? strtoul(columns, &end, 10) : 0;
	if (!number || *end || number > WIDTH_MAX)
		return WIDTH_WITHOUT_TERMINAL;
	return (unsigned int)number;
}
