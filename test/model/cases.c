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
		text,                                                                              \
		{                                                                                  \
			.timeout = REQUEST_TIMEOUT, .count = 1, __VA_ARGS__                        \
		}                                                                                  \
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
};
const size_t n_request_cases = ARRAY_SIZE(request_cases);

static const char *const modes[] = {
	[START_NONE] = "none",
	[START_DEVDAX] = "devdax",
	[START_KMEM] = "kmem",
	[START_UNPLUGGED] = "unplugged",
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

	memset(d, 0, sizeof(*d));
	if (driver == MODEL_NONE)
		return;
	d->has_id[driver] = true;
	write_or_abort(k,
		       driver == MODEL_KMEM ? "/sys/bus/dax/drivers/kmem/bind"
					    : "/sys/bus/dax/drivers/device_dax/bind",
		       "dax0.0");
	d->has_id[driver] = false;
}

bool start_get(enum model_release release, unsigned int number, struct start *ret)
{
	unsigned int policy = FIRST_POLICY + number / ARRAY_SIZE(shapes);
	unsigned int shape = number % ARRAY_SIZE(shapes);

	*ret = (struct start){ .mode = shapes[shape].mode, .zones = shapes[shape].zones };
	if (ret->mode == START_UNPLUGGED && !model_kernels[release].has_state)
		return false;
	model_boot(&ret->kernel, release);
	put_into(&ret->kernel, ret->mode);
	for (size_t b = 0; ret->mode == START_KMEM && b < MODEL_BLOCKS; b++)
		ret->kernel.devices[0].blocks[b].zone = ret->zones[b];
	if (ret->mode == START_UNPLUGGED)
		model_set_state(&ret->kernel, 0, WORD_UNPLUGGED);
	ret->kernel.policy = policy;
	snprintf(ret->name, sizeof(ret->name), "policy %s, dax0.0 %s", model_word(policy),
		 shapes[shape].name);
	return true;
}
