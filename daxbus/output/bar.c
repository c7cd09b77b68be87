/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/bar.h"

#include <ctype.h>

/* Minimum distance of marks on the ruler, in columns. */
#define RULER_ROOM 4

static double span(const struct bar *map)
{
	return (double)(map->parts[map->n - 1].end - map->parts[0].start) + 1;
}

/* The exact position of an address, in columns. */
static double scale(const struct bar *map, uint64_t address)
{
	return (double)(address - map->parts[0].start) / span(map) * map->width;
}

/* --- at least one column for each part ---------------------------------------------------------
 */

/*
 * The first column of each part, followed by the width. Parts move to the right until each has a
 * column, and then to the left until all fit into the width.
 *
 * Return: NULL if out of memory.
 */
static size_t *place(const struct bar *map)
{
	size_t *edges = calloc(map->n + 1, sizeof(*edges));

	if (!edges)
		return NULL;
	for (size_t i = 1; i < map->n; i++) {
		edges[i] = (size_t)(scale(map, map->parts[i].start) + 0.5);
		if (edges[i] <= edges[i - 1])
			edges[i] = edges[i - 1] + 1;
	}
	edges[map->n] = map->width;
	for (size_t i = map->n; i-- > 1;)
		if (edges[i] >= edges[i + 1])
			edges[i] = edges[i + 1] - 1;
	return edges;
}

static void add_placed(struct string *text, const struct bar *map, const size_t *edges)
{
	for (size_t i = 0; i < map->n; i++)
		for (size_t column = edges[i]; column < edges[i + 1]; column++)
			string_add(text, "%c",
				   column == edges[i] ? toupper((unsigned char)map->parts[i].mark)
						      : map->parts[i].mark);
}

/* --- more parts than columns ------------------------------------------------------------------ */

static double overlap_length(const struct bar *map, size_t i, double from, double to)
{
	double start = scale(map, map->parts[i].start);
	double behind = i + 1 < map->n ? scale(map, map->parts[i + 1].start) : map->width;

	return (behind < to ? behind : to) - (start > from ? start : from);
}

static bool outweighs(char mark, double weight, char other, double other_weight)
{
	if ((mark == BAR_FREE) != (other == BAR_FREE))
		return other == BAR_FREE;
	return weight > other_weight;
}

/* The mark with the largest share of a column; @first is the first part in the column. */
static char heaviest(const struct bar *map, size_t first, double from)
{
	double weights[UINT8_MAX + 1] = { 0 };
	char best = map->parts[first].mark;

	for (size_t i = first; i < map->n && scale(map, map->parts[i].start) < from + 1; i++) {
		char mark = map->parts[i].mark;
		double *weight = &weights[(unsigned char)mark];

		*weight += overlap_length(map, i, from, from + 1);
		if (outweighs(mark, *weight, best, weights[(unsigned char)best]))
			best = mark;
	}
	return best;
}

static bool begins(const struct bar *map, size_t first, double from, char mark)
{
	for (size_t i = first; i < map->n; i++) {
		double start = scale(map, map->parts[i].start);

		if (start >= from + 1)
			break;
		if (start >= from && map->parts[i].mark == mark)
			return true;
	}
	return false;
}

static void add_crowded(struct string *text, const struct bar *map)
{
	size_t first = 0;

	for (unsigned int column = 0; column < map->width; column++) {
		char mark;

		while (first + 1 < map->n && scale(map, map->parts[first + 1].start) <= column)
			first++;
		mark = heaviest(map, first, column);
		string_add(text, "%c",
			   begins(map, first, column, mark) ? toupper((unsigned char)mark) : mark);
	}
}

void bar_add(struct string *text, const struct bar *map)
{
	_cleanup_free_ size_t *edges = NULL;

	if (map->n > map->width) {
		add_crowded(text, map);
		return;
	}
	edges = place(map);
	if (edges)
		add_placed(text, map, edges);
	else
		text->failed = true;
}

/* --- the ruler -------------------------------------------------------------------------------- */

/* The column of an address; @edges has the columns of the parts, or is NULL. */
static size_t column_of(const struct bar *map, const size_t *edges, uint64_t address)
{
	double column = scale(map, address);
	size_t i = map->n - 1;

	if (edges) {
		double length, part;

		while (i > 0 && map->parts[i].start > address)
			i--;
		length = (double)(map->parts[i].end - map->parts[i].start) + 1;
		part = (double)(address - map->parts[i].start) / length;
		column = (double)edges[i] + part * (double)(edges[i + 1] - edges[i]);
	}
	return column < map->width ? (size_t)column : map->width - 1;
}

static uint64_t thin_out(const struct bar *map, uint64_t unit)
{
	uint64_t step = unit;

	while (step <= UINT64_MAX / 2 && span(map) / (double)step * RULER_ROOM > map->width)
		step *= 2;
	return step;
}

/* Return: the number of marks. */
static size_t draw_marks(const struct bar *map, const size_t *edges, uint64_t step, char *line)
{
	uint64_t start = map->parts[0].start, end = map->parts[map->n - 1].end;
	uint64_t at = (start + (step - 1)) & ~(step - 1);
	size_t n = 0;

	if (start > UINT64_MAX - (step - 1))
		return 0;
	while (at <= end) {
		line[column_of(map, edges, at)] = '|';
		n++;
		if (at > UINT64_MAX - step)
			break;
		at += step;
	}
	return n;
}

uint64_t bar_add_ruler(struct string *text, const struct bar *map, uint64_t unit)
{
	_cleanup_free_ size_t *edges = map->n > map->width ? NULL : place(map);
	_cleanup_free_ char *line = calloc(map->width + 1, 1);
	uint64_t step = thin_out(map, unit);

	if (!line || (!edges && map->n <= map->width)) {
		text->failed = true;
		return 0;
	}
	memset(line, ' ', map->width);
	if (!draw_marks(map, edges, step, line))
		return 0;
	line[strrchr(line, '|') - line + 1] = '\0';
	string_add(text, "%s", line);
	return step;
}
