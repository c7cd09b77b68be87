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

#define OF_KIND(of_kind, text, ...)                                                                \
	{                                                                                          \
		.name = text, .kind = of_kind, .request = {                                        \
			.timeout = REQUEST_TIMEOUT,                                                \
			.count = 1,                                                                \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define REQUEST(...)	    OF_KIND(CASE_DEVICE, __VA_ARGS__)
#define REGION_REQUEST(...) OF_KIND(CASE_REGION, __VA_ARGS__)
#define CXL_REQUEST(...)    OF_KIND(CASE_CXL, __VA_ARGS__)
#define ND_REQUEST(...)	    OF_KIND(CASE_ND, __VA_ARGS__)

#define PLAIN(...)                                                                                 \
	{                                                                                          \
		.timeout = REQUEST_TIMEOUT, .count = 1, __VA_ARGS__                                \
	}

static char *cards[] = { (char[]){ "mem0" }, (char[]){ "mem1" } };

/* Both devices change. */
#define PAIR(text, of_end)                                                                         \
	{                                                                                          \
		.name = text, .kind = CASE_GROUP, .end = of_end, .device = "dax1.0",               \
		.request = PLAIN(.action = DAXBUS_RECONFIGURE, .mode = MODE_KMEM),                 \
		.second = PLAIN(.action = DAXBUS_RECONFIGURE, .mode = MODE_KMEM,                   \
				.online = ONLINE_KERNEL),                                          \
	}
/* One gives memory back, and another one is created in it. */
#define SHARE(text, of_end)                                                                        \
	{                                                                                          \
		.name = text, .kind = CASE_GROUP, .end = of_end, .region = "region0",              \
		.request = PLAIN(.action = DAXBUS_RESIZE, .size = 2 * MODEL_BLOCK_SIZE),           \
		.second = PLAIN(.action = DAXBUS_CREATE, .mode = MODE_KMEM,                        \
				.size = MODEL_BLOCK_SIZE),                                         \
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
	REQUEST("bind", .action = DAXBUS_BIND),
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
	PAIR("policy apply, two devices to kmem", END_DONE),
	PAIR("policy try, the same, not confirmed", END_NOT_CONFIRMED),
	PAIR("policy try, the same, confirmed", END_CONFIRMED),
	SHARE("policy apply, another device in a region", END_DONE),
	SHARE("policy try, the same, not confirmed", END_NOT_CONFIRMED),
	CXL_REQUEST("destroy, with its region", .action = DAXBUS_DESTROY, .whole_region = true),
	CXL_REQUEST("create --memdev=mem0,mem1", .action = DAXBUS_CREATE, .mode = MODE_DEVDAX,
		    .memdevs = { cards, ARRAY_SIZE(cards) }),
	CXL_REQUEST("create --memdev=mem0,mem1 --mode=kmem", .action = DAXBUS_CREATE,
		    .mode = MODE_KMEM, .memdevs = { cards, ARRAY_SIZE(cards) }),
	ND_REQUEST("reconfigure --mode=compat", .action = DAXBUS_RECONFIGURE, .mode = MODE_COMPAT),
	ND_REQUEST("reconfigure --mode=devdax", .action = DAXBUS_RECONFIGURE, .mode = MODE_DEVDAX),
	ND_REQUEST("reconfigure --mode=kmem", .action = DAXBUS_RECONFIGURE, .mode = MODE_KMEM),
};
const size_t n_request_cases = ARRAY_SIZE(request_cases);

static const char *const modes[] = {
	[START_NONE] = "none",	       [START_DEVDAX] = "devdax",
	[START_KMEM] = "kmem",	       [START_UNPLUGGED] = "unplugged",
	[START_FREE] = "free",	       [START_HALF] = "half",
	[START_TWO] = "two",	       [START_TWO_RANGES] = "ranges",
	[START_PAIR] = "pair",	       [START_CXL_DEVDAX] = "cxl-devdax",
	[START_CXL_KMEM] = "cxl-kmem", [START_CXL_OFF] = "cxl-off",
	[START_CXL_FREE] = "cxl-free", [START_ND_BUS] = "nd-bus",
	[START_ND_KMEM] = "nd-kmem",   [START_ND_CLASS] = "nd-class",
};

const char *start_mode_name(enum start_mode mode)
{
	return modes[mode];
}

#define ALL_MOVABLE                                                                                \
	{                                                                                          \
		ZONE_MOVABLE, ZONE_MOVABLE, ZONE_MOVABLE, ZONE_MOVABLE                             \
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
	{ START_KMEM, "in kmem, memory movable", ALL_MOVABLE },
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
	{ START_PAIR, "and dax1.0 in devdax", { 0 } },
	{ START_CXL_DEVDAX, "of CXL memory, in devdax", { 0 } },
	{ START_CXL_KMEM, "of CXL memory, in kmem, movable", ALL_MOVABLE },
	{ START_CXL_OFF, "not there: its CXL region has no driver", { 0 } },
	{ START_CXL_FREE, "not there: CXL memory without a region", { 0 } },
	{ START_ND_BUS, "of persistent memory, in devdax", { 0 } },
	{ START_ND_KMEM, "of persistent memory, in kmem, movable", ALL_MOVABLE },
	{ START_ND_CLASS, "of persistent memory, in /sys/class/dax", { 0 } },
};

const unsigned int n_starts = N_POLICIES * ARRAY_SIZE(shapes);

static void write_or_abort(struct model_kernel *k, const char *path, const char *value)
{
	if (model_write(k, path, value) < 0)
		abort();
}

/* The device gets its driver as daxbus, or whoever came before it, would have given it. */
static void bind_to(struct model_kernel *k, unsigned int device, enum model_driver driver)
{
	struct model_device *d = &k->devices[device];
	const char *name = device ? "dax1.0" : "dax0.0";

	if (d->driver)
		write_or_abort(k,
			       d->driver == MODEL_KMEM ? "/sys/bus/dax/drivers/kmem/unbind"
						       : "/sys/bus/dax/drivers/device_dax/unbind",
			       name);
	if (driver == MODEL_NONE)
		return;
	d->has_id[driver] = true;
	write_or_abort(k,
		       driver == MODEL_KMEM ? "/sys/bus/dax/drivers/kmem/bind"
					    : "/sys/bus/dax/drivers/device_dax/bind",
		       name);
	d->has_id[driver] = false;
}

static void put_into(struct model_kernel *k, enum start_mode mode)
{
	bind_to(k, 0,
		mode == START_NONE     ? MODEL_NONE
		: mode == START_DEVDAX ? MODEL_DEVICE_DAX
				       : MODEL_KMEM);
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

static void put_cxl_into(struct model_kernel *k, enum start_mode mode)
{
	model_boot_cxl(k);
	bind_to(k, 0, MODEL_NONE);
	if (mode == START_CXL_DEVDAX) {
		k->devices[0].memmap = false;
		bind_to(k, 0, MODEL_DEVICE_DAX);
	}
	if (mode == START_CXL_KMEM)
		bind_to(k, 0, MODEL_KMEM);
	if (mode == START_CXL_OFF)
		write_or_abort(k, "/sys/bus/cxl/drivers/cxl_region/unbind", "region0");
	if (mode != START_CXL_FREE)
		return;
	write_or_abort(k, MODEL_CXL_ROOT "/decoder0.0/delete_region", "region0");
	write_or_abort(k, MODEL_CXL_ROOT "/port1/endpoint2/decoder2.0/dpa_size", "0");
	write_or_abort(k, MODEL_CXL_ROOT "/port1/endpoint3/decoder3.0/dpa_size", "0");
	/* As after a boot. */
	k->cxl.next = 0;
}

static void put_nd_into(struct model_kernel *k, enum start_mode mode)
{
	model_boot_nd(k);
	bind_to(k, 0, mode == START_ND_KMEM ? MODEL_KMEM : MODEL_DEVICE_DAX);
	if (mode != START_ND_CLASS)
		return;
	write_or_abort(k, "/sys/bus/nd/drivers/dax_pmem/unbind", "dax0.0");
	write_or_abort(k, "/sys/bus/nd/drivers/dax_pmem_compat/bind", "dax0.0");
}

/* A CXL region without a driver has no device that a request could be about. */
static bool fits_cxl(enum start_mode mode, enum daxbus_action action)
{
	return (action == DAXBUS_CREATE) == (mode == START_CXL_FREE);
}

static bool fits_kind(const struct start *start, const struct request_case *request)
{
	switch (request->kind) {
	case CASE_REGION:
		return start->kind == CASE_REGION || start->kind == CASE_DEVICE;
	case CASE_GROUP:
		/* Where Linux 7.0 divides a region, only files of /run say where it begins. */
		return request->device
			       ? start->mode == START_PAIR
			       : start->mode == START_DEVDAX &&
					 model_kernels[start->kernel.release].has_soft_reserved;
	case CASE_CXL:
		return start->kind == CASE_CXL && fits_cxl(start->mode, request->request.action);
	default:
		return start->kind == request->kind;
	}
}

static bool has_start(enum model_release release, enum start_mode mode)
{
#ifdef __SANITIZE_ADDRESS__
	/* Slow: memory errors hardly depend on the kernel, so one for each kind is enough. */
	if (release != (mode >= START_ND_BUS ? MODEL_5_10 : MODEL_7_3))
		return false;
#endif
	if (mode == START_UNPLUGGED)
		return model_kernels[release].has_state;
	if (mode >= START_ND_BUS)
		return release == MODEL_5_10;
	/* Regions of CXL memory have devices since Linux 6.3. */
	return mode < START_CXL_DEVDAX || release >= MODEL_6_12;
}

/* The kernels on which the request can be explored from the state. Return: their number. */
static unsigned int find_kernels(const struct start *start, const struct request_case *request,
				 enum model_release ret[N_MODEL_RELEASES])
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < N_MODEL_RELEASES; i++) {
		struct start other = *start;

		other.kernel.release = (enum model_release)i;
		if (has_start(other.kernel.release, start->mode) && fits_kind(&other, request))
			ret[n++] = other.kernel.release;
	}
	return n;
}

/*
 * Where few are wanted, each start state and request has one kernel, another one than the next; if
 * it depends on the policy, it has all kernels and on each another policy.
 */
static bool is_its_turn(const struct start *start, const struct request_case *request)
{
	unsigned int turn = start->shape + (unsigned int)(request - request_cases);
	enum model_release kernels[N_MODEL_RELEASES];
	unsigned int n;

	if (request->kind == CASE_DEVICE)
		return start->kernel.policy ==
		       FIRST_POLICY + (turn + start->kernel.release) % N_POLICIES;
	n = find_kernels(start, request, kernels);
	return start->kernel.release == kernels[turn % n];
}

/* Dividing regions has nothing to do with the policy: the one that does most harm is enough. */
bool start_fits(const struct start *start, const struct request_case *request, bool few)
{
	if (!fits_kind(start, request) ||
	    (request->kind != CASE_DEVICE && start->kernel.policy != WORD_ONLINE))
		return false;
	return !few || is_its_turn(start, request);
}

static enum case_kind kind_of(enum start_mode mode)
{
	if (mode >= START_ND_BUS)
		return CASE_ND;
	if (mode >= START_CXL_DEVDAX)
		return CASE_CXL;
	if (mode == START_PAIR)
		return CASE_GROUP;
	return mode >= START_FREE ? CASE_REGION : CASE_DEVICE;
}

/* What the start is about: the device, or the region that has none. */
static void set_subject(struct start *start)
{
	bool second = start->mode == START_TWO || start->mode == START_TWO_RANGES;

	start->instance = second;
	start->device = start->mode == START_CXL_OFF ? "region0" : second ? "dax0.1" : "dax0.0";
}

static void put(struct start *start)
{
	struct model_kernel *k = &start->kernel;

	if (start->kind == CASE_ND)
		put_nd_into(k, start->mode);
	else if (start->kind == CASE_CXL)
		put_cxl_into(k, start->mode);
	else if (start->kind == CASE_REGION)
		divide(k, start->mode);
	else
		put_into(k, start->mode == START_PAIR ? START_DEVDAX : start->mode);
	if (start->mode == START_PAIR)
		bind_to(k, MODEL_INSTANCES, MODEL_DEVICE_DAX);
	for (size_t b = 0; k->devices[0].driver == MODEL_KMEM && b < MODEL_BLOCKS; b++)
		k->regions[0].blocks[b].zone = start->zones[b];
	if (start->mode == START_UNPLUGGED)
		model_set_state(k, 0, WORD_UNPLUGGED);
}

bool start_get(enum model_release release, unsigned int number, struct start *ret)
{
	unsigned int policy = FIRST_POLICY + number / ARRAY_SIZE(shapes);
	unsigned int shape = number % ARRAY_SIZE(shapes);

	*ret = (struct start){ .mode = shapes[shape].mode,
			       .kind = kind_of(shapes[shape].mode),
			       .shape = shape,
			       .zones = shapes[shape].zones };
	set_subject(ret);
	if (!has_start(release, ret->mode))
		return false;
	model_boot(&ret->kernel, release);
	put(ret);
	ret->kernel.policy = policy;
	snprintf(ret->name, sizeof(ret->name), "policy %s, dax0.0 %s", model_word(policy),
		 shapes[shape].name);
	return true;
}
