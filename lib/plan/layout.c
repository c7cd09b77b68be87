/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/layout.h"

#include <stdlib.h>

#include "base/array.h"
#include "model/range-list.h"

void layout_done(struct layout *layout)
{
	free(layout->items);
	free(layout->whole);
	*layout = (struct layout){ 0 };
}

/* --- regions ---------------------------------------------------------------------------------- */

static bool is_text(const struct opt_str *now, const char *then)
{
	return !then || known_as(now, then);
}

static bool contains(const struct region *region, const struct range_list *ranges)
{
	uint64_t last = region->start.v + (region->size.v - 1);

	for (size_t i = 0; i < ranges->n; i++)
		if (ranges->items[i].start < region->start.v || ranges->items[i].end > last)
			return false;
	return true;
}

static bool may_be(const struct region *region, const struct saved_device *saved)
{
	if (region->is_nd || !is_text(&region->provider, saved->provider))
		return false;
	if (saved->identity && region->identity.is == DAXBUS_KNOWN)
		return streq(saved->identity, region->identity.v);
	/* kernel < 6.1: duplicates of soft-reserved memory have no identity. */
	if (region->identity.is == DAXBUS_NONE && known_as(&region->provider, "hmem"))
		return false;
	if (is_known(&region->start) && is_known(&region->size) && region->size.v)
		return contains(region, &saved->how.layout);
	return region->id.v == saved->region && is_text(&region->path, saved->path);
}

struct region *layout_find_region(const struct daxbus_snapshot *s, const struct saved_device *saved)
{
	struct region *found = NULL;

	for (size_t i = 0; i < s->n_regions; i++) {
		struct region *region = s->regions[i];

		if (may_be(region, saved) && (!found || is_text(&region->path, saved->path)))
			found = region;
	}
	return found;
}

/* --- devices ---------------------------------------------------------------------------------- */

static bool overlaps(const struct device *d, const struct range_list *ranges)
{
	for (size_t i = 0; d->ranges == DAXBUS_KNOWN && i < d->n_mappings; i++)
		for (size_t k = 0; k < ranges->n; k++)
			if (d->mappings[i].start.v <= ranges->items[k].end &&
			    ranges->items[k].start <= d->mappings[i].end.v)
				return true;
	return false;
}

/* The same ranges in the same order. */
static bool has_ranges(const struct device *d, const struct range_list *ranges)
{
	if (d->ranges != DAXBUS_KNOWN || d->n_mappings != ranges->n)
		return false;
	for (size_t i = 0; i < ranges->n; i++)
		if (d->mappings[i].start.v != ranges->items[i].start ||
		    d->mappings[i].end.v != ranges->items[i].end)
			return false;
	return true;
}

static bool starts_like(const struct device *d, const struct range_list *ranges)
{
	return d->ranges == DAXBUS_KNOWN && d->n_mappings &&
	       d->mappings[0].start.v == ranges->items[0].start;
}

static bool is_empty(const struct device *d)
{
	return !d->is_class && d->driver.is == DAXBUS_NONE && is_known(&d->size) && d->size.v == 0;
}

/* Whether the layout has memory of @d in its region. */
static bool is_in_the_way(const struct layout *l, const struct device *d)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].saved && l->items[i].region == d->region &&
		    overlaps(d, &l->items[i].saved->how.layout))
			return true;
	return false;
}

/* Whether its region has nothing but the layout. */
static bool is_in_whole(const struct layout *l, const struct device *d)
{
	for (size_t i = 0; i < l->n_whole; i++)
		if (l->whole[i] == d->region)
			return true;
	return false;
}

/* The passes of the search, from the surest sign that a device is the wanted one. */
enum sign {
	SAME_RANGES,
	SAME_START,
	SAME_NUMBER,
	FIRST_NUMBER, /* instance 0 cannot be destroyed */
	_SIGN_MAX,
};

static bool is_it(const struct layout *l, const struct layout_item *item, const struct device *d,
		  enum sign sign)
{
	const struct range_list *ranges = &item->saved->how.layout;

	if (sign == SAME_RANGES)
		return has_ranges(d, ranges);
	if (!is_known(&d->region->dynamic) || !d->region->dynamic.v || d->is_class)
		return false;
	if (sign == SAME_START)
		return starts_like(d, ranges);
	if (sign == SAME_NUMBER)
		return d->instance == item->saved->instance &&
		       (is_empty(d) || is_in_the_way(l, d) || is_in_whole(l, d));
	return d->instance == 0 && is_in_the_way(l, d);
}

static enum layout_way way_of(const struct device *d, enum sign sign)
{
	if (sign == SAME_RANGES)
		return LAYOUT_STAYS;
	return is_empty(d) ? LAYOUT_REFILLED : LAYOUT_RESHAPED;
}

/* @taken: by index of devices in the snapshot */
static void take_device(const struct daxbus_snapshot *s, const struct layout *l,
			struct layout_item *item, enum sign sign, bool *taken)
{
	const struct region *region = item->region;

	if (item->device || !region || !item->saved->how.layout.n)
		return;
	for (size_t i = region->first_device; i < region->first_device + region->n_devices; i++)
		if (!taken[i] && is_it(l, item, s->devices[i], sign)) {
			item->device = s->devices[i];
			item->way = way_of(item->device, sign);
			taken[i] = true;
			return;
		}
}

/* Instance 0 without memory stays in any case. */
static bool is_unwanted(const struct layout *wanted, const struct layout *l, const struct device *d)
{
	return is_in_the_way(wanted, d) ||
	       (is_in_whole(l, d) && !(d->instance == 0 && is_empty(d)));
}

static int add_destroyed(const struct daxbus_snapshot *s, struct layout *l, const bool *taken)
{
	size_t n = l->n;

	for (size_t i = 0; i < s->n_devices; i++) {
		struct device *d = s->devices[i];
		struct layout_item item = { NULL, d->region, d, LAYOUT_DESTROYED };
		const struct layout wanted = { .items = l->items, .n = n };

		if (taken[i] || d->is_class || !is_known(&d->region->dynamic) ||
		    !d->region->dynamic.v || !is_unwanted(&wanted, l, d))
			continue;
		if (ARRAY_PUSH(l->items, l->n, item) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* --- the order -------------------------------------------------------------------------------- */

static uint64_t region_of(const struct layout_item *item)
{
	return item->region ? item->region->id.v : item->saved->region;
}

static int compare_items(const void *a, const void *b)
{
	const struct layout_item *x = a, *y = b;
	uint64_t rx = region_of(x), ry = region_of(y);

	if (rx != ry)
		return rx < ry ? -1 : 1;
	/* Persistent memory has several regions of a number. */
	if (x->saved->region != y->saved->region)
		return x->saved->region < y->saved->region ? -1 : 1;
	return (x->saved->instance > y->saved->instance) -
	       (x->saved->instance < y->saved->instance);
}

static bool gives_back(const struct layout_item *item)
{
	return item->way == LAYOUT_DESTROYED || item->way == LAYOUT_RESHAPED;
}

/* Whether no item that is still to come has memory that @item needs. */
static bool is_ready(const struct layout *l, const bool *done, const struct layout_item *item)
{
	if (!item->saved)
		return true;
	for (size_t i = 0; i < l->n; i++)
		if (!done[i] && &l->items[i] != item && gives_back(&l->items[i]) &&
		    overlaps(l->items[i].device, &item->saved->how.layout))
			return false;
	return true;
}

/* The first that is ready; the first of all if none is. */
static size_t next_item(const struct layout *l, const bool *done, size_t first)
{
	for (size_t i = first; i < l->n; i++)
		if (!done[i] && is_ready(l, done, &l->items[i]))
			return i;
	return first;
}

static bool gives_any(const struct layout *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (gives_back(&l->items[i]))
			return true;
	return false;
}

static int put_in_order(struct layout *l)
{
	_cleanup_free_ bool *done = calloc(l->n + 1, sizeof(*done));
	struct layout_item *order = calloc(l->n + 1, sizeof(*order));
	size_t first = 0;

	if (!done || !order) {
		free(order);
		return -ENOMEM;
	}
	for (size_t n = 0; n < l->n; n++) {
		size_t i;

		while (done[first])
			first++;
		i = next_item(l, done, first);
		order[n] = l->items[i];
		done[i] = true;
	}
	free(l->items);
	l->items = order;
	return 0;
}

static int add_wanted(const struct daxbus_snapshot *s, const struct saved_device *saved, bool exact,
		      struct layout *l)
{
	const struct layout_item item = { saved, layout_find_region(s, saved), NULL, LAYOUT_NEW };

	if (exact && item.region && ARRAY_PUSH(l->whole, l->n_whole, item.region) < 0)
		return -ENOMEM;
	return exact && !saved->how.layout.n ? 0 : ARRAY_PUSH(l->items, l->n, item);
}

int layout_match(const struct daxbus_snapshot *s, const struct saved_device *saved, size_t n,
		 bool exact, struct layout *ret)
{
	_cleanup_(layout_done) struct layout l = { 0 };
	_cleanup_free_ bool *taken = calloc(s->n_devices + 1, sizeof(*taken));
	int r = taken ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_wanted(s, &saved[i], exact, &l);
	if (r == 0 && l.n)
		qsort(l.items, l.n, sizeof(*l.items), compare_items);
	for (enum sign sign = 0; r == 0 && sign < _SIGN_MAX; sign++)
		for (size_t i = 0; i < l.n; i++)
			take_device(s, &l, &l.items[i], sign, taken);
	if (r == 0)
		r = add_destroyed(s, &l, taken);
	if (r == 0 && gives_any(&l))
		r = put_in_order(&l);
	if (r == 0)
		*ret = TAKE_STRUCT(l);
	return r;
}
