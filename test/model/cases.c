/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>

/* The sanitizer makes a path cost four times as much: fewer start states then. */
#ifdef __SANITIZE_ADDRESS__
#define FIRST_POLICY WORD_ONLINE
#define N_POLICIES   1
#else
#define FIRST_POLICY WORD_OFFLINE
#define N_POLICIES   4
#endif

#define REQUEST(text, ...)                                                                         \
	{                                                                                          \
		text, { .timeout = REQUEST_TIMEOUT, .count = 1, __VA_ARGS__ }, false               \
	}

#define REGION_REQUEST(text, ...)                                                                  \
	{                                                                                          \
		text, { .timeout = REQUEST_TIMEOUT, .count = 1, __VA_ARGS__ }, true                \
	}

const struct request_case request_cases[] = {
	REQUEST("reconfigure --mode=devdax", .action = DAXBUS_RECONFIGURE, .mode = MODE_DEVDAX),
	REQUEST("reconfigure --mode=kmem", .action = DAXBUS_RECONFIGURE, .mode = MODE_KMEM),
	REQUEST("reconfigure --mode=kmem --online=kernel", .action = DAXBUS_RECONFIGURE,
		.mode = MODE_KMEM, .online = ONLINE_KERNEL),
	REQUEST("reconfigure --mode=kmem --online=policy", .action = DAXBUS_RECONFIGURE,
		.mode = MODE_KMEM, .online = ONLINE_POLICY),
	REQUEST("reconfigure --mode=kmem --online=no", .action = DAXBUS_RECONFIGURE,
		.mode = MODE_KMEM, .online = ONLINE_NO),
	REQUEST("online", .action = DAXBUS_ONLINE),
	REQUEST("online --online=kernel", .action = DAXBUS_ONLINE, .online = ONLINE_KERNEL),
	REQUEST("online --size=256M", .action = DAXBUS_ONLINE, .size = 2 * MODEL_BLOCK_SIZE),
	REQUEST("offline", .action = DAXBUS_OFFLINE),
	REQUEST("offline --size=256M", .action = DAXBUS_OFFLINE, .size = 2 * MODEL_BLOCK_SIZE),
	REQUEST("bind --driver=kmem", .action = DAXBUS_BIND, .driver = (char[]){ "kmem" }),
	REQUEST("bind --driver=device_dax", .action = DAXBUS_BIND,
		.driver = (char[]){ "device_dax" }),
	REQUEST("unbind", .action = DAXBUS_UNBIND),
	REGION_REQUEST("create --region=0 --size=256M", .action = DAXBUS_CREATE,
		       .mode = MODE_DEVDAX, .size = 2 * MODEL_BLOCK_SIZE),
	REGION_REQUEST("create --region=0 --size=128M --mode=kmem", .action = DAXBUS_CREATE,
		       .mode = MODE_KMEM, .size = MODEL_BLOCK_SIZE),
	REGION_REQUEST("create --region=0 --mode=none", .action = DAXBUS_CREATE),
	REGION_REQUEST("destroy", .action = DAXBUS_DESTROY),
	REGION_REQUEST("resize --size=128M", .action = DAXBUS_RESIZE, .size = MODEL_BLOCK_SIZE),
	REGION_REQUEST("resize --size=+128M", .action = DAXBUS_RESIZE, .size = MODEL_BLOCK_SIZE,
		       .size_as = SIZE_MORE),
	REGION_REQUEST("resize --size=all", .action = DAXBUS_RESIZE, .size_as = SIZE_ALL),
};
const size_t n_request_cases = ARRAY_SIZE(request_cases);

static const char *const modes[] = {
	[START_NONE] = "none", [START_DEVDAX] = "devdax",
	[START_KMEM] = "kmem", [START_UNPLUGGED] = "unplugged",
	[START_FREE] = "free", [START_HALF] = "half",
	[START_TWO] = "two",   [START_TWO_RANGES] = "ranges",
};

const char *start_mode_name(enum start_mode mode)
{
	return modes[mode];
}

static const struct {
	enum start_mode mode;
	const char *name;
	enum zone zones[MODEL_BLOCKS];
} shapes[] = {
	{ START_NONE, "without a driver", { 0 } },
	{ START_DEVDAX, "in devdax", { 0 } },
	{ START_KMEM,
	  "in kmem, memory offline",
	  { ZONE_OFFLINE, ZONE_OFFLINE, ZONE_OFFLINE, ZONE_OFFLINE } },
	{ START_KMEM,
	  "in kmem, memory movable",
	  { ZONE_MOVABLE, ZONE_MOVABLE, ZONE_MOVABLE, ZONE_MOVABLE } },
	{ START_KMEM,
	  "in kmem, memory kernel",
	  { ZONE_KERNEL, ZONE_KERNEL, ZONE_KERNEL, ZONE_KERNEL } },
	{ START_KMEM,
	  "in kmem, memory kernel, movable and offline",
	  { ZONE_KERNEL, ZONE_MOVABLE, ZONE_OFFLINE, ZONE_MOVABLE } },
	{ START_UNPLUGGED, "in kmem, memory unplugged", { 0 } },
	{ START_FREE, "without memory", { 0 } },
	{ START_HALF, "in devdax with 256 MiB", { 0 } },
	{ START_TWO, "with 128 MiB, dax0.1 in kmem with 256 MiB behind it, movable", { 0 } },
	{ START_TWO_RANGES, "with 128 MiB, dax0.1 with two ranges, no driver", { 0 } },
};

const unsigned int n_starts = N_POLICIES * ARRAY_SIZE(shapes);

static void write_or_abort(struct model_kernel *k, const char *path, const char *value)
{
	if (model_write(k, path, value) < 0)
		abort();
}

/* The device gets its driver as daxbus, or whoever came before it, would have given it. */
static void put_into(struct model_kernel *k, enum start_mode mode)
{
	struct model_device *d = &k->devices[0];
	enum model_driver driver = mode == START_NONE	  ? MODEL_NONE
				   : mode == START_DEVDAX ? MODEL_DEVICE_DAX
							  : MODEL_KMEM;

	if (d->driver)
		write_or_abort(k,
			       d->driver == MODEL_KMEM ? "/sys/bus/dax/drivers/kmem/unbind"
						       : "/sys/bus/dax/drivers/device_dax/unbind",
			       "dax0.0");
	if (driver == MODEL_NONE)
		return;
	d->has_id[driver] = true;
	write_or_abort(k,
		       driver == MODEL_KMEM ? "/sys/bus/dax/drivers/kmem/bind"
					    : "/sys/bus/dax/drivers/device_dax/bind",
		       "dax0.0");
	d->has_id[driver] = false;
}

#define DEVICE_FILE(instance, file)                                                                \
	(snprintf(path, sizeof(path), "%s/hmem.0/%s%s/%s", model_kernels[k->release].parent,       \
		  (instance) < 0 ? "dax_region" : "dax0.",                                         \
		  (instance) < 0    ? ""                                                           \
		  : (instance) == 0 ? "0"                                                          \
				    : "1",                                                         \
		  file),                                                                           \
	 path)

/* Memory blocks of the region are 100000000, 108000000, 110000000 and 118000000. */
static void divide(struct model_kernel *k, enum start_mode mode)
{
	char path[128];

	put_into(k, START_NONE);
	if (mode == START_FREE || mode == START_HALF)
		write_or_abort(k, DEVICE_FILE(0, "size"), mode == START_FREE ? "0" : "268435456");
	if (mode == START_HALF)
		put_into(k, START_DEVDAX);
	if (mode != START_TWO && mode != START_TWO_RANGES)
		return;
	write_or_abort(k, DEVICE_FILE(0, "size"), "134217728");
	write_or_abort(k, DEVICE_FILE(-1, "create"), "1");
	if (mode == START_TWO_RANGES) {
		write_or_abort(k, DEVICE_FILE(1, "mapping"), "118000000-11fffffff");
		write_or_abort(k, DEVICE_FILE(1, "mapping"), "108000000-10bffffff");
		return;
	}
	write_or_abort(k, DEVICE_FILE(1, "mapping"), "108000000-117ffffff");
	k->devices[1].has_id[MODEL_KMEM] = true;
	write_or_abort(k, "/sys/bus/dax/drivers/kmem/bind", "dax0.1");
	k->devices[1].has_id[MODEL_KMEM] = false;
	k->regions[0].blocks[1].zone = k->regions[0].blocks[2].zone = ZONE_MOVABLE;
}

/* Dividing regions has nothing to do with the policy: the one that does most harm is enough. */
bool start_fits(const struct start *start, const struct request_case *request)
{
	if (request->of_region)
		return start->kernel.policy == WORD_ONLINE;
	return start->mode < START_FREE;
}

bool start_get(enum model_release release, unsigned int number, struct start *ret)
{
	unsigned int policy = FIRST_POLICY + number / ARRAY_SIZE(shapes);
	unsigned int shape = number % ARRAY_SIZE(shapes);

	*ret = (struct start){ .mode = shapes[shape].mode,
			       .device = "dax0.0",
			       .zones = shapes[shape].zones };
	if (ret->mode == START_TWO || ret->mode == START_TWO_RANGES) {
		ret->device = "dax0.1";
		ret->instance = 1;
	}
	if (ret->mode == START_UNPLUGGED && !model_kernels[release].has_state)
		return false;
	model_boot(&ret->kernel, release);
	if (ret->mode >= START_FREE)
		divide(&ret->kernel, ret->mode);
	else
		put_into(&ret->kernel, ret->mode);
	for (size_t b = 0; ret->mode == START_KMEM && b < MODEL_BLOCKS; b++)
		ret->kernel.regions[0].blocks[b].zone = ret->zones[b];
	if (ret->mode == START_UNPLUGGED)
		model_set_state(&ret->kernel, 0, WORD_UNPLUGGED);
	ret->kernel.policy = policy;
	snprintf(ret->name, sizeof(ret->name), "policy %s, dax0.0 %s", model_word(policy),
		 shapes[shape].name);
	return true;
}
