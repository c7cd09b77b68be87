/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/cxl.h"

#include "base/array.h"

void cxl_decoder_done(struct cxl_decoder *decoder)
{
	free(decoder->name);
	free(decoder->path);
	free(decoder->region.v);
	free(decoder->memdev);
	free(decoder->mode.v);
	free(decoder->next.v);
	strv_done(&decoder->bridges);
	*decoder = (struct cxl_decoder){ 0 };
}

void cxl_memdev_done(struct cxl_memdev *memdev)
{
	free(memdev->name);
	free(memdev->path);
	*memdev = (struct cxl_memdev){ 0 };
}

void cxl_region_done(struct cxl_region *region)
{
	free(region->name);
	free(region->path);
	free(region->root);
	free(region->mode.v);
	opt_strv_done(&region->targets);
	*region = (struct cxl_region){ 0 };
}

void cxl_bus_done(struct cxl_bus *bus)
{
	ARRAY_FREE(bus->decoders, bus->n_decoders, cxl_decoder_done);
	ARRAY_FREE(bus->memdevs, bus->n_memdevs, cxl_memdev_done);
	ARRAY_FREE(bus->regions, bus->n_regions, cxl_region_done);
	range_list_done(&bus->firmware);
	*bus = (struct cxl_bus){ 0 };
}

const struct cxl_decoder *cxl_bus_decoder(const struct cxl_bus *bus, const char *name)
{
	for (size_t i = 0; i < bus->n_decoders; i++)
		if (streq(bus->decoders[i].name, name))
			return &bus->decoders[i];
	return NULL;
}

const struct cxl_memdev *cxl_bus_memdev(const struct cxl_bus *bus, const char *name)
{
	for (size_t i = 0; i < bus->n_memdevs; i++)
		if (streq(bus->memdevs[i].name, name))
			return &bus->memdevs[i];
	return NULL;
}

const struct cxl_memdev *cxl_bus_serial(const struct cxl_bus *bus, uint64_t serial)
{
	const struct cxl_memdev *found = NULL;

	for (size_t i = 0; i < bus->n_memdevs; i++) {
		const struct cxl_memdev *memdev = &bus->memdevs[i];

		if (!is_known(&memdev->serial) || memdev->serial.v != serial)
			continue;
		if (found)
			return NULL;
		found = memdev;
	}
	return found;
}

const struct cxl_region *cxl_bus_region(const struct cxl_bus *bus, const char *name)
{
	for (size_t i = 0; i < bus->n_regions; i++)
		if (streq(bus->regions[i].name, name))
			return &bus->regions[i];
	return NULL;
}

struct opt_u64 cxl_bus_is_locked(const struct cxl_bus *bus, const struct cxl_region *region,
				 const struct cxl_decoder **ret)
{
	*ret = NULL;
	if (is_known(&region->locked) && region->locked.v)
		return known(1);
	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (!known_as(&d->region, region->name) && !streq(d->name, region->root))
			continue;
		*ret = d;
		if (!is_known(&d->locked) || d->locked.v)
			return d->locked;
	}
	*ret = NULL;
	return known(0);
}

/* The kernel does not say which regions it found in the decoders at boot; firmware's map does. */
struct opt_u64 cxl_bus_is_firmware(const struct cxl_bus *bus, const struct cxl_region *region)
{
	if (is_known(&region->size) && !region->size.v)
		return known(0);
	if (!is_known(&region->start) || !is_known(&region->size))
		return unknown();
	for (size_t i = 0; i < bus->firmware.n; i++)
		if (bus->firmware.items[i].start <= region->start.v + region->size.v - 1 &&
		    bus->firmware.items[i].end >= region->start.v)
			return known(1);
	return known(0);
}

struct opt_u64 cxl_bus_allocated(const struct cxl_bus *bus, const struct cxl_memdev *memdev)
{
	struct opt_u64 sum = known(0);

	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (!cxl_decoder_is_of(d, memdev) || known_as(&d->mode, "pmem"))
			continue;
		if (!is_known(&d->dpa_size))
			return unknown();
		sum.v += d->dpa_size.v;
	}
	return sum;
}

bool cxl_decoder_is_of(const struct cxl_decoder *decoder, const struct cxl_memdev *memdev)
{
	return decoder->kind == CXL_ENDPOINT && decoder->memdev &&
	       streq(decoder->memdev, memdev->name);
}

bool cxl_decoder_is_used(const struct cxl_decoder *decoder)
{
	return decoder->region.is != DAXBUS_KNOWN || *decoder->region.v ||
	       !is_known(&decoder->dpa_size) || decoder->dpa_size.v;
}
