/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_BAR_H
#define DAXBUS_OUTPUT_BAR_H

/*
 * Ranges of memory as a line of letters, to scale. The caller defines the meaning of the letters.
 */

#include "base/string.h"
#include "base/util.h"
#include "daxbus.h"

/*
 * struct bar_part - a range in the map
 * @start: its first byte
 * @end: its last byte
 * @mark: a lower-case letter or a symbol; a letter is a capital in the first column of a range,
 * which separates it from a previous range with the same letter
 * @object: for the caller, as @place and @places
 */
struct bar_part {
	uint64_t start;
	uint64_t end;
	char mark;
	const struct daxbus_object *object;
	size_t place;
	size_t places;
};

/* The mark of free space: other marks have priority if there are not enough columns. */
#define BAR_FREE '.'

/*
 * struct bar - a map
 * @parts: @n parts, at least one, in ascending order without overlaps
 * @width: number of columns, at least one
 */
struct bar {
	const struct bar_part *parts;
	size_t n;
	unsigned int width;
};

/*
 * bar_add() - append the line of letters
 *
 * If there are enough columns, each part has at least one, and other parts move only as far as that
 * requires. Otherwise, a column shows the mark with the largest share of it, and BAR_FREE only if
 * it is all free.
 */
void bar_add(struct string *text, const struct bar *map);

/*
 * bar_add_ruler() - append a line with '|' below multiples of a unit
 * @unit: a power of two
 *
 * Appends nothing if the map has no such address, or if out of memory.
 *
 * Return: the distance of the marks: the unit times a power of two, so that marks do not crowd; 0
 * if nothing was appended.
 */
uint64_t bar_add_ruler(struct string *text, const struct bar *map, uint64_t unit);

#endif
