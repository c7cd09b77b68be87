/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regions that can be divided: devices come and go, and get memory. */
#include <errno.h>
#include <stdio.h>

#include "kernel.h"

uint64_t model_region_start(unsigned int region)
{
	return MODEL_FIRST_ADDRESS + region * MODEL_STRIDE;
}

const char *model_provider(const struct model_kernel *k, unsigned int region)
{
	static char path[MODEL_REGIONS][160];

	if (region == 0 && k->cxl.present)
		return k->cxl.bound ? MODEL_CXL_ROOT "/decoder0.0/region0/dax_region0" : NULL;
	if (region == 0 && k->nd.present)
		return k->nd.driver == ND_NONE ? NULL : MODEL_ND_REGION "/dax0.0";
	snprintf(path[region], sizeof(path[region]), "%s/hmem.%u", model_kernels[k->release].parent,
		 region);
	return path[region];
}

uint64_t model_device_size(const struct model_device *d)
{
	uint64_t size = 0;

	for (unsigned int i = 0; i < d->n_ranges; i++)
		size += range_size(&d->ranges[i]);
	return size;
}

uint64_t model_available(const struct model_kernel *k, unsigned int region)
{
	uint64_t size = MODEL_REGION_SIZE;

	for (unsigned int i = 0; i < MODEL_INSTANCES; i++)
		size -= model_device_size(&k->devices[region * MODEL_INSTANCES + i]);
	return size;
}

/* --- devices ---------------------------------------------------------------------------------- */

/* Names in new_id outlive their devices. */
void model_clear_device(struct model_device *d)
{
	bool has_id[N_MODEL_DRIVERS];

	memcpy(has_id, d->has_id, sizeof(has_id));
	memset(d, 0, sizeof(*d));
	memcpy(d->has_id, has_id, sizeof(has_id));
}

static bool is_minor_free(const struct model_kernel *k, unsigned int minor)
{
	for (unsigned int i = 0; i < MODEL_DEVICES; i++)
		if (k->devices[i].exists && k->devices[i].minor == minor)
			return false;
	return true;
}

void model_add_device(struct model_kernel *k, struct model_device *d)
{
	unsigned int minor = 0;

	while (!is_minor_free(k, minor))
		minor++;
	d->exists = true;
	d->minor = minor;
}

int model_create(struct model_kernel *k, unsigned int region)
{
	struct model_region *r = &k->regions[region];

	if (!model_available(k, region))
		return -ENOSPC;
	for (int i = 0; i < MODEL_INSTANCES; i++) {
		struct model_device *d = &k->devices[region * MODEL_INSTANCES + (unsigned int)i];

		if (d->exists)
			continue;
		model_clear_device(d);
		model_add_device(k, d);
		r->youngest = i;
		if (r->seed < 0)
			r->seed = i;
		return 0;
	}
	return -ENOMEM;
}

int model_delete(struct model_kernel *k, unsigned int region, const char *value)
{
	struct model_region *r = &k->regions[region];
	int device = model_find_device(k, value), instance = device % MODEL_INSTANCES;
	struct model_device *d = &k->devices[device < 0 ? 0 : device];

	if (device < 0 || (unsigned int)device / MODEL_INSTANCES != region)
		return -ENXIO;
	if (d->driver || d->n_ranges || !instance)
		return -EBUSY;
	model_clear_device(d);
	if (r->youngest == instance)
		r->youngest = -1;
	if (r->seed == instance)
		r->seed = -1;
	return 0;
}

/* --- memory ----------------------------------------------------------------------------------- */

/* The first range of the region from @from on, and its device. Return: NULL: there is none. */
static const struct range *next_range(const struct model_kernel *k, unsigned int region,
				      uint64_t from)
{
	const struct range *next = NULL;

	for (unsigned int i = 0; i < MODEL_INSTANCES; i++) {
		const struct model_device *d = &k->devices[region * MODEL_INSTANCES + i];

		for (unsigned int j = 0; j < d->n_ranges; j++)
			if (d->ranges[j].end >= from && (!next || d->ranges[j].start < next->start))
				next = &d->ranges[j];
	}
	return next;
}

static int add_range(struct model_device *d, uint64_t start, uint64_t size)
{
	struct range *last = d->n_ranges ? &d->ranges[d->n_ranges - 1] : NULL;

	if (last && last->end + 1 == start) {
		last->end += size;
		return 0;
	}
	if (d->n_ranges == MODEL_RANGES)
		return -ENOMEM;
	d->ranges[d->n_ranges++] = (struct range){ start, start + size - 1 };
	return 0;
}

/* First fit, from the low end; what was added before an error stays. */
static int grow(struct model_kernel *k, unsigned int region, struct model_device *d, uint64_t more)
{
	uint64_t from = model_region_start(region), end = from + MODEL_REGION_SIZE;
	int r = 0;

	while (r == 0 && more && from < end) {
		const struct range *next = next_range(k, region, from);
		uint64_t until = next ? next->start : end;
		uint64_t size = until - from < more ? until - from : more;
		uint64_t after = next ? next->end + 1 : end;

		if (size)
			r = add_range(d, from, size);
		more -= r == 0 ? size : 0;
		from = after;
	}
	return r;
}

static void shrink(struct model_device *d, uint64_t less)
{
	while (less) {
		struct range *last = &d->ranges[d->n_ranges - 1];
		uint64_t size = range_size(last);

		if (less < size) {
			last->end -= less;
			return;
		}
		less -= size;
		/* States are compared as a whole. */
		*last = (struct range){ 0, 0 };
		d->n_ranges--;
	}
}

int model_set_size(struct model_kernel *k, unsigned int device, uint64_t size)
{
	struct model_device *d = &k->devices[device];
	unsigned int region = device / MODEL_INSTANCES;
	uint64_t now = model_device_size(d);

	if (d->driver)
		return -EBUSY;
	if (size > now && size - now > model_available(k, region))
		return -ENOSPC;
	if (size > now)
		return grow(k, region, d, size - now);
	shrink(d, now - size);
	return 0;
}

/* Whether a driver has the device is not looked at. */
int model_add_range(struct model_kernel *k, unsigned int device, struct range range)
{
	struct model_device *d = &k->devices[device];
	unsigned int region = device / MODEL_INSTANCES;
	uint64_t first = model_region_start(region), last = first + MODEL_REGION_SIZE - 1;
	const struct range *next = next_range(k, region, range.start);

	if (range.start < first || range.end > last || (next && next->start <= range.end) ||
	    d->n_ranges == MODEL_RANGES)
		return -ENOMEM;
	if (d->driver)
		k->disaster = "the memory of a device with a driver was changed";
	d->ranges[d->n_ranges++] = range;
	return 0;
}
