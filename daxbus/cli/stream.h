/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_STREAM_H
#define DAXBUS_CLI_STREAM_H

#include <stddef.h>
#include <stdio.h>

/*
 * struct output - results on their way to standard output
 * @stream: where they are printed to, in memory
 *
 * They are written in one place, when the run is over: there, and only there, a closed pipe or a
 * full disk shows, and its reason is not lost in a buffer's error flag.
 */
struct output {
	FILE *stream;
	char *buffer;
	size_t length;
};

int output_open(struct output *o);

/* Forget what was printed so far. Return: 0; -ENOMEM. */
int output_reset(struct output *o);

/* Write it all to standard output. Return: 0; -EPIPE, -ENOSPC and others of write(2); -ENOMEM. */
int output_write(struct output *o);

/*
 * Whether standard output has gone already: what is not to be done when nobody hears of it asks
 * before. Return: 0; -EPIPE a pipe without a reader; -EBADF closed.
 */
int output_check(void);

void output_done(struct output *o);

/*
 * Columns for a picture on standard output: those of the terminal, however few, else those that the
 * environment variable COLUMNS names, else 80.
 */
unsigned int output_columns(void);

/* Columns of the terminal at @fd; 80 when there is none. */
unsigned int output_width(int fd);

#endif
