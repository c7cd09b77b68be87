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
 * Find the uses of /sys/class/dax in the bytes of a file. Nothing here reads a file.
 *
 * The caller puts any bytes into a buffer of fixed size, part by part. Text is examined line by
 * line without its comments, a program string by string. Whether a match counts depends on the
 * whole file: one that also names the bus supports both models, and "device/align" counts only in
 * a file that mentions dax.
 */

/*
 * struct match - a use of the class
 * @use: the way
 * @line: number of the line, starting with 1; 0 in a program
 * @offset: offset of the match in the file, in bytes
 * @text: the line or string, shortened; owned
 * @whole: whether the path ends with the directory of the class
 */
struct match {
	enum finding use;
	uint64_t line;
	uint64_t offset;
	char *text;
	bool whole;
};

/*
 * struct matches - the uses in a file
 * @items: the matches, final after match_end(), in the order of the file
 * @n: number of @items
 * @safe: after match_end(), why the file also works with the bus, with one match; otherwise NULL
 *
 * The rest belongs to these functions.
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

#define MENTIONS_BUFFER_MIN 2048

/*
 * match_init() - begin a file
 * @m: receives the state; release it with match_done()
 * @syntax: syntax of the file
 * @size: bytes of the buffer, at least MENTIONS_BUFFER_MIN
 *
 * Return: 0; -ENOMEM, @m must be released in this case, too.
 */
int match_init(struct matches *m, enum syntax syntax, size_t size) _must_check_;
void match_done(struct matches *m);

/* Begin another file with the same buffer; drops all matches. */
void match_restart(struct matches *m, enum syntax syntax);

/* Return: the place for the next bytes of the file; @ret_size receives its size, at least 1. */
char *match_space(struct matches *m, size_t *ret_size);
/* Take @n bytes that the caller has put there. Return: 0; -ENOMEM. */
int match_put(struct matches *m, size_t n) _must_check_;
/* Continue a program at @offset, after bytes that were not read. Return: 0; -ENOMEM. */
int match_jump(struct matches *m, uint64_t offset) _must_check_;
/* End the file. Return: 0; -ENOMEM. */
int match_end(struct matches *m) _must_check_;

#endif
