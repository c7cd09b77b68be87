/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_SPAN_H
#define DAXBUS_CLASS_SCAN_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * struct piece - a line without its comment, or a string of a program
 * @s: its @n bytes, which do not end with a NUL
 * @n: how many
 * @offset: of the first in the file
 * @line: its number, 0 in a program
 */
struct piece {
	const char *s;
	size_t n;
	uint64_t offset;
	uint64_t line;
};

/* A letter, a digit, "_" or "-". */
bool char_is_name(char c);
bool char_is_quote(char c);
bool char_is_one_of(char c, const char *set);

/* Whether @word ends at @p, begins there, or is somewhere in the first @end bytes. */
bool piece_is_before(const struct piece *t, size_t p, const char *word);
bool piece_is_behind(const struct piece *t, size_t p, const char *word);
bool piece_is_anywhere(const struct piece *t, size_t end, const char *word);

/* Whether a name that reaches up to @p ends there: "/sys/class/dax.", but not "dax.c". */
bool piece_ends_name(const struct piece *t, size_t p);
bool piece_begins_name(const struct piece *t, size_t p);

/* Return: @p without the blanks before it. */
size_t piece_skip_blanks_back(const struct piece *t, size_t p);

#endif
