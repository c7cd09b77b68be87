/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/cxl-space.h"

#include "base/parse.h"
#include "base/string.h"
#include "model/cxl-shape.h"
#include "scan/cxl.h"

/* A line of its own: the members that regions without devices have in common. */
static struct region *add_line(struct daxbus_snapshot *s, const char *path)
{
	struct region *region = snapshot_add_region(s);

	if (!region || snapshot_str_set(&region->provider, "cxl") < 0 ||
	    snapshot_str_set(&region->path, starts_with(path, "/sys/") ? path + 4 : path) < 0)
		return NULL;
	region->is_cxl = true;
	region->available_size = region->target_node = region->start = none();
	region->largest_free = none();
	region->align = known(CXL_UNIT);
	region->dynamic = region->creatable = known(0);
	region->free_is = DAXBUS_NONE;
	return region;
}

/* --- regions ---------------------------------------------------------------------------------- */

static struct region *find_cxl_region(const struct daxbus_snapshot *s, uint64_t id)
{
	for (size_t i = 0; i < s->n_regions; i++)
		if (is_known(&s->regions[i]->id) && s->regions[i]->id.v == id &&
		    known_as(&s->regions[i]->provider, "cxl"))
			return s->regions[i];
	return NULL;
}

static struct opt_u64 is_fixed(const struct cxl_bus *bus, const struct cxl_region *region)
{
	const struct cxl_decoder *decoder;
	struct opt_u64 locked = cxl_bus_is_locked(bus, region, &decoder);

	return is_known(&locked) && locked.v ? locked : cxl_bus_is_firmware(bus, region);
}

static int name_memdevs(const struct cxl_bus *bus, const struct cxl_region *cxl,
			struct opt_strv *ret)
{
	int r = 0;

	ret->is = cxl->targets.is;
	for (size_t i = 0; r == 0 && i < cxl->targets.v.n; i++) {
		const struct cxl_decoder *d = cxl_bus_decoder(bus, cxl->targets.v.items[i]);

		if (d && d->memdev)
			r = snapshot_strv_add(ret, d->memdev);
	}
	return r;
}

static int add_empty_region(struct daxbus_snapshot *s, const struct cxl_bus *bus,
			    const struct cxl_region *cxl)
{
	struct region *region;
	uint64_t id;

	if (parse_numbered(cxl->name, "region", &id) < 0)
		return 0;
	region = find_cxl_region(s, id);
	if (region) {
		region->cxl.locked = is_fixed(bus, cxl);
		return 0;
	}
	/* Of persistent memory, the kernel makes a region of the nd bus. */
	if (cxl->mode.is == DAXBUS_KNOWN && !streq(cxl->mode.v, "ram"))
		return 0;
	region = add_line(s, cxl->path);
	if (!region)
		return -ENOMEM;
	region->id = known(id);
	region->size = cxl->size;
	if (is_known(&cxl->size) && cxl->size.v)
		region->start = cxl->start;
	region->cxl.locked = is_fixed(bus, cxl);
	return snapshot_str_set(&region->cxl.region, cxl->name)
		       ?: name_memdevs(bus, cxl, &region->cxl.memdevs);
}

/* --- memory devices --------------------------------------------------------------------------- */

static bool is_in_region(const struct cxl_bus *bus, const struct cxl_memdev *memdev)
{
	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (d->memdev && streq(d->memdev, memdev->name) && cxl_decoder_is_used(d))
			return true;
	}
	return false;
}

static int name_ways(uint32_t ways, struct opt_strv *ret)
{
	int r = 0;

	ret->is = DAXBUS_KNOWN;
	for (unsigned int n = 1; r == 0 && n <= CXL_WAYS_MAX; n++) {
		_cleanup_free_ char *text = NULL;

		if (!(ways & UINT32_C(1) << n))
			continue;
		r = string_format(&text, "%u", n) ?: snapshot_strv_add(ret, text);
	}
	return r;
}

static int add_card(struct daxbus_snapshot *s, const struct cxl_bus *bus,
		    const struct cxl_memdev *memdev)
{
	struct region *region;
	struct opt_u64 room;
	uint64_t decoders;
	uint32_t ways;
	int r = cxl_shape_of_memdev(bus, memdev, &room, &decoders, &ways);

	if (r < 0)
		return r;
	/* Without volatile memory, it has none for a device; without room, it is in regions. */
	if ((is_known(&memdev->ram) && !memdev->ram.v) ||
	    (is_in_region(bus, memdev) && is_known(&room) && room.v < CXL_UNIT))
		return 0;
	region = add_line(s, memdev->path);
	if (!region)
		return -ENOMEM;
	region->id = none();
	region->size = memdev->ram;
	region->available_size = room;
	region->creatable = known(ways != 0);
	region->cxl.free_decoders = known(decoders);
	return snapshot_strv_add(&region->cxl.memdevs, memdev->name)
		       ?: name_ways(ways, &region->cxl.interleave);
}

/* ---------------------------------------------------------------------------------------------- */

int cxl_space_add_all(struct sysfs *fs, struct daxbus_snapshot *s)
{
	_cleanup_(cxl_bus_done) struct cxl_bus bus = { 0 };
	int r = cxl_bus_read(fs, &bus);

	for (size_t i = 0; i < s->n_regions; i++)
		if (known_as(&s->regions[i]->provider, "cxl"))
			s->regions[i]->cxl.locked = unknown();
	for (size_t i = 0; r == 0 && i < bus.n_regions; i++)
		r = add_empty_region(s, &bus, &bus.regions[i]);
	for (size_t i = 0; r == 0 && i < bus.n_memdevs; i++)
		r = add_card(s, &bus, &bus.memdevs[i]);
	return r;
}
