/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/range-list.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"

int range_list_add(struct range_list *layout, uint64_t start, uint64_t end)
{
	return ARRAY_PUSH(layout->items, layout->n, (struct range){ start, end });
}

int range_list_copy(const struct range_list *from, struct range_list *ret)
{
	int r = 0;

	*ret = (struct range_list){ 0 };
	for (size_t i = 0; r == 0 && i < from->n; i++)
		r = range_list_add(ret, from->items[i].start, from->items[i].end);
	if (r < 0)
		range_list_done(ret);
	return r;
}

void range_list_done(struct range_list *layout)
{
	free(layout->items);
	*layout = (struct range_list){ 0 };
}

uint64_t range_list_bytes(const struct range_list *layout)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < layout->n; i++)
		bytes += range_size(&layout->items[i]);
	return bytes;
}

size_t range_list_common(const struct range_list *a, const struct range_list *b)
{
	size_t i = 0;

	while (i < a->n && i < b->n && a->items[i].start == b->items[i].start &&
	       a->items[i].end == b->items[i].end)
		i++;
	return i;
}

bool range_list_is_same(const struct range_list *a, const struct range_list *b)
{
	return a->n == b->n && range_list_common(a, b) == a->n;
}

const struct range *range_list_misaligned(const struct range_list *layout, uint64_t align)
{
	for (size_t i = 0; i < layout->n; i++)
		if (align && layout->items[i].start % align)
			return &layout->items[i];
	return NULL;
}

static bool touches(const struct range *a, const struct range *b)
{
	return a->start <= b->end && b->start <= a->end;
}

int range_list_of(const struct device *d, struct range_list *ret)
{
	int r = 0;

	*ret = (struct range_list){ 0 };
	for (size_t i = 0; r == 0 && i < d->n_mappings; i++)
		r = range_list_add(ret, d->mappings[i].start.v, d->mappings[i].end.v);
	if (r < 0)
		range_list_done(ret);
	return r;
}

struct range_list_text range_list_text(uint64_t start, uint64_t end)
{
	struct range_list_text text;

	snprintf(text.s, sizeof(text.s), "0x%" PRIx64 "-0x%" PRIx64, start, end);
	return text;
}

char *range_list_print(const struct range_list *layout)
{
	_cleanup_(string_done) struct string t = { 0 };

	if (!layout->n)
		string_add(&t, LAYOUT_NOTHING);
	for (size_t i = 0; i < layout->n; i++)
		string_add(&t, "%s%" PRIx64 "-%" PRIx64, i ? "," : "", layout->items[i].start,
			   layout->items[i].end);
	return string_take(&t);
}

void range_list_describe(const char *text, struct string *add_to)
{
	_cleanup_(range_list_done) struct range_list layout = { 0 };

	/* Whatever else it is, it says more than nothing. */
	if (range_list_parse(text, &layout) < 0 || !layout.n)
		string_add(add_to, "%s", text);
	for (size_t i = 0; i < layout.n; i++)
		string_add(add_to, "%s%s", i ? ", " : "", RANGE_TEXT(&layout.items[i]));
}

int range_list_parse(const char *text, struct range_list *ret)
{
	_cleanup_(range_list_done) struct range_list layout = { 0 };
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *word;
	int r = copy ? 0 : -ENOMEM;

	if (streq(text, LAYOUT_NOTHING)) {
		*ret = (struct range_list){ 0 };
		return r;
	}
	while (r == 0 && (word = strsep(&rest, ","))) {
		uint64_t start, end;

		r = parse_range(word, &start, &end) < 0 ? -EINVAL
							: range_list_add(&layout, start, end);
	}
	if (r == 0)
		*ret = TAKE_STRUCT(layout);
	return r;
}

/* --- free memory ------------------------------------------------------------------------------ */

static int compare_range_starts(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return compare_u64(x->start, y->start);
}

void range_list_sort(struct range_list *layout)
{
	if (layout->n)
		qsort(layout->items, layout->n, sizeof(*layout->items), compare_range_starts);
}

void range_list_join(struct range_list *layout)
{
	size_t n = 0;

	if (!layout->n)
		return;
	range_list_sort(layout);
	for (size_t i = 1; i < layout->n; i++) {
		struct range *last = &layout->items[n];

		if (layout->items[i].start == last->end + 1)
			last->end = layout->items[i].end;
		else
			layout->items[++n] = layout->items[i];
	}
	layout->n = n + 1;
}

int range_list_subtract(struct range_list *layout, const struct range *range)
{
	_cleanup_(range_list_done) struct range_list left = { 0 };
	struct range_list old;
	int r = 0;

	for (size_t i = 0; r == 0 && i < layout->n; i++) {
		const struct range *item = &layout->items[i];

		if (!touches(item, range)) {
			r = range_list_add(&left, item->start, item->end);
			continue;
		}
		if (item->start < range->start)
			r = range_list_add(&left, item->start, range->start - 1);
		if (r == 0 && item->end > range->end)
			r = range_list_add(&left, range->end + 1, item->end);
	}
	if (r < 0)
		return r;
	old = *layout;
	*layout = left;
	left = old;
	return 0;
}

/* The bytes of a range in whole units, and where these start. */
static uint64_t units_of(const struct range *range, uint64_t unit, uint64_t *ret_start)
{
	uint64_t start = range->start & ~(unit - 1);
	uint64_t last = (range->end + 1) & ~(unit - 1);

	/* Behind the last byte there is none: then the range ends with a unit. */
	if (start < range->start && __builtin_add_overflow(start, unit, &start))
		return 0;
	*ret_start = start;
	return range->end == UINT64_MAX || last > start ? last - start : 0;
}

uint64_t range_list_available(const struct range_list *free, uint64_t unit)
{
	uint64_t room = 0, start;

	for (size_t i = 0; i < free->n; i++)
		room += units_of(&free->items[i], unit, &start);
	return room;
}

static int take_from(const struct range *from, uint64_t size, uint64_t unit, struct range_list *ret)
{
	uint64_t start = 0, length = units_of(from, unit, &start);

	if (length > size)
		length = size;
	return length ? range_list_add(ret, start, start + length - 1) : 0;
}

/* The lowest free range that is large enough, or NULL. */
static const struct range *find_one(const struct range_list *free, uint64_t size, uint64_t unit)
{
	uint64_t start;

	for (size_t i = 0; i < free->n; i++)
		if (units_of(&free->items[i], unit, &start) >= size)
			return &free->items[i];
	return NULL;
}

static int choose(const struct range_list *free, uint64_t size, uint64_t unit,
		  struct range_list *ret)
{
	const struct range *one = find_one(free, size, unit);
	int r = 0;

	if (one)
		return take_from(one, size, unit, ret);
	for (size_t i = 0; r == 0 && i < free->n; i++)
		r = take_from(&free->items[i], size - range_list_bytes(ret), unit, ret);
	return r;
}

int range_list_place(struct range_list *free, uint64_t size, uint64_t unit, struct range_list *ret)
{
	_cleanup_(range_list_done) struct range_list chosen = { 0 };
	uint64_t room = range_list_available(free, unit);
	int r = 0;

	if (!size)
		size = room;
	if (!size || size > room)
		return -ENOSPC;
	r = choose(free, size, unit, &chosen);
	for (size_t i = 0; r == 0 && i < chosen.n; i++) {
		r = range_list_add(ret, chosen.items[i].start, chosen.items[i].end);
		if (r == 0)
			r = range_list_subtract(free, &chosen.items[i]);
	}
	return r;
}

uint64_t range_list_inside(uint64_t start, uint64_t end, uint64_t unit, uint64_t *ret_start)
{
	uint64_t mask = unit - 1;
	uint64_t first, behind;

	if (start > UINT64_MAX - mask)
		return 0;
	first = (start + mask) & ~mask;
	/*
	 * The last byte of the address space has no address behind it: such a range loses its last
	 * unit.
	 */
	behind = (end == UINT64_MAX ? end : end + 1) & ~mask;
	if (behind <= first)
		return 0;
	*ret_start = first;
	return behind - first;
}
