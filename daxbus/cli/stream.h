/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_STREAM_H
#define DAXBUS_CLI_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The results that are kept in memory until the run has ended. */
#define STREAM_BUFFER_SIZE ((size_t)1 << 20)

/*
 * struct stream - the results, before they are written to standard output
 * @stream: the stream to which results are printed
 * @buffer: STREAM_BUFFER_SIZE bytes, of which @length are not written yet; NULL at first
 * @length: see above
 * @error: the first error of write(2), or 0
 * @is_partial: some results are written already
 *
 * One function writes them at the end of the run, so that a failed run leaves no partial results,
 * and a closed pipe or a full disk is noticed in one place, with its errno. Only of results larger
 * than the buffer, such as thousands of memory blocks, earlier parts are written before.
 *
 * The object must not be moved.
 */
struct stream {
	FILE *stream;
	char *buffer;
	size_t length;
	int error;
	bool is_partial;
};

int stream_open(struct stream *o);

/* Discard the results so far. Return: 0; -EBUSY some are written already; -ENOMEM. */
int stream_reset(struct stream *o);

/* Write to standard output. Return: 0; -EPIPE, -ENOSPC and other errors of write(2); -ENOMEM. */
int stream_write(struct stream *o);

/*
 * Check whether standard output can be written, before a change whose result must be reported.
 * Return: 0; -EPIPE a pipe without a reader; -EBADF closed.
 */
int stream_check(void);

void stream_done(struct stream *o);

/*
 * Width of help, or of a map, on standard output: that of the terminal, else that in the
 * environment variable COLUMNS, else 80.
 */
unsigned int stream_columns(void);

/* Width of the terminal @fd; 80 if it is none. */
unsigned int stream_width(int fd);

#endif
