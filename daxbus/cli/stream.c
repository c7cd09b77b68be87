/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/stream.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "base/fd.h"
#include "base/util.h"

#define WIDTH_WITHOUT_TERMINAL 80
#define WIDTH_MAX	       1000

/* After the first error, the rest of the results is discarded. */
static void write_out(struct stream *o, const char *s, size_t n)
{
	if (o->error == 0)
		o->error = fd_write_all(STDOUT_FILENO, s, n);
}

static void write_buffer(struct stream *o)
{
	write_out(o, o->buffer, o->length);
	o->length = 0;
}

/* Called by stdio with the next part of the results. */
static ssize_t collect(void *cookie, const char *s, size_t n)
{
	struct stream *o = cookie;

	if (n > STREAM_BUFFER_SIZE - o->length) {
		o->is_partial = true;
		write_buffer(o);
	}
	if (n > STREAM_BUFFER_SIZE) {
		write_out(o, s, n);
		return (ssize_t)n;
	}
	/* Pages that are not used take no memory. */
	if (!o->buffer)
		o->buffer = malloc(STREAM_BUFFER_SIZE);
	if (!o->buffer)
		return -1;
	memcpy(o->buffer + o->length, s, n);
	o->length += n;
	return (ssize_t)n;
}

int stream_open(struct stream *o)
{
	static const cookie_io_functions_t functions = { .write = collect };

	*o = (struct stream){ 0 };
	o->stream = fopencookie(o, "w", functions);
	return o->stream ? 0 : -errno;
}

int stream_reset(struct stream *o)
{
	if (o->is_partial)
		return -EBUSY;
	stream_done(o);
	return stream_open(o);
}

int stream_write(struct stream *o)
{
	if (!o->stream || fflush(o->stream) != 0 || ferror(o->stream))
		return -ENOMEM;
	o->is_partial = o->is_partial || o->length;
	write_buffer(o);
	return o->error;
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
	/* fclose() adds what stdio still has, which must not be written. */
	o->length = 0;
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
	return terminal_width(fd) ?: WIDTH_WITHOUT_TERMINAL;
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
