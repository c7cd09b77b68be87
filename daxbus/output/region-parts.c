/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/region-parts.h"

#include <errno.h>

#include "base/array.h"
#include "output/cell.h"

void region_parts_done(struct region_parts *parts)
{
	free(parts->items);
}

struct daxbus_value region_parts_field(const struct daxbus_object *object, const char *name)
{
	return cell_value(object, daxbus_field_find(daxbus_object_kind(object), name));
}

bool region_parts_number(const struct daxbus_object *object, const char *name, uint64_t *ret)
{
	struct daxbus_value value = region_parts_field(object, name);

	if (value.presence != DAXBUS_KNOWN)
		return false;
	*ret = value.number;
	return true;
}

/* --- parts ------------------------------------------------------------------------------------ */

char region_parts_mark(const struct daxbus_object *device)
{
	static const struct {
		const char *mode;
		char mark;
	} marks[] = { { "devdax", 'd' }, { "kmem", 'k' }, { "famfs", 'f' }, { "compat", 'c' } };
	struct daxbus_value mode = region_parts_field(device, "mode"),
			    driver = region_parts_field(device, "driver");

	for (size_t i = 0; mode.presence == DAXBUS_KNOWN && i < ARRAY_SIZE(marks); i++)
		if (streq(mode.string, marks[i].mode))
			return marks[i].mark;
	if (driver.presence == DAXBUS_UNKNOWN)
		return MARK_UNKNOWN_MODE;
	return driver.presence == DAXBUS_NONE ? MARK_NO_DRIVER : MARK_OTHER_DRIVER;
}

static int add_part(struct region_parts *d, struct bar_part part)
{
	return ARRAY_PUSH(d->items, d->n, part);
}

/* Add @part with the addresses of @range, a mapping or an extent. */
static int add_range(struct region_parts *d, const struct daxbus_object *range,
		     struct bar_part part)
{
	if (region_parts_number(range, "start", &part.start) &&
	    region_parts_number(range, "end", &part.end) && part.start <= part.end)
		return add_part(d, part);
	d->trouble = "cannot read the addresses of its devices (requires root)";
	return 0;
}

static int add_device_parts(struct region_parts *d, const struct daxbus_object *device)
{
	struct bar_part part = { .mark = region_parts_mark(device), .object = device };
	const struct daxbus_object *mapping = NULL;
	uint64_t size = 0;
	int r = 0;

	while ((mapping = daxbus_object_next(device, DAXBUS_MAPPING, mapping)))
		part.places++;
	/* They are sorted by offset. */
	while (r == 0 && (mapping = daxbus_object_next(device, DAXBUS_MAPPING, mapping))) {
		part.place++;
		r = add_range(d, mapping, part);
	}
	if (!part.places && (!region_parts_number(device, "size", &size) || size))
		d->trouble = "cannot read the addresses of its devices (requires root)";
	return r;
}

static int compare_parts(const void *a, const void *b)
{
	const struct bar_part *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/*
 * Between sorted parts, and at both ends of the region, there may be gaps: ranges of devices that
 * were not selected.
 */
static int fill_gaps(struct region_parts *d, uint64_t start, uint64_t end)
{
	struct bar_part gap = { .start = start, .mark = MARK_NOT_SHOWN };
	size_t n = d->n;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct bar_part part = d->items[i];

		if (part.start > gap.start) {
			gap.end = part.start - 1;
			r = add_part(d, gap);
		}
		gap.start = part.end + 1;
	}
	/* The start is 0 after the highest address. */
	if (r == 0 && gap.start && gap.start <= end) {
		gap.end = end;
		r = add_part(d, gap);
	}
	qsort(d->items, d->n, sizeof(*d->items), compare_parts);
	return r;
}

/* Find the first and last address: of the region, or of the parts if unknown. */
static void find_span(struct region_parts *d, const struct daxbus_object *region,
		      uint64_t *ret_start, uint64_t *ret_end)
{
	uint64_t first = d->items[0].start, last = d->items[d->n - 1].end;
	uint64_t start, size;

	d->begins_unknown = !region_parts_number(region, "start", &start) ||
			    !region_parts_number(region, "size", &size) || !size || start > first ||
			    last - start > size - 1 || start > UINT64_MAX - (size - 1);
	*ret_start = d->begins_unknown ? first : start;
	*ret_end = d->begins_unknown ? last : start + (size - 1);
}

static bool parts_overlap(const struct region_parts *d)
{
	for (size_t i = 1; i < d->n; i++)
		if (d->items[i].start <= d->items[i - 1].end)
			return true;
	return false;
}

int region_parts_collect(const struct daxbus_object *region, struct region_parts *ret)
{
	struct region_parts *d = ret;
	const struct daxbus_object *o = NULL;
	uint64_t start, end;
	int r = 0;

	while (r == 0 && (o = daxbus_object_next(region, DAXBUS_DEVICE, o)))
		r = add_device_parts(d, o);
	o = NULL;
	while (r == 0 && (o = daxbus_object_next(region, DAXBUS_EXTENT, o)))
		r = add_range(d, o, (struct bar_part){ .mark = BAR_FREE });
	if (r < 0 || d->trouble)
		return r;
	if (!d->n) {
		d->trouble = "its addresses cannot be determined";
		return 0;
	}
	qsort(d->items, d->n, sizeof(*d->items), compare_parts);
	if (parts_overlap(d)) {
		d->trouble = "its devices overlap; they may have changed during the scan";
		return 0;
	}
	find_span(d, region, &start, &end);
	return fill_gaps(d, start, end);
}
