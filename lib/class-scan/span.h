/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_SPAN_H
#define DAXBUS_CLASS_SCAN_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * struct span - a line without its comment, or a string of a program
 * @s: its @n bytes, which do not end with a NUL
 * @n: how many
 * @offset: of the first in the file
 * @line: its number, 0 in a program
 */
struct span {
	const char *s;
	size_t n;
	uint64_t offset;
	uint64_t line;
};

/* A letter, a digit, "_" or "-". */
bool span_char_is_name(char c);
bool span_char_is_quote(char c);
bool span_char_is_one_of(char c, const char *set);

/* Whether @word ends at @p, begins there, or is somewhere in the first @end bytes. */
bool span_is_before(const struct span *t, size_t p, const char *word);
bool span_is_behind(const struct span *t, size_t p, const char *word);
bool span_is_anywhere(const struct span *t, size_t end, const char *word);

/* Whether a name that reaches up to @p ends there: "/sys/class/dax.", but not "dax.c". */
bool span_ends_name(const struct span *t, size_t p);
bool span_begins_name(const struct span *t, size_t p);

/* Return: @p without the blanks before it. */
size_t span_skip_spaces_back(const struct span *t, size_t p);

#endif
