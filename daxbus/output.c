/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "util.h"

#define WIDTH_WITHOUT_TERMINAL 80
#define WIDTH_MIN	       40

int output_open(struct output *o)
{
	*o = (struct output){ 0 };
	o->stream = open_memstream(&o->buffer, &o->length);
	return o->stream ? 0 : -errno;
}

int output_reset(struct output *o)
{
	output_done(o);
	return output_open(o);
}

int output_write(struct output *o)
{
	size_t written = 0;

	if (!o->stream || fflush(o->stream) != 0 || ferror(o->stream))
		return -ENOMEM;
	while (written < o->length) {
		ssize_t n = write(STDOUT_FILENO, o->buffer + written, o->length - written);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		written += (size_t)n;
	}
	return 0;
}

int output_check(void)
{
	struct pollfd fd = { .fd = STDOUT_FILENO };

	if (poll(&fd, 1, 0) <= 0)
		return 0;
	if (fd.revents & POLLNVAL)
		return -EBADF;
	return fd.revents & POLLERR ? -EPIPE : 0;
}

void output_done(struct output *o)
{
	if (o->stream)
		fclose(o->stream);
	free(o->buffer);
	*o = (struct output){ 0 };
}

unsigned int output_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_col < WIDTH_MIN)
		return WIDTH_WITHOUT_TERMINAL;
	return size.ws_col;
}
