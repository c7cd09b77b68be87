/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/region-space.h"

#include "model/fields.h"
#include "plan/namespace.h"
#include "plan/resize.h"
#include "scan/attribute.h"
#include "scan/scan.h"

void region_space_done(struct region_space *room)
{
	daxbus_snapshot_free(room->snapshot);
	*room = (struct region_space){ 0 };
}

/* A region of the nd bus comes after the region of its devices. */
static struct region *choose_region(const struct daxbus_snapshot *s)
{
	struct region *last = s->regions[s->n_regions - 1];

	return last->is_nd ? last : s->regions[0];
}

int region_space_read(struct region_space *room, struct sysfs *fs, const struct log *log,
		      const char *region, unsigned int needs)
{
	_cleanup_(selectors_done) struct selectors selection = { 0 };
	int r = selectors_add(&selection, region, NULL);

	region_space_done(room);
	if (r == 0)
		r = scan_take(fs, log, &selection, needs | NEED_FREE | NEED_IOMEM | NEED_ND,
			      &room->snapshot, NULL);
	if (r == 0 && room->snapshot->n_regions)
		room->region = choose_region(room->snapshot);
	return r == -ENOMEM ? r : 0;
}

bool region_space_is_current(const struct region_space *room, struct sysfs *fs, bool live)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir parent = SYSFS_DIR_INIT;
	struct opt_u64 now;

	if (!room->region || !live)
		return room->region;
	if (sysfs_dir_open(fs, &parent, "/sys%s", room->region->path.v) < 0)
		return false;
	now = attribute_u64(&parent, 10, "dax_region/available_size");
	return is_known(&now) && now.v == room->region->available_size.v;
}

struct device *region_space_add_device(struct region_space *room)
{
	struct device *d;

	if (room->region->is_nd)
		return plan_namespace_add_device(room->snapshot, room->region);
	d = plan_resize_add_device(room->snapshot, room->region, room->instance);
	if (d)
		room->instance = d->instance + 1;
	return d;
}

/* Return: 0; -ENOMEM. */
static int read_free(const struct region *region, struct range_list *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < region->n_free; i++)
		r = range_list_add(ret, region->free[i].start.v, region->free[i].end.v);
	return r;
}

static int write_free(struct region *region, const struct range_list *free)
{
	region->n_free = 0;
	region->largest_free = known(0);
	for (size_t i = 0; i < free->n; i++) {
		const struct range *range = &free->items[i];
		struct extent *e = snapshot_add_extent(region);

		if (!e)
			return -ENOMEM;
		e->start = known(range->start);
		e->end = known(range->end);
		e->size = known(range_size(range));
		if (e->size.v > region->largest_free.v)
			region->largest_free = e->size;
	}
	return 0;
}

int region_space_give(struct region_space *room, struct device *d, const struct range_list *layout)
{
	_cleanup_(range_list_done) struct range_list free = { 0 };
	struct region *region = room->region;
	int r;

	/* Of a namespace the kernel says where it is. */
	if (region->is_nd)
		return 0;
	r = read_free(region, &free);
	for (size_t i = 0; r == 0 && i < layout->n; i++)
		r = range_list_subtract(&free, &layout->items[i]);
	if (r == 0)
		r = write_free(region, &free);
	d->size = known(range_list_bytes(layout));
	region->available_size.v -= d->size.v;
	return r;
}
