/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/snapshot.h"

#include "base/array.h"
#include "base/string.h"

struct daxbus_snapshot *snapshot_new(void)
{
	struct daxbus_snapshot *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->bus.object.kind = DAXBUS_BUS;
	s->needs = ~0U;
	return s;
}

struct region *snapshot_add_region(struct daxbus_snapshot *s)
{
	struct region *r = calloc(1, sizeof(*r));

	if (!r || ARRAY_PUSH(s->regions, s->n_regions, r) < 0) {
		free(r);
		return NULL;
	}
	r->object.kind = DAXBUS_REGION;
	return r;
}

struct device *snapshot_add_device(struct daxbus_snapshot *s, struct region *region)
{
	struct device *d = calloc(1, sizeof(*d));

	if (!d || ARRAY_PUSH(s->devices, s->n_devices, d) < 0) {
		free(d);
		return NULL;
	}
	d->object.kind = DAXBUS_DEVICE;
	d->region = region;
	return d;
}

struct mapping *snapshot_add_mapping(struct device *d)
{
	const struct mapping m = { .object.kind = DAXBUS_MAPPING, .device = d };

	return ARRAY_PUSH(d->mappings, d->n_mappings, m) < 0 ? NULL
							     : &d->mappings[d->n_mappings - 1];
}

struct orphan *snapshot_add_orphan(struct daxbus_snapshot *s)
{
	struct orphan *o = calloc(1, sizeof(*o));

	if (!o || ARRAY_PUSH(s->orphans, s->n_orphans, o) < 0) {
		free(o);
		return NULL;
	}
	o->object.kind = DAXBUS_ORPHAN;
	return o;
}

static void block_drop_state(struct block *b)
{
	if (!b->borrows_state)
		free(b->state.v);
}

static void block_drop_zones(struct block *b)
{
	if (!b->borrows_zones)
		strv_done(&b->zones.v);
}

static void block_share_strings(struct block *b, const struct block *with)
{
	if (b->state.v && with->state.v && streq(b->state.v, with->state.v)) {
		block_drop_state(b);
		b->state.v = with->state.v;
		b->borrows_state = true;
	}
	if (strv_equal(&b->zones.v, &with->zones.v)) {
		block_drop_zones(b);
		b->zones.v = with->zones.v;
		b->borrows_zones = true;
	}
}

struct block *snapshot_add_block(struct device *d)
{
	const struct block b = { .object.kind = DAXBUS_BLOCK, .device = d };

	if (d->n_blocks >= 2)
		block_share_strings(&d->blocks[d->n_blocks - 1], &d->blocks[d->n_blocks - 2]);
	return ARRAY_PUSH(d->blocks, d->n_blocks, b) < 0 ? NULL : &d->blocks[d->n_blocks - 1];
}

struct extent *snapshot_add_extent(struct region *r)
{
	const struct extent e = { .object.kind = DAXBUS_EXTENT, .region = r };

	return ARRAY_PUSH(r->free, r->n_free, e) < 0 ? NULL : &r->free[r->n_free - 1];
}

static int compare_regions(const void *a, const void *b)
{
	const struct region *const *x = a, *const *y = b;
	int c = is_known(&(*y)->id) - is_known(&(*x)->id) ?: compare_u64((*x)->id.v, (*y)->id.v);

	/* Memory devices have no ID. */
	if (c == 0 && !is_known(&(*x)->id))
		return strverscmp((*x)->path.v, (*y)->path.v);
	return c ? c : (*x)->is_nd - (*y)->is_nd;
}

static int compare_devices(const void *a, const void *b)
{
	const struct device *const *x = a, *const *y = b;

	return compare_u64((*x)->region->object.index, (*y)->region->object.index)
		       ?: compare_u64((*x)->instance, (*y)->instance);
}

static int compare_mappings(const void *a, const void *b)
{
	const struct mapping *x = a, *y = b;

	return compare_u64(x->first, y->first);
}

void snapshot_sort_mappings(struct device *d)
{
	if (d->n_mappings)
		qsort(d->mappings, d->n_mappings, sizeof(*d->mappings), compare_mappings);
}

static void region_free(struct region *r)
{
	free(r->provider.v);
	free(r->path.v);
	free(r->identity.v);
	free(r->pmem.bus.v);
	free(r->pmem.region.v);
	free(r->pmem.namespace.v);
	free(r->pmem.uuid.v);
	free(r->pmem.name.v);
	free(r->cxl.region.v);
	free(r->free);
	strv_done(&r->cxl.memdevs.v);
	strv_done(&r->cxl.serials.v);
	strv_done(&r->cxl.dpas.v);
	strv_done(&r->cxl.interleave.v);
	free(r);
}

static void device_free(struct device *d)
{
	for (size_t i = 0; i < d->n_blocks; i++) {
		block_drop_state(&d->blocks[i]);
		block_drop_zones(&d->blocks[i]);
	}
	free(d->blocks);
	free(d->mappings);
	free(d->name.v);
	free(d->provider.v);
	free(d->identity.v);
	free(d->model.v);
	free(d->driver.v);
	free(d->mode.v);
	free(d->state.v);
	strv_done(&d->flags.v);
	strv_done(&d->unsafe_commands.v);
	free(d->chardev.v);
	free(d->kernel_state.v);
	free(d);
}

static void orphan_free(struct orphan *o)
{
	free(o->former_device.v);
	free(o);
}

static void drop_unselected(struct daxbus_snapshot *s)
{
	size_t devices = 0, regions = 0;

	for (size_t i = 0; i < s->n_devices; i++) {
		struct device *d = s->devices[i];

		if (d->selected) {
			d->region->n_devices++;
			s->devices[devices++] = d;
		} else {
			device_free(d);
		}
	}
	s->n_devices = devices;
	for (size_t i = 0; i < s->n_regions; i++) {
		if (s->regions[i]->n_devices || s->regions[i]->selected)
			s->regions[regions++] = s->regions[i];
		else
			region_free(s->regions[i]);
	}
	s->n_regions = regions;
}

static void number(struct daxbus_object *o, const struct daxbus_snapshot *s, size_t index)
{
	o->snapshot = s;
	o->index = index;
}

static void finish_block(struct block *b, const struct daxbus_snapshot *s, size_t index)
{
	number(&b->object, s, index);
	b->count = known(1);
	b->end = is_known(&b->start) && is_known(&b->size) ? known(b->start.v + b->size.v - 1)
							   : unknown();
}

void snapshot_finish(struct daxbus_snapshot *s)
{
	drop_unselected(s);
	if (s->n_regions)
		qsort(s->regions, s->n_regions, sizeof(*s->regions), compare_regions);
	for (size_t i = 0; i < s->n_regions; i++) {
		number(&s->regions[i]->object, s, i);
		for (size_t k = 0; k < s->regions[i]->n_free; k++)
			number(&s->regions[i]->free[k].object, s, k);
	}
	if (s->n_devices)
		qsort(s->devices, s->n_devices, sizeof(*s->devices), compare_devices);
	for (size_t i = s->n_devices; i-- > 0;) {
		struct device *d = s->devices[i];

		number(&d->object, s, i);
		d->region->first_device = i;
		for (size_t k = 0; k < d->n_mappings; k++)
			number(&d->mappings[k].object, s, k);
		for (size_t k = 0; k < d->n_blocks; k++)
			finish_block(&d->blocks[k], s, k);
	}
	for (size_t i = 0; i < s->n_orphans; i++)
		number(&s->orphans[i]->object, s, i);
	number(&s->bus.object, s, 0);
}

_public_ struct daxbus_snapshot *daxbus_snapshot_free(struct daxbus_snapshot *s)
{
	if (!s)
		return NULL;
	for (size_t i = 0; i < s->n_devices; i++)
		device_free(s->devices[i]);
	for (size_t i = 0; i < s->n_regions; i++)
		region_free(s->regions[i]);
	for (size_t i = 0; i < s->n_orphans; i++)
		orphan_free(s->orphans[i]);
	free(s->devices);
	free(s->regions);
	free(s->orphans);
	free(s->bus.kernel.v);
	free(s->iomem.v);
	strv_done(&s->bus.models.v);
	free(s->bus.auto_online.v);
	free(s->bus.memmap_policy.v);
	strv_done(&s->bus.notes.v);
	free(s);
	return NULL;
}

int snapshot_str_set(struct opt_str *o, const char *text)
{
	int r = string_replace(&o->v, text);

	if (r == 0)
		o->is = DAXBUS_KNOWN;
	return r;
}

int snapshot_strv_add(struct opt_strv *o, const char *text)
{
	o->is = DAXBUS_KNOWN;
	return strv_push(&o->v, text);
}

static const struct daxbus_object *device_at(const struct daxbus_snapshot *s, size_t i)
{
	return i < s->n_devices ? &s->devices[i]->object : NULL;
}

_public_ const struct daxbus_object *daxbus_object_parent(const struct daxbus_object *o)
{
	switch (o ? o->kind : DAXBUS_BUS) {
	case DAXBUS_DEVICE:
		return &((const struct device *)o)->region->object;
	case DAXBUS_EXTENT:
		return &((const struct extent *)o)->region->object;
	case DAXBUS_MAPPING:
		return &((const struct mapping *)o)->device->object;
	case DAXBUS_BLOCK:
		return &((const struct block *)o)->device->object;
	case DAXBUS_BUS:
	case DAXBUS_REGION:
	case DAXBUS_ORPHAN:
		break;
	}
	return NULL;
}

/* The part after @previous in its device or region, or else the first one in a later one. */
static const struct daxbus_object *next_part(const struct daxbus_snapshot *s, enum daxbus_kind kind,
					     const struct daxbus_object *previous)
{
	enum daxbus_kind of = kind == DAXBUS_EXTENT ? DAXBUS_REGION : DAXBUS_DEVICE;
	const struct daxbus_object *part, *whole = daxbus_object_parent(previous);

	part = previous ? daxbus_object_next(whole, kind, previous) : NULL;
	while (!part && (whole = daxbus_snapshot_next(s, of, whole)))
		part = daxbus_object_next(whole, kind, NULL);
	return part;
}

_public_ const struct daxbus_object *daxbus_snapshot_next(const struct daxbus_snapshot *s,
							  enum daxbus_kind kind,
							  const struct daxbus_object *previous)
{
	size_t i = previous ? previous->index + 1 : 0;

	switch (kind) {
	case DAXBUS_BUS:
		return previous ? NULL : &s->bus.object;
	case DAXBUS_REGION:
		return i < s->n_regions ? &s->regions[i]->object : NULL;
	case DAXBUS_DEVICE:
		return device_at(s, i);
	case DAXBUS_ORPHAN:
		return i < s->n_orphans ? &s->orphans[i]->object : NULL;
	case DAXBUS_MAPPING:
	case DAXBUS_BLOCK:
	case DAXBUS_EXTENT:
		return next_part(s, kind, previous);
	}
	return NULL;
}

_public_ const struct daxbus_object *daxbus_object_next(const struct daxbus_object *parent,
							enum daxbus_kind kind,
							const struct daxbus_object *previous)
{
	const struct region *region = (const struct region *)parent;
	const struct device *d = (const struct device *)parent;
	size_t i = previous ? previous->index + 1 : 0;

	if (parent->kind == DAXBUS_DEVICE && kind == DAXBUS_MAPPING)
		return i < d->n_mappings ? &d->mappings[i].object : NULL;
	if (parent->kind == DAXBUS_DEVICE && kind == DAXBUS_BLOCK)
		return i < d->n_blocks ? &d->blocks[i].object : NULL;
	if (parent->kind == DAXBUS_REGION && kind == DAXBUS_EXTENT)
		return i < region->n_free ? &region->free[i].object : NULL;
	if (parent->kind != DAXBUS_REGION || kind != DAXBUS_DEVICE)
		return NULL;
	if (!previous)
		i = region->first_device;
	return i < region->first_device + region->n_devices ? device_at(parent->snapshot, i) : NULL;
}

_public_ enum daxbus_kind daxbus_object_kind(const struct daxbus_object *object)
{
	return object->kind;
}

struct device *snapshot_find_device(const struct daxbus_snapshot *s, const char *name)
{
	for (size_t i = 0; i < s->n_devices; i++)
		if (streq(s->devices[i]->name.v, name))
			return s->devices[i];
	return NULL;
}

bool snapshot_find_zone(const struct block *block, enum zone *ret)
{
	if (block->state.is != DAXBUS_KNOWN || !is_known(&block->id))
		return false;
	*ret = ZONE_OFFLINE;
	if (streq(block->state.v, "offline"))
		return true;
	if (block->zones.is != DAXBUS_KNOWN || !block->zones.v.n)
		return false;
	*ret = strv_has(&block->zones.v, "Movable") ? ZONE_MOVABLE : ZONE_KERNEL;
	return true;
}
