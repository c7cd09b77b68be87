/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_BAR_H
#define DAXBUS_OUTPUT_BAR_H

/*
 * Ranges of memory as a line of letters, to scale. Pure: what the letters stand for is the
 * caller's.
 */

#include "base/string.h"
#include "base/util.h"
#include "daxbus.h"

/*
 * struct map_part - a range of what is drawn
 * @start: its first byte
 * @end: its last byte
 * @mark: a small letter or a sign; of a letter the first column is a capital, which parts a range
 * from one of its kind in front of it
 * @object: the caller's, as are @place and @places
 */
struct map_part {
	uint64_t start;
	uint64_t end;
	char mark;
	const struct daxbus_object *object;
	size_t place;
	size_t places;
};

/* The mark of what no device has: it gives way to others where there are not columns for all. */
#define MAP_FREE '.'

/*
 * struct map - what is drawn
 * @parts: @n of them, at least one, ascending, each beginning behind the one before it
 * @width: columns, at least one
 */
struct map {
	const struct map_part *parts;
	size_t n;
	unsigned int width;
};

/*
 * map_add_bar() - the line of letters
 *
 * Where there are columns for that, each part has at least one, and what lies behind it moves no
 * further than that takes. Where there are fewer columns than parts, a column shows what has the
 * most of it, and MAP_FREE only where nothing else has any.
 */
void map_add_bar(struct string *text, const struct map *map);

/*
 * map_add_ruler() - a line with '|' below what begins at a multiple of a unit
 * @unit: a power of two
 *
 * Nothing is added where no such address is drawn, or memory ran out.
 *
 * Return: the unit's multiple by a power of two whose marks have room between them; 0 where nothing
 * was added.
 */
uint64_t map_add_ruler(struct string *text, const struct map *map, uint64_t unit);

#endif
