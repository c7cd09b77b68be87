/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/free-space.h"

#include "model/range-list.h"
#include "parsers/iomem.h"
#include "scan/run-cache.h"

/* --- rules ------------------------------------------------------------------------------------ */

int free_space_subtract(struct range whole, struct range_list *taken, struct range_list *ret)
{
	_cleanup_(range_list_done) struct range_list left = { 0 };
	uint64_t next = whole.start; /* the first byte behind the ranges so far */
	bool full = false;	     /* there is none: it may have no number */
	int r = 0;

	range_list_sort(taken);
	for (size_t i = 0; r == 0 && i < taken->n; i++) {
		const struct range *item = &taken->items[i];

		if (full || item->start < next || item->end < item->start || item->end > whole.end)
			return -EBADMSG;
		if (item->start > next)
			r = range_list_add(&left, next, item->start - 1);
		full = item->end == whole.end;
		next = item->end + 1;
	}
	if (r == 0 && !full)
		r = range_list_add(&left, next, whole.end);
	if (r == 0)
		*ret = TAKE_STRUCT(left);
	return r;
}

int free_space_find_whole(char *iomem, uint64_t size, struct range inside, uint64_t *ret)
{
	struct iomem_entry entry;

	while (iomem_next(&iomem, &entry)) {
		if (entry.end - entry.start != size - 1 || entry.start > inside.start ||
		    entry.end < inside.end)
			continue;
		*ret = entry.start;
		return 0;
	}
	return -ENOENT;
}

/* --- a region --------------------------------------------------------------------------------- */

/* A region while its devices are looked at. */
struct whole {
	struct sysfs *fs;
	struct region *region;
	struct range_list taken;
	struct range_list left;
};

static void whole_done(struct whole *w)
{
	range_list_done(&w->taken);
	range_list_done(&w->left);
}

/* Return: 0; -EACCES when a device's ranges are unknown; -ENOMEM. */
static int take_device(struct whole *w, const struct device *d)
{
	int r = d->ranges == DAXBUS_UNKNOWN ? -EACCES : 0;

	for (size_t i = 0; r == 0 && d->ranges == DAXBUS_KNOWN && i < d->n_mappings; i++)
		r = range_list_add(&w->taken, d->mappings[i].start.v, d->mappings[i].end.v);
	return r;
}

static int take_devices(struct whole *w, const struct daxbus_snapshot *s)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_devices; i++)
		if (s->devices[i]->region == w->region)
			r = take_device(w, s->devices[i]);
	return r;
}

/* From the first byte to the last that devices have. */
static struct range taken_span(const struct whole *w)
{
	struct range span = w->taken.items[0];

	for (size_t i = 1; i < w->taken.n; i++) {
		if (w->taken.items[i].start < span.start)
			span.start = w->taken.items[i].start;
		if (w->taken.items[i].end > span.end)
			span.end = w->taken.items[i].end;
	}
	return span;
}

/*
 * The kernel has no attribute that says where a region begins. What answers, cheapest first:
 *
 * 1. a device without memory (see device.c), or the CXL region behind it (see provider.c), which
 *    have been read by now;
 * 2. devices that reach from one end of it to the other, as in a region that nobody has cut up.
 *    Nothing is read for it;
 * 3. what was found out when a device was created in it;
 * 4. what the firmware, or the provider, has in /proc/iomem around the devices.
 *
 * Return: 0; -ENOMEM.
 */
static int find_start(const struct whole *w)
{
	struct region *region = w->region;
	_cleanup_free_ char *iomem = NULL;
	struct range span;
	int r;

	if (is_known(&region->start) || !w->taken.n || !is_known(&region->size) ||
	    region->size.v == 0)
		return 0;
	span = taken_span(w);
	if (span.end - span.start == region->size.v - 1) {
		region->start = known(span.start);
		return 0;
	}
	region->start = run_cache_read_start(w->fs, region);
	if (is_known(&region->start))
		return 0;
	r = sysfs_read_proc(w->fs, &iomem, "iomem");
	if (r == 0 && free_space_find_whole(iomem, region->size.v, span, &region->start.v) == 0)
		region->start.is = DAXBUS_KNOWN;
	return r == -ENOMEM ? r : 0;
}

/*
 * Return: 0; -EBADMSG when what was read does not fit together: somebody changed it meanwhile;
 * -ENOMEM.
 */
static int subtract(struct whole *w)
{
	const struct region *region = w->region;
	struct range whole = { .start = region->start.v };
	int r;

	if (!is_known(&region->start) || !is_known(&region->size) || region->size.v == 0 ||
	    whole.start > UINT64_MAX - (region->size.v - 1))
		return -EBADMSG;
	whole.end = whole.start + (region->size.v - 1);
	r = free_space_subtract(whole, &w->taken, &w->left);
	if (r == 0 && is_known(&region->available_size) &&
	    range_list_bytes(&w->left) != region->available_size.v)
		r = -EBADMSG;
	return r;
}

/* What kmem could not use. */
static struct opt_u64 lost_of(const struct range *range, const struct opt_u64 *block_size)
{
	uint64_t start;

	if (!is_known(block_size))
		return unknown();
	return known(range_size(range) -
		     range_list_inside(range->start, range->end, block_size->v, &start));
}

static int keep(const struct whole *w, const struct opt_u64 *block_size)
{
	struct region *region = w->region;

	region->free_is = DAXBUS_KNOWN;
	region->largest_free = known(0);
	for (size_t i = 0; i < w->left.n; i++) {
		const struct range *range = &w->left.items[i];
		struct extent *e = snapshot_add_extent(region);

		if (!e)
			return -ENOMEM;
		e->start = known(range->start);
		e->end = known(range->end);
		e->size = known(range_size(range));
		e->lost = lost_of(range, block_size);
		if (e->size.v > region->largest_free.v)
			region->largest_free = e->size;
	}
	return 0;
}

static int read_free_space(struct sysfs *fs, const struct daxbus_snapshot *s, struct region *region,
			   bool all)
{
	_cleanup_(whole_done) struct whole w = { .fs = fs, .region = region };
	int r = take_devices(&w, s) ?: find_start(&w);

	if (!is_known(&region->start))
		region->start = unknown();
	if (!all)
		return r == -ENOMEM ? r : 0;
	/* A static region has one device, and makes no other of what that leaves. */
	if (is_known(&region->dynamic) && !region->dynamic.v) {
		region->free_is = DAXBUS_NONE;
		region->largest_free = none();
	} else if (r == 0 && is_known(&region->dynamic)) {
		r = subtract(&w) ?: keep(&w, &s->bus.block_size);
	}
	return r == -ENOMEM ? r : 0;
}

int free_space_find_start(struct sysfs *fs, const struct daxbus_snapshot *s, struct region *region)
{
	return read_free_space(fs, s, region, false);
}

int free_space_read(struct sysfs *fs, struct daxbus_snapshot *s, bool all)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_regions; i++)
		r = read_free_space(fs, s, s->regions[i], all);
	return r;
}
