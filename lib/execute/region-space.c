/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/region-space.h"

#include "model/fields.h"
#include "plan/namespace.h"
#include "plan/resize.h"
#include "scan/attribute.h"
#include "scan/scan.h"

void room_done(struct room *room)
{
	daxbus_snapshot_unref(room->snapshot);
	*room = (struct room){ 0 };
}

/* What the nd bus has left of a region stands behind what its devices have. */
static struct region *choose_region(const struct daxbus_snapshot *s)
{
	struct region *last = s->regions[s->n_regions - 1];

	return last->is_nd ? last : s->regions[0];
}

int room_read(struct room *room, struct sysfs *fs, const struct log *log, const char *region,
	      unsigned int needs)
{
	_cleanup_(selection_done) struct selection selection = { 0 };
	int r = selection_add(&selection, region, NULL);

	room_done(room);
	if (r == 0)
		r = reading_take(fs, log, &selection, needs | NEED_FREE | NEED_IOMEM | NEED_ND,
				 &room->snapshot, NULL);
	if (r == 0 && room->snapshot->n_regions)
		room->region = choose_region(room->snapshot);
	return r == -ENOMEM ? r : 0;
}

bool room_is_current(const struct room *room, struct sysfs *fs, bool live)
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

struct device *room_add_device(struct room *room)
{
	struct device *d;

	if (room->region->is_nd)
		return namespace_add_device(room->snapshot, room->region);
	d = shape_add_device(room->snapshot, room->region, room->instance);
	if (d)
		room->instance = d->instance + 1;
	return d;
}

/* Return: 0; -ENOMEM. */
static int read_free(const struct region *region, struct layout *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < region->n_free; i++)
		r = layout_add(ret, region->free[i].start.v, region->free[i].end.v);
	return r;
}

static int write_free(struct region *region, const struct layout *free)
{
	region->n_free = 0;
	region->largest_free = known(0);
	for (size_t i = 0; i < free->n; i++) {
		const struct range *range = &free->items[i];
		struct extent *e = region_add_extent(region);

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

int room_give(struct room *room, struct device *d, const struct layout *layout)
{
	_cleanup_(layout_done) struct layout free = { 0 };
	struct region *region = room->region;
	int r;

	/* Of a namespace the kernel says where it is. */
	if (region->is_nd)
		return 0;
	r = read_free(region, &free);
	for (size_t i = 0; r == 0 && i < layout->n; i++)
		r = layout_subtract(&free, &layout->items[i]);
	if (r == 0)
		r = write_free(region, &free);
	d->size = known(layout_bytes(layout));
	region->available_size.v -= d->size.v;
	return r;
}
