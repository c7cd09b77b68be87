/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/resize.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "model/range-list.h"
#include "parsers/iomem.h"
#include "plan/guard.h"
#include "plan/steps.h"

/*
 * Ranges of devices are multiples of this even if their alignment is smaller: the kernel allocates
 * the memmap by subsection.
 */
#define SUBSECTION (UINT64_C(2) << 20)

/* --- the region ------------------------------------------------------------------------------- */

static int guard_region(struct plan_builder *p)
{
	const struct region *region = p->d->region;

	if (region->dynamic.is == DAXBUS_UNKNOWN)
		return builder_refuse(p, REASON_UNKNOWN_STATE,
				      "cannot read whether its region can be divided");
	if (!region->dynamic.v)
		return builder_refuse(p, REASON_STATIC_REGION,
				      "the kernel cannot divide its region");
	if (is_known(&p->facts->has_provider) && !p->facts->has_provider.v)
		return builder_refuse(p, REASON_NO_PROVIDER,
				      "the driver of its region has been unbound");
	return 0;
}

/* Ranges are free only as a whole: join those that are now next to each other. */
static int add_freed(const struct range_list *freed, struct range_list *free)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < freed->n; i++)
		r = range_list_add(free, freed->items[i].start, freed->items[i].end);
	range_list_join(free);
	return r;
}

/* Free memory of the region that nothing else in /proc/iomem holds. */
static int find_free(struct plan_builder *p, struct range_list *ret)
{
	const struct region *region = p->d->region;
	const struct opt_str *iomem = &p->s->iomem;
	int r = 0;

	if (region->free_is == DAXBUS_UNKNOWN)
		return builder_refuse(p, REASON_UNKNOWN_STATE,
				      "cannot read which memory of its region is free");
	for (size_t i = 0; r == 0 && i < region->n_free; i++)
		r = range_list_add(ret, region->free[i].start.v, region->free[i].end.v);
	if (r == 0 && iomem->is == DAXBUS_KNOWN)
		r = iomem_subtract_held(iomem->v, ret);
	if (r == -ENOMEM)
		return r;
	if (r < 0 || iomem->is != DAXBUS_KNOWN)
		r = builder_unknown(p, "what /proc/iomem shows in the free memory of its region");
	return r == 0 && p->request->freed ? add_freed(p->request->freed, ret) : r;
}

static uint64_t unit_of(uint64_t align)
{
	return align > SUBSECTION ? align : SUBSECTION;
}

static int guard_multiple(struct plan_builder *p, uint64_t size, uint64_t unit)
{
	if (size % unit)
		return builder_refuse(p, REASON_BAD_SIZE, "%s is not a multiple of %s",
				      SIZE_TEXT(size), SIZE_TEXT(unit));
	return 0;
}

/* "3 GiB free, 2 GiB of it in multiples of 1 GiB", if these differ. */
static int refuse_no_room(struct plan_builder *p, const struct range_list *free, uint64_t wanted,
			  uint64_t unit)
{
	uint64_t bytes = range_list_bytes(free), room = range_list_available(free, unit);

	if (room < bytes)
		return builder_refuse(p, REASON_NO_ROOM,
				      "it requires %s; region %" PRIu64
				      " has %s free, %s of it in multiples of %s",
				      SIZE_TEXT(wanted), p->d->region_id.v, SIZE_TEXT(bytes),
				      SIZE_TEXT(room), SIZE_TEXT(unit));
	return builder_refuse(p, REASON_NO_ROOM, "it requires %s; region %" PRIu64 " has %s free",
			      SIZE_TEXT(wanted), p->d->region_id.v, SIZE_TEXT(bytes));
}

/* --- steps ------------------------------------------------------------------------------------ */

static int add(struct plan_builder *p, enum step_kind kind, char *file, const char *value,
	       const char *before)
{
	_cleanup_free_ char *owned = file;

	return file && steps_add(&p->steps, kind, NULL, owned, value, before) ? 0 : -ENOMEM;
}

/* A file of the region, which has a directory of its parent. */
static char *region_file(const struct plan_builder *p, const char *name)
{
	const struct opt_str *path = &p->d->region->path;
	char *file;

	if (path->is != DAXBUS_KNOWN || asprintf(&file, "/sys%s/dax_region/%s", path->v, name) < 0)
		return NULL;
	return file;
}

static char *device_file(const struct plan_builder *p, const char *name)
{
	char *file;

	return asprintf(&file, "/sys/bus/dax/devices/%s/%s", p->d->name.v, name) < 0 ? NULL : file;
}

static int add_layout(struct plan_builder *p, const struct range_list *before,
		      const struct range_list *layout)
{
	_cleanup_free_ char *from = range_list_print(before), *to = range_list_print(layout);

	if (!from || !to)
		return -ENOMEM;
	if (range_list_is_same(before, layout))
		return 0;
	return add(p, STEP_LAYOUT, device_file(p, layout->n ? "mapping" : "size"), to, from);
}

static int add_align(struct plan_builder *p, uint64_t before, uint64_t align)
{
	char from[32], to[32];

	snprintf(from, sizeof(from), "%" PRIu64, before);
	snprintf(to, sizeof(to), "%" PRIu64, align);
	return add(p, STEP_SET, device_file(p, "align"), to, from);
}

/* Ranges must be multiples of the alignment, before and after each write. */
static int add_shape(struct plan_builder *p, const struct range_list *before,
		     const struct range_list *layout, uint64_t align)
{
	uint64_t now = p->d->align.v;
	int r = 0;

	if (align < now)
		r = add_align(p, now, align);
	if (r == 0)
		r = add_layout(p, before, layout);
	if (r == 0 && align > now)
		r = add_align(p, now, align);
	return r ?: builder_shape(p, layout, align);
}

/* --- create ----------------------------------------------------------------------------------- */

static uint64_t wanted_align(const struct plan_builder *p)
{
	const struct opt_u64 *now = &p->d->align;

	if (p->request->align)
		return p->request->align;
	return is_known(now) && now->v ? now->v : SUBSECTION;
}

/* The size of each of @n devices that share the free memory. */
static uint64_t share_of(const struct range_list *free, uint64_t unit, uint64_t n)
{
	return range_list_available(free, unit) / n / unit * unit;
}

static bool is_inside(const struct range_list *free, const struct range *range)
{
	for (size_t i = 0; i < free->n; i++)
		if (free->items[i].start <= range->start && range->end <= free->items[i].end)
			return true;
	return false;
}

static int take_mapping(struct plan_builder *p, struct range_list *free, const struct range *range,
			uint64_t unit)
{
	if (range->start % unit || range_size(range) % unit)
		return builder_refuse(p, REASON_BAD_MAPPING,
				      "%s does not start and end at multiples of %s",
				      RANGE_TEXT(range), SIZE_TEXT(unit));
	if (!is_inside(free, range))
		return builder_refuse(p, REASON_BAD_MAPPING, "%s is not free in region %" PRIu64,
				      RANGE_TEXT(range), p->d->region_id.v);
	return range_list_subtract(free, range);
}

static int take_mappings(struct plan_builder *p, struct range_list *free, uint64_t unit,
			 struct range_list *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->request->layout.n; i++)
		r = take_mapping(p, free, &p->request->layout.items[i], unit);
	return r ?: range_list_copy(&p->request->layout, ret);
}

/*
 * kmem only uses whole memory blocks: choose a range of these, if a large enough one is free.
 * Return: 0; -ENOSPC; -ENOMEM.
 */
static int place_in_blocks(struct plan_builder *p, struct range_list *free, uint64_t size,
			   uint64_t unit, struct range_list *ret)
{
	uint64_t block = p->block_size;
	uint64_t start;

	if (!is_same(p->driver, "kmem") || !size || block <= unit || size % block)
		return -ENOSPC;
	for (size_t i = 0; i < free->n; i++) {
		uint64_t length =
			range_list_inside(free->items[i].start, free->items[i].end, block, &start);
		const struct range range = { start, start + size - 1 };

		if (length >= size)
			return range_list_add(ret, range.start, range.end)
				       ?: range_list_subtract(free, &range);
	}
	return -ENOSPC;
}

static int place_ranges(struct plan_builder *p, struct range_list *free, uint64_t size,
			uint64_t unit, struct range_list *ret)
{
	int r = place_in_blocks(p, free, size, unit, ret);

	if (r == -ENOSPC)
		r = range_list_place(free, size, unit, ret);
	return r == -ENOSPC ? refuse_no_room(p, free, size ? size : unit, unit) : r;
}

static int note_rest(struct plan_builder *p, const struct range_list *free, uint64_t unit)
{
	uint64_t rest = range_list_bytes(free) - range_list_available(free, unit);

	if (!rest)
		return 0;
	return builder_note(p,
			    "%s of region %" PRIu64 " stays unused: it is not in multiples of %s",
			    SIZE_TEXT(rest), p->d->region_id.v, SIZE_TEXT(unit));
}

static int choose_memory(struct plan_builder *p, uint64_t unit, struct range_list *ret)
{
	_cleanup_(range_list_done) struct range_list free = { 0 };
	const struct daxbus_request *request = p->request;
	uint64_t size = request->size, room, wanted;
	int r = find_free(p, &free) ?: guard_multiple(p, size, unit);

	if (r)
		return r;
	if (request->layout.n)
		return take_mappings(p, &free, unit, ret);
	room = range_list_available(&free, unit);
	/* Without a size, each device takes at least one unit. */
	if (__builtin_mul_overflow(size ? size : unit, request->count, &wanted))
		wanted = UINT64_MAX;
	if (wanted > room)
		return refuse_no_room(p, &free, wanted, unit);
	if (!size && request->count > 1)
		size = share_of(&free, unit, request->count);
	return place_ranges(p, &free, size, unit, ret) ?: note_rest(p, &free, unit);
}

static int note_empty_device(struct plan_builder *p)
{
	const struct region *region = p->d->region;
	int r = 0;

	/* In a saved layout the device was empty, too, or gets its memory back. */
	if (p->request->restore)
		return 0;
	for (size_t i = 0; r == 0 && i < region->n_devices; i++) {
		const struct device *d = p->s->devices[region->first_device + i];

		if (d != p->d && d->instance == 0 && is_known(&d->size) && d->size.v == 0)
			r = builder_note(
				p, "%s exists without memory; use 'daxbus resize' to give it some",
				d->name.v);
	}
	return r;
}

/* The device was empty when the request was made; check that it still is. */
static int guard_refill(struct plan_builder *p)
{
	if (!p->request->refill || (is_known(&p->d->size) && p->d->size.v == 0 && !p->from))
		return 0;
	return builder_refuse(p, REASON_RACED, "it has memory or a driver now");
}

int plan_resize_create(struct plan_builder *p)
{
	_cleanup_(range_list_done) struct range_list none = { 0 }, layout = { 0 };
	uint64_t align = wanted_align(p);
	int r = guard_region(p) ?: guard_refill(p) ?: choose_memory(p, unit_of(align), &layout);

	if (r == 0)
		r = note_empty_device(p);
	if (r == 0 && !p->request->refill)
		r = add(p, STEP_CREATE, region_file(p, "create"), NULL, NULL);
	return r ?: add_shape(p, &none, &layout, align);
}

/* Since Linux 6.9, devices have memmap_on_memory; a new one has it if another one has it. */
static struct opt_u64 memmap_like(const struct daxbus_snapshot *s, const struct region *region)
{
	const struct device *other = region->n_devices ? s->devices[region->first_device] : NULL;

	return other && other->memmap_on_memory.is == DAXBUS_NONE ? other->memmap_on_memory
								  : unknown();
}

static bool is_taken(const struct daxbus_snapshot *s, const struct region *region,
		     uint32_t instance)
{
	for (size_t i = 0; i < region->n_devices; i++)
		if (s->devices[region->first_device + i]->instance == instance)
			return true;
	return false;
}

struct device *plan_resize_add_device(struct daxbus_snapshot *s, struct region *region,
				      uint32_t instance)
{
	struct opt_u64 memmap = memmap_like(s, region);
	struct device *d = snapshot_add_device(s, region);

	if (!d)
		return NULL;
	while (is_taken(s, region, instance))
		instance++;
	d->object.snapshot = s;
	d->region_id = region->id;
	d->instance = instance;
	if (asprintf(&d->name.v, "dax%" PRIu64 ".%" PRIu32, region->id.v, instance) < 0) {
		d->name.v = NULL;
		return NULL;
	}
	d->name.is = DAXBUS_KNOWN;
	d->size = known(0);
	d->align = region->align;
	d->target_node = region->target_node;
	d->numa_node = d->major = d->minor = unknown();
	d->memmap_on_memory = memmap;
	d->flags.is = DAXBUS_KNOWN;
	return d;
}

/* --- resize ----------------------------------------------------------------------------------- */

static int wanted_size(struct plan_builder *p, uint64_t now, uint64_t room, uint64_t unit,
		       uint64_t *ret)
{
	uint64_t size = p->request->size;

	switch (p->request->size_as) {
	case SIZE_AS_GIVEN:
		*ret = size ? size : now;
		break;
	case SIZE_MORE:
		if (__builtin_add_overflow(now, size, ret))
			return builder_refuse(p, REASON_BAD_SIZE, "no device is that large");
		break;
	case SIZE_LESS:
		if (size >= now)
			return builder_refuse(p, REASON_BAD_SIZE,
					      "it has only %s; use 'daxbus destroy' to remove it",
					      SIZE_TEXT(now));
		*ret = now - size;
		break;
	case SIZE_ALL:
		*ret = (now + room) / unit * unit;
		break;
	case SIZE_NONE:
		*ret = 0;
		break;
	}
	return 0;
}

/* Remove bytes from the end: whole ranges, then a part of one. */
static void shrink(struct range_list *layout, uint64_t bytes)
{
	while (bytes && layout->n) {
		struct range *last = &layout->items[layout->n - 1];
		uint64_t size = range_size(last);

		if (bytes < size) {
			last->end -= bytes;
			return;
		}
		bytes -= size;
		layout->n--;
	}
}

/* The free range right behind the last one of the device, or NULL. */
static const struct range *behind(const struct range_list *layout, const struct range_list *free)
{
	for (size_t i = 0; layout->n && i < free->n; i++)
		if (free->items[i].start == layout->items[layout->n - 1].end + 1)
			return &free->items[i];
	return NULL;
}

/* The largest growth up to @more bytes after which the size is a multiple of @unit. */
static uint64_t growth(const struct range *range, uint64_t more, uint64_t unit)
{
	uint64_t size = range_size(range), total = (size + more) / unit * unit;

	return total > size ? total - size : 0;
}

/*
 * Extend the last range by the memory right behind it, so that kmem loses no memory block between
 * two ranges. @bytes: the wanted growth, from which the achieved one is subtracted.
 */
static int extend(struct range_list *layout, struct range_list *free, uint64_t *bytes,
		  uint64_t unit)
{
	const struct range *next = behind(layout, free);
	struct range *last, more;
	uint64_t length;

	if (!next)
		return 0;
	last = &layout->items[layout->n - 1];
	length = range_size(next) < *bytes ? range_size(next) : *bytes;
	length = growth(last, length, unit);
	if (!length)
		return 0;
	more = (struct range){ last->end + 1, last->end + length };
	last->end = more.end;
	*bytes -= length;
	return range_list_subtract(free, &more);
}

/* Bytes that can be added to a layout, as extend() and place_ranges() do. */
static uint64_t room_for(const struct range_list *layout, const struct range_list *free,
			 uint64_t unit)
{
	const struct range *next = behind(layout, free);
	uint64_t room = 0, start;

	for (size_t i = 0; i < free->n; i++)
		if (&free->items[i] == next)
			room += growth(&layout->items[layout->n - 1], range_size(next), unit);
		else
			room += range_list_inside(free->items[i].start, free->items[i].end, unit,
						  &start);
	return room;
}

static int grow(struct plan_builder *p, struct range_list *layout, struct range_list *free,
		uint64_t bytes, uint64_t unit)
{
	int r;

	if (bytes > room_for(layout, free, unit))
		return refuse_no_room(p, free, bytes, unit);
	r = extend(layout, free, &bytes, unit);
	return r || !bytes ? r : place_ranges(p, free, bytes, unit, layout);
}

static int guard_alignment(struct plan_builder *p, const struct range_list *layout, uint64_t align)
{
	const struct range *bad = range_list_misaligned(layout, align);

	if (bad)
		return builder_refuse(p, REASON_BAD_ALIGN,
				      "its range at 0x%" PRIx64
				      " does not start at a multiple of %s",
				      bad->start, SIZE_TEXT(align));
	for (size_t i = 0; i < layout->n; i++)
		if (range_size(&layout->items[i]) % unit_of(align))
			return builder_refuse(p, REASON_BAD_ALIGN,
					      "its range at 0x%" PRIx64
					      " has %s, which is not a multiple of %s",
					      layout->items[i].start,
					      SIZE_TEXT(range_size(&layout->items[i])),
					      SIZE_TEXT(unit_of(align)));
	return 0;
}

bool plan_resize_grows(const struct daxbus_request *request, uint64_t have)
{
	return request->refill || request->reshape || request->size_as == SIZE_ALL ||
	       request->size_as == SIZE_MORE ||
	       (request->size_as == SIZE_AS_GIVEN && request->size > have);
}

/* Add or remove memory so that the device has @size bytes. */
static int change_size(struct plan_builder *p, struct range_list *layout, struct range_list *free,
		       uint64_t size, uint64_t unit)
{
	uint64_t have = range_list_bytes(layout);

	if (size > have)
		return grow(p, layout, free, size - have, unit) ?: note_rest(p, free, unit);
	shrink(layout, have - size);
	return 0;
}

static int new_layout(struct plan_builder *p, const struct range_list *now, uint64_t align,
		      struct range_list *ret)
{
	_cleanup_(range_list_done) struct range_list free = { 0 };
	uint64_t unit = unit_of(align), have = range_list_bytes(now), size = have;
	int r = range_list_copy(now, ret);

	if (r == 0 && plan_resize_grows(p->request, have))
		r = find_free(p, &free);
	if (r == 0)
		r = wanted_size(p, have, room_for(now, &free, unit), unit, &size);
	if (r == 0)
		r = guard_multiple(p, size, unit);
	if (r)
		return r;
	/* All of the memory, in multiples of another alignment, may be less than it has. */
	if (p->request->size_as == SIZE_ALL && size < have)
		return builder_refuse(p, REASON_BAD_ALIGN,
				      "it has %s, and of multiples of %s no more than %s fit",
				      SIZE_TEXT(have), SIZE_TEXT(unit), SIZE_TEXT(size));
	return change_size(p, ret, &free, size, unit) ?: guard_alignment(p, ret, align);
}

/* The current ranges of the device. */
static int find_ranges(struct plan_builder *p, struct range_list *ret)
{
	if (p->d->ranges == DAXBUS_KNOWN || (is_known(&p->d->size) && p->d->size.v == 0))
		return range_list_of(p->d, ret);
	return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read its ranges");
}

static int note_loss(struct plan_builder *p, const struct range_list *now,
		     const struct range_list *layout)
{
	uint64_t have = range_list_bytes(now), size = range_list_bytes(layout);

	if (size >= have)
		return 0;
	return builder_note(p, "the last %s of %s is removed, with the data in it",
			    SIZE_TEXT(have - size), p->d->name.v);
}

/* Exactly the ranges of the request, of its own memory and of what is free. */
static int exact_layout(struct plan_builder *p, const struct range_list *now, uint64_t align,
			struct range_list *ret)
{
	_cleanup_(range_list_done) struct range_list free = { 0 };

	return find_free(p, &free) ?: add_freed(now, &free)
		       ?: take_mappings(p, &free, unit_of(align), ret);
}

static int note_other_memory(struct plan_builder *p, const struct range_list *now,
			     const struct range_list *layout)
{
	if (now->items[0].start == layout->items[0].start)
		return note_loss(p, now, layout);
	return builder_note(p, "%s gets other memory, without the data in it", p->d->name.v);
}

static int plan_reshape(struct plan_builder *p, const struct range_list *now, uint64_t align)
{
	_cleanup_(range_list_done) struct range_list layout = { 0 };
	int r = exact_layout(p, now, align, &layout);

	if (r == 0 && now->n)
		r = note_other_memory(p, now, &layout);
	return r ?: steps_unbind(p) ?: add_shape(p, now, &layout, align);
}

/* A device without memory cannot be bound again. */
static int guard_unbound(struct plan_builder *p)
{
	if (p->request->size_as != SIZE_NONE || !p->from)
		return 0;
	return builder_refuse(p, REASON_BAD_SIZE,
			      "it is bound to %s, and a device without memory has no driver; use "
			      "'daxbus unbind' first, or 'daxbus destroy'",
			      p->from);
}

int plan_resize_change(struct plan_builder *p)
{
	_cleanup_(range_list_done) struct range_list now = { 0 }, layout = { 0 };
	uint64_t align = wanted_align(p);
	int r = guard_region(p) ?: guard_unbound(p) ?: find_ranges(p, &now);

	if (r == 0 && p->request->reshape)
		return plan_reshape(p, &now, align);
	if (r == 0)
		r = new_layout(p, &now, align, &layout);
	if (r)
		return r;
	if (range_list_is_same(&now, &layout) && is_known(&p->d->align) && p->d->align.v == align)
		return builder_unchanged(p, "%s already has %s, aligned to %s", p->d->name.v,
					 SIZE_TEXT(range_list_bytes(&now)), SIZE_TEXT(align));
	return note_loss(p, &now, &layout) ?: steps_unbind(p) ?: add_shape(p, &now, &layout, align);
}

/* --- destroy ---------------------------------------------------------------------------------- */

/* The kernel keeps instance 0 of a region: it only loses its memory. */
static int add_deletion(struct plan_builder *p, bool is_kept)
{
	if (!is_kept)
		return add(p, STEP_DELETE, region_file(p, "delete"), NULL, NULL);
	if (known_as(&p->d->provider, "cxl"))
		return builder_note(p,
				    "%s without memory remains: the kernel keeps instance 0 of a "
				    "region; 'daxbus destroy region%" PRIu64
				    "' destroys its CXL region, too",
				    p->d->name.v, p->d->region_id.v);
	return builder_note(
		p, "%s without memory remains: the kernel keeps instance 0 of a region%s",
		p->d->name.v,
		known_as(&p->d->provider, "hmem")
			? "; 'modprobe -r dax_hmem' removes it, and loses the memory of "
			  "its other devices that is online"
			: "");
}

int plan_resize_clear(struct plan_builder *p)
{
	_cleanup_(range_list_done) struct range_list now = { 0 }, none = { 0 };
	int r = find_ranges(p, &now);

	if (r || (now.n == 1 && is_known(&p->d->region->size) &&
		  range_list_bytes(&now) == p->d->region->size.v))
		return r;
	return add_layout(p, &now, &none);
}

int plan_resize_destroy(struct plan_builder *p)
{
	_cleanup_(range_list_done) struct range_list now = { 0 }, none = { 0 };
	bool is_kept = p->d->instance == 0;
	int r = guard_region(p) ?: find_ranges(p, &now);

	if (r)
		return r;
	if (!now.n && is_kept)
		return builder_unchanged(
			p, "%s has no memory; the kernel keeps instance 0 of a region",
			p->d->name.v);
	p->goal.gone = !is_kept;
	r = steps_unbind(p) ?: add_layout(p, &now, &none) ?: add_deletion(p, is_kept);
	return r ?: builder_shape(p, &none, p->d->align.v);
}
