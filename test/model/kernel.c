/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel.h"

#include <errno.h>
#include <stdio.h>

#include "base/parse.h"

const struct model_kernel_facts model_kernels[N_MODEL_RELEASES] = {
	[MODEL_5_10] = { "5.10.0-46-amd64", "/sys/devices/platform", false, false, false, false,
			 true, true },
	[MODEL_6_1] = { "6.1.0-56-amd64", "/sys/devices/platform", false, true, false, false, true,
			true },
	[MODEL_6_12] = { "6.12.95+deb12-amd64", "/sys/devices/platform", true, true, true, false,
			 true, false },
	[MODEL_7_3] = { "7.3.4+deb13-amd64", "/sys/devices/platform/hmem_platform.0", true, true,
			true, true, false, false },
};

static const char *const words[N_WORDS] = {
	[WORD_OFFLINE] = "offline",
	[WORD_ONLINE] = "online",
	[WORD_ONLINE_KERNEL] = "online_kernel",
	[WORD_ONLINE_MOVABLE] = "online_movable",
	[WORD_UNPLUGGED] = "unplugged",
};

static const char *const drivers[N_MODEL_DRIVERS] = {
	[MODEL_NONE] = "none",
	[MODEL_DEVICE_DAX] = "device_dax",
	[MODEL_KMEM] = "kmem",
};

const char *model_word(enum model_word word)
{
	return words[word];
}

const char *model_driver(enum model_driver driver)
{
	return drivers[driver];
}

uint64_t model_hash(const void *data, size_t size, uint64_t hash)
{
	const unsigned char *bytes = data;

	if (!hash)
		hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static const struct model_kernel_facts *facts_of(const struct model_kernel *k)
{
	return &model_kernels[k->release];
}

static enum model_word find_word(const char *text)
{
	for (unsigned int i = 0; i < N_WORDS; i++)
		if (streq(words[i], text))
			return (enum model_word)i;
	return N_WORDS;
}

/* Whether it exists or not; -1: the model has no place for it. */
static int number_of(const char *name)
{
	uint32_t region, instance;

	if (parse_device_name(name, &region, &instance) < 0 || region >= MODEL_REGIONS ||
	    instance >= MODEL_INSTANCES)
		return -1;
	return (int)(region * MODEL_INSTANCES + instance);
}

int model_find_device(const struct model_kernel *k, const char *name)
{
	int i = number_of(name);

	return i >= 0 && k->devices[i].exists ? i : -1;
}

/* --- memory blocks ---------------------------------------------------------------------------- */

/* Whether a block lies between the first and the last that are online in a zone. */
static bool is_in_span(const struct model_region *region, unsigned int block, enum zone zone)
{
	bool before = false, after = false;

	for (unsigned int i = 0; i < MODEL_BLOCKS; i++)
		if (region->blocks[i].present && region->blocks[i].zone == zone) {
			before |= i <= block;
			after |= i >= block;
		}
	return before && after;
}

enum zone model_default_zone(const struct model_region *region, unsigned int block)
{
	return is_in_span(region, block, ZONE_MOVABLE) && !is_in_span(region, block, ZONE_KERNEL)
		       ? ZONE_MOVABLE
		       : ZONE_KERNEL;
}

static enum zone zone_of(const struct model_region *region, unsigned int block,
			 enum model_word word)
{
	switch (word) {
	case WORD_ONLINE_MOVABLE:
		return ZONE_MOVABLE;
	case WORD_ONLINE_KERNEL:
		return ZONE_KERNEL;
	case WORD_ONLINE:
		return model_default_zone(region, block);
	default:
		return ZONE_OFFLINE;
	}
}

int model_set_block(struct model_kernel *k, unsigned int region, unsigned int block,
		    enum model_word word)
{
	struct model_block *b = &k->regions[region].blocks[block];

	if (!b->present)
		return -ENOENT;
	if (word >= WORD_UNPLUGGED || (word == WORD_OFFLINE) == (b->zone == ZONE_OFFLINE))
		return -EINVAL;
	b->zone = zone_of(&k->regions[region], block, word);
	return 0;
}

void model_inner_blocks(unsigned int region, const struct range *range, unsigned int *first,
			unsigned int *end)
{
	uint64_t start = range->start - model_region_start(region);

	*first = (unsigned int)((start + MODEL_BLOCK_SIZE - 1) / MODEL_BLOCK_SIZE);
	*end = (unsigned int)((start + range_size(range)) / MODEL_BLOCK_SIZE);
}

static unsigned int region_of(const struct model_kernel *k, const struct model_device *d)
{
	return (unsigned int)(d - k->devices) / MODEL_INSTANCES;
}

/* Whether a block of the device is there, or, @online, is online. */
static bool has_block(const struct model_kernel *k, const struct model_device *d,
		      const struct range *range, bool online)
{
	unsigned int region = region_of(k, d), first, end;

	model_inner_blocks(region, range, &first, &end);
	for (unsigned int i = first; i < end; i++) {
		const struct model_block *b = &k->regions[region].blocks[i];

		if (b->present && (!online || b->zone != ZONE_OFFLINE))
			return true;
	}
	return false;
}

static void add_memory(struct model_kernel *k, struct model_device *d, enum model_word word)
{
	unsigned int first, end;

	for (unsigned int i = 0; i < d->n_ranges; i++) {
		struct model_region *region = &k->regions[region_of(k, d)];

		model_inner_blocks(region_of(k, d), &d->ranges[i], &first, &end);
		for (unsigned int b = first; b < end; b++)
			region->blocks[b] =
				(struct model_block){ true, true, zone_of(region, b, word) };
	}
	d->state = word;
}

/* All of a range goes, or, with one block online, none of it until the next boot. */
static void remove_memory(struct model_kernel *k, struct model_device *d, bool even_online)
{
	unsigned int region = region_of(k, d), first, end;

	for (unsigned int i = 0; i < d->n_ranges; i++) {
		bool stuck = !even_online && has_block(k, d, &d->ranges[i], true);

		model_inner_blocks(region, &d->ranges[i], &first, &end);
		for (unsigned int b = first; b < end; b++) {
			if (stuck)
				k->regions[region].blocks[b].owned = false;
			else
				memset(&k->regions[region].blocks[b], 0,
				       sizeof(struct model_block));
		}
	}
}

/* --- drivers ---------------------------------------------------------------------------------- */

static bool matches(const struct model_kernel *k, const struct model_device *d,
		    enum model_driver driver)
{
	if (d->has_id[driver])
		return true;
	if (facts_of(k)->kmem_by_default)
		return driver == MODEL_KMEM;
	return driver == MODEL_DEVICE_DAX;
}

static bool has_inner_block(const struct model_kernel *k, const struct model_device *d)
{
	unsigned int first, end;

	for (unsigned int i = 0; i < d->n_ranges; i++) {
		model_inner_blocks(region_of(k, d), &d->ranges[i], &first, &end);
		if (first < end)
			return true;
	}
	return false;
}

static bool is_in_the_way(const struct model_kernel *k, const struct model_device *d)
{
	for (unsigned int i = 0; i < d->n_ranges; i++)
		if (has_block(k, d, &d->ranges[i], false))
			return true;
	return false;
}

/* Return: 0; what the probe function of the driver says. */
static int probe(struct model_kernel *k, struct model_device *d, enum model_driver driver)
{
	if (!d->n_ranges)
		return -ENXIO;
	/* Memory that is left there has the range reserved. */
	if (is_in_the_way(k, d)) {
		if (driver == MODEL_KMEM || d->stale_memmap)
			return driver == MODEL_KMEM ? -EBUSY : -EINVAL;
		d->stale_memmap = k->release > MODEL_5_10;
		return -EBUSY;
	}
	if (driver == MODEL_DEVICE_DAX && d->stale_memmap)
		return -EINVAL;
	/* kernel < 5.15: it succeeds, and adds nothing. */
	if (driver == MODEL_KMEM && !has_inner_block(k, d) && k->release > MODEL_5_10)
		return -EINVAL;
	if (driver == MODEL_KMEM)
		add_memory(k, d, k->policy);
	d->driver = driver;
	d->n_reserved = d->n_ranges;
	if (k->regions[region_of(k, d)].seed == (int)((d - k->devices) % MODEL_INSTANCES))
		k->regions[region_of(k, d)].seed = -1;
	return 0;
}

static void attach_all(struct model_kernel *k, enum model_driver driver)
{
	for (unsigned int i = 0; i < MODEL_DEVICES; i++)
		if (k->devices[i].exists && k->devices[i].driver == MODEL_NONE &&
		    matches(k, &k->devices[i], driver))
			(void)probe(k, &k->devices[i], driver);
}

void model_add_first_device(struct model_kernel *k, unsigned int region)
{
	struct model_device *d = &k->devices[region * MODEL_INSTANCES];

	model_add_device(k, d);
	d->n_ranges = 1;
	d->ranges[0].start = model_region_start(region);
	d->ranges[0].end = model_region_start(region) + MODEL_REGION_SIZE - 1;
	/* The kernel wants it of CXL memory, whatever is asked for. */
	d->memmap = region == 0 && k->cxl.present;
	for (unsigned int i = MODEL_DEVICE_DAX; i < N_MODEL_DRIVERS && k->autoprobe; i++)
		if (d->driver == MODEL_NONE && matches(k, d, (enum model_driver)i))
			(void)probe(k, d, (enum model_driver)i);
}

void model_remove_devices(struct model_kernel *k, unsigned int region)
{
	for (unsigned int i = 0; i < MODEL_INSTANCES; i++) {
		struct model_device *d = &k->devices[region * MODEL_INSTANCES + i];

		if (!d->exists)
			continue;
		if (d->driver == MODEL_KMEM)
			remove_memory(k, d, false);
		if (d->driver == MODEL_DEVICE_DAX && d->is_held)
			k->disaster = "a device was taken from a process that has it open";
		model_clear_device(d);
	}
	k->regions[region].youngest = k->regions[region].seed = -1;
}

static int write_bind(struct model_kernel *k, enum model_driver driver, int device)
{
	struct model_device *d = &k->devices[device];
	int r;

	if (!matches(k, d, driver))
		return -ENODEV;
	r = d->driver != MODEL_NONE ? -EBUSY : probe(k, d, driver);
	return r < 0 && !facts_of(k)->real_errno ? -ENODEV : r;
}

static int write_unbind(struct model_kernel *k, enum model_driver driver, int device)
{
	struct model_device *d = &k->devices[device];

	if (d->driver != driver)
		return -ENODEV;
	if (driver == MODEL_KMEM)
		remove_memory(k, d, false);
	if (driver == MODEL_DEVICE_DAX && d->is_held)
		k->disaster = "a device was taken from a process that has it open";
	d->driver = MODEL_NONE;
	d->n_reserved = 0;
	d->state = WORD_OFFLINE;
	return 0;
}

static int write_driver(struct model_kernel *k, enum model_driver driver, const char *file,
			const char *value)
{
	int device = number_of(value);

	if (streq(file, "new_id") || streq(file, "remove_id")) {
		uint32_t region, instance;

		if (parse_device_name(value, &region, &instance) < 0)
			return -EINVAL;
		if (device >= 0)
			k->devices[device].has_id[driver] = streq(file, "new_id");
		if (streq(file, "new_id"))
			attach_all(k, driver);
		return 0;
	}
	if (device < 0 || !k->devices[device].exists)
		return -ENODEV;
	if (streq(file, "bind"))
		return write_bind(k, driver, device);
	return streq(file, "unbind") ? write_unbind(k, driver, device) : -ENOENT;
}

static int write_probe(struct model_kernel *k, const char *value)
{
	int device = model_find_device(k, value);

	if (device < 0)
		return -ENODEV;
	for (unsigned int i = MODEL_DEVICE_DAX; i < N_MODEL_DRIVERS; i++)
		if (k->devices[device].driver == MODEL_NONE &&
		    matches(k, &k->devices[device], (enum model_driver)i))
			(void)probe(k, &k->devices[device], (enum model_driver)i);
	return 0;
}

/* --- `state` of a device in kmem -------------------------------------------------------------- */

int model_set_state(struct model_kernel *k, unsigned int device, enum model_word word)
{
	struct model_device *d = &k->devices[device];

	if (!facts_of(k)->has_state || d->driver != MODEL_KMEM)
		return -ENOENT;
	if (word == N_WORDS || word == WORD_OFFLINE)
		return -EINVAL;
	if (word == d->state)
		return 0;
	if (word == WORD_UNPLUGGED) {
		remove_memory(k, d, true);
		d->state = word;
		return 0;
	}
	if (d->state != WORD_UNPLUGGED)
		return -EBUSY;
	add_memory(k, d, word);
	return 0;
}

/* --- all files -------------------------------------------------------------------------------- */

/* `online` is content with what is so already; `state` is not. */
static int write_online(struct model_kernel *k, unsigned int region, unsigned int block,
			const char *value)
{
	bool online, is_online = k->regions[region].blocks[block].zone != ZONE_OFFLINE;
	int r = model_parse_bool(value, &online);

	if (r < 0 || online == is_online)
		return r;
	return model_set_block(k, region, block, online ? WORD_ONLINE : WORD_OFFLINE);
}

static int write_block(struct model_kernel *k, uint64_t id, const char *file, const char *value)
{
	uint64_t address = id * MODEL_BLOCK_SIZE - MODEL_FIRST_ADDRESS;
	unsigned int region = (unsigned int)(address / MODEL_STRIDE);
	unsigned int block = (unsigned int)(address % MODEL_STRIDE / MODEL_BLOCK_SIZE);
	enum model_word word = find_word(value);

	if (id * MODEL_BLOCK_SIZE < MODEL_FIRST_ADDRESS || region >= MODEL_REGIONS ||
	    block >= MODEL_BLOCKS)
		return -ENOENT;
	if (streq(file, "online"))
		return write_online(k, region, block, value);
	if (!streq(file, "state"))
		return -ENOENT;
	return word == N_WORDS ? -EINVAL : model_set_block(k, region, block, word);
}

static int write_policy(struct model_kernel *k, const char *value)
{
	enum model_word word = find_word(value);

	if (word >= WORD_UNPLUGGED)
		return -EINVAL;
	k->policy = word;
	return 0;
}

/* A file of a device or of its provider. */
static int write_attribute(struct model_kernel *k, const char *path, const char *value)
{
	for (unsigned int region = 0; region < MODEL_REGIONS; region++) {
		const char *provider = model_provider(k, region), *rest;
		unsigned int instance, device;
		char file[64];

		if (!provider || !starts_with(path, provider) || path[strlen(provider)] != '/')
			continue;
		rest = path + strlen(provider) + 1;
		if (sscanf(rest, "dax_region/%63s", file) == 1)
			return model_write_region(k, region, file, value);
		if (sscanf(rest, "dax%*u.%u/%63s", &instance, file) != 2)
			return streq(rest, "uevent") ? model_write_uevent(value) : -ENOENT;
		device = region * MODEL_INSTANCES + instance;
		if (instance >= MODEL_INSTANCES || !k->devices[device].exists)
			return -ENOENT;
		return streq(file, "state") ? model_set_state(k, device, find_word(value))
					    : model_write_device(k, device, file, value);
	}
	return starts_with(path, MODEL_CXL_ROOT) ? model_write_cxl(k, path, value) : -ENOENT;
}

static int write_file(struct model_kernel *k, const char *path, const char *value)
{
	char driver[32], file[32];
	uint64_t id;

	if (streq(path, "/sys/devices/system/memory/auto_online_blocks"))
		return write_policy(k, value);
	if (sscanf(path, "/sys/devices/system/memory/memory%" SCNu64 "/%31s", &id, file) == 2)
		return write_block(k, id, file, value);
	if (streq(path, "/sys/bus/dax/drivers_probe"))
		return write_probe(k, value);
	if (streq(path, "/sys/bus/dax/drivers_autoprobe")) {
		k->autoprobe = *value != '0';
		return 0;
	}
	if (sscanf(path, "/sys/bus/dax/drivers/%31[^/]/%31s", driver, file) == 2)
		for (unsigned int i = MODEL_DEVICE_DAX; i < N_MODEL_DRIVERS; i++)
			if (streq(driver, drivers[i]))
				return write_driver(k, (enum model_driver)i, file, value);
	if (starts_with(path, "/sys/bus/cxl/"))
		return model_write_cxl(k, path, value);
	if (starts_with(path, "/sys/bus/nd/"))
		return model_write_nd(k, path, value);
	return write_attribute(k, path, value);
}

/* The kernel ignores one newline at the end of a value. */
int model_write(struct model_kernel *k, const char *path, const char *value)
{
	size_t n = strlen(value);
	char line[256];

	if (!n || n >= sizeof(line))
		return -EINVAL;
	snprintf(line, sizeof(line), "%.*s", (int)(n - (value[n - 1] == '\n')), value);
	return write_file(k, path, line);
}

void model_boot(struct model_kernel *k, enum model_release release)
{
	/* States are compared and hashed with their padding. */
	memset(k, 0, sizeof(*k));
	k->release = release;
	k->autoprobe = true;
	for (unsigned int i = 0; i < MODEL_REGIONS; i++) {
		k->regions[i].youngest = k->regions[i].seed = -1;
		model_add_first_device(k, i);
	}
}
