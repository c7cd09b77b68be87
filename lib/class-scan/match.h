/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_MATCH_H
#define DAXBUS_CLASS_SCAN_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "class-scan/comments.h"
#include "class-scan/findings.h"

/*
 * What a file says of /sys/class/dax, from its bytes alone: nothing here reads a file.
 *
 * A file is put in piece by piece, in a buffer of bounded size, and may be any bytes. Text is taken
 * line by line without its comments; in programs, strings are. Whether a mention counts follows
 * from all of the file: one that names the bus as well looks at both, and "device/align" is of dax
 * only where dax is spoken of.
 */

/*
 * struct match - a place that names the class, or depends on it
 * @use: how
 * @line: its number, from 1; 0 in a program
 * @offset: of the words, in bytes from the beginning of the file
 * @text: the line or the string, cut; owned
 * @whole: the path ends with the class's directory
 */
struct match {
	enum finding use;
	uint64_t line;
	uint64_t offset;
	char *text;
	bool whole;
};

/*
 * struct matches - a file while it is read, and what it was found to say
 * @items: @n mentions, in the order of the file; none after the end when nothing counts
 * @n: how many
 * @safe: after the end: why the file works with the bus as well; NULL when it does not, or says
 * nothing. @items is one mention then
 *
 * The rest is the reader's own.
 */
struct matches {
	struct match *items;
	size_t n;
	const char *safe;

	enum syntax syntax;
	struct rules *rules;
	char *buffer;
	size_t size;	 /* of the buffer */
	size_t used;	 /* bytes in it */
	size_t from;	 /* of these, looked at already, and kept for what is before the next */
	uint64_t offset; /* of the buffer's first byte */
	uint64_t line;	 /* lines before @from */
	struct comments comments;
	bool names_dax;
	bool names_bus;
	bool names_subsystem;
	bool has_link;	   /* @link is one */
	struct match link; /* /sys/dev/char/.../subsystem */
};

/* The smallest buffer that will do. */
#define MENTIONS_BUFFER_MIN 2048

/* @size: bytes of the buffer. Return: 0; -ENOMEM. */
int match_init(struct matches *m, enum syntax syntax, size_t size) _must_check_;
void match_done(struct matches *m);

/* Begin another file with the same buffer. */
void match_restart(struct matches *m, enum syntax syntax);

/* Where the next bytes of the file go, and how many have room there: at least one. */
char *match_space(struct matches *m, size_t *ret_size);
/* So many bytes were put there. Return: 0; -ENOMEM. */
int match_put(struct matches *m, size_t n) _must_check_;
/* Of a program: what comes next is at @offset, behind what is skipped. Return: 0; -ENOMEM. */
int match_jump(struct matches *m, uint64_t offset) _must_check_;
/* That was all of the file. Return: 0; -ENOMEM. */
int match_end(struct matches *m) _must_check_;

#endif
