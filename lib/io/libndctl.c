/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/libndctl.h"

#define HAVE_UUID 1 /* libdaxctl.h defines uuid_t itself otherwise */
#include <uuid/uuid.h>

#include <daxctl/libdaxctl.h>
#include <ndctl/libndctl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <syslog.h>
#include <unistd.h>

#include "base/string.h"
#include "io/dlfcn.h"

/* clang-format off */
#define NDCTL(row) \
	row(ndctl_new) \
	row(ndctl_unref) \
	row(ndctl_bus_get_first) \
	row(ndctl_bus_get_next) \
	row(ndctl_region_get_first) \
	row(ndctl_region_get_next) \
	row(ndctl_dax_get_first) \
	row(ndctl_dax_get_next) \
	row(ndctl_dax_get_namespace) \
	row(ndctl_dax_get_uuid) \
	row(ndctl_dax_get_devname) \
	row(ndctl_dax_get_daxctl_region) \
	row(ndctl_namespace_get_devname)
#define DAXCTL(row) \
	row(daxctl_region_get_id)
#define NDCTL_TO_CHANGE(row) \
	row(ndctl_set_log_priority) \
	row(ndctl_namespace_get_first) \
	row(ndctl_namespace_get_next) \
	row(ndctl_namespace_get_region) \
	row(ndctl_namespace_get_block_device) \
	row(ndctl_namespace_set_uuid) \
	row(ndctl_namespace_set_alt_name) \
	row(ndctl_namespace_set_size) \
	row(ndctl_namespace_set_enforce_mode) \
	row(ndctl_namespace_set_raw_mode) \
	row(ndctl_namespace_enable) \
	row(ndctl_namespace_disable_safe) \
	row(ndctl_namespace_delete) \
	row(ndctl_region_get_dax_seed) \
	row(ndctl_dax_set_uuid) \
	row(ndctl_dax_set_location) \
	row(ndctl_dax_set_align) \
	row(ndctl_dax_set_namespace) \
	row(ndctl_dax_enable) \
	row(ndctl_dax_delete)
#define DAXCTL_TO_CHANGE(row) \
	row(daxctl_dev_get_first) \
	row(daxctl_dev_get_devname)
/* clang-format on */

struct nd {
	const struct log *log;
	struct ndctl_ctx *ctx;
	NDCTL(DLFCN_POINTER)
	DAXCTL(DLFCN_POINTER)
	NDCTL_TO_CHANGE(DLFCN_POINTER)
	DAXCTL_TO_CHANGE(DLFCN_POINTER)
};
#define SYMBOL(name) DLFCN_SYMBOL(struct nd, name)

static int nd_open_both(struct nd *nd, const struct dlfcn_symbol *ndctl, size_t n_ndctl,
			const struct dlfcn_symbol *daxctl, size_t n_daxctl)
{
	const char *problem = dlfcn_open(NDCTL_FILE, ndctl, n_ndctl, nd)
				      ?: dlfcn_open(DAXCTL_FILE, daxctl, n_daxctl, nd);

	if (problem)
		log_debug(nd->log, "cannot open " NDCTL_FILE " and " DAXCTL_FILE ": %s", problem);
	return problem ? -ENOENT : 0;
}

static int nd_open(struct nd *nd)
{
	static const struct dlfcn_symbol ndctl[] = { NDCTL(SYMBOL) }, daxctl[] = { DAXCTL(SYMBOL) };
	int r = nd_open_both(nd, ndctl, ARRAY_SIZE(ndctl), daxctl, ARRAY_SIZE(daxctl));

	return r == 0 && nd->ndctl_new(&nd->ctx) < 0 ? -ENOENT : r;
}

static int nd_open_to_change(struct nd *nd)
{
	static const struct dlfcn_symbol ndctl[] = { NDCTL_TO_CHANGE(SYMBOL) },
					 daxctl[] = { DAXCTL_TO_CHANGE(SYMBOL) };
	int r = nd_open(nd)
			?: nd_open_both(nd, ndctl, ARRAY_SIZE(ndctl), daxctl, ARRAY_SIZE(daxctl));

	if (r < 0)
		return -ELIBACC;
	/* The caller reports what failed. */
	nd->ndctl_set_log_priority(nd->ctx, LOG_EMERG);
	return 0;
}

static void nd_close(struct nd *nd)
{
	if (nd->ctx)
		nd->ndctl_unref(nd->ctx);
}

static bool is_region(struct nd *nd, struct ndctl_dax *dax, uint64_t id)
{
	struct daxctl_region *region = nd->ndctl_dax_get_daxctl_region(dax);

	return region && (uint64_t)nd->daxctl_region_get_id(region) == id;
}

/* The first object of that name that @find finds in a region. */
static void *find_in_regions(struct nd *nd, const char *name,
			     void *(*find)(struct nd *nd, struct ndctl_region *region,
					   const char *name))
{
	void *found = NULL;

	for (struct ndctl_bus *bus = nd->ndctl_bus_get_first(nd->ctx); bus && !found;
	     bus = nd->ndctl_bus_get_next(bus))
		for (struct ndctl_region *region = nd->ndctl_region_get_first(bus);
		     region && !found; region = nd->ndctl_region_get_next(region))
			found = find(nd, region, name);
	return found;
}

static void *find_dax(struct nd *nd, struct ndctl_region *region, const char *name)
{
	struct ndctl_dax *dax = nd->ndctl_dax_get_first(region);

	while (dax && !streq(nd->ndctl_dax_get_devname(dax), name))
		dax = nd->ndctl_dax_get_next(dax);
	return dax;
}

/* uuid_unparse_lower() without loading libuuid for it */
static int set_uuid(struct opt_str *o, const unsigned char *uuid)
{
	char text[UUID_STR_LEN], *at = text;

	for (size_t i = 0; i < sizeof(uuid_t); i++)
		at += sprintf(at, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			      uuid[i]);
	return snapshot_str_set(o, text);
}

int libndctl_describe(const struct log *log, const char *name, uint64_t id, struct pmem *pmem)
{
	_cleanup_(nd_close) struct nd nd = { .log = log };
	struct ndctl_dax *dax;
	uuid_t uuid = { 0 };
	int r = nd_open(&nd);

	if (r < 0)
		return r;
	dax = find_in_regions(&nd, name, find_dax);
	/* Each namespace of a region has a dax region of its own, and all of these have the same
	 * id. */
	if (!dax || !nd.ndctl_dax_get_namespace(dax) || !is_region(&nd, dax, id))
		return -ENOENT;
	nd.ndctl_dax_get_uuid(dax, uuid);
	r = set_uuid(&pmem->uuid, uuid);
	if (r < 0)
		return r;
	return snapshot_str_set(&pmem->namespace,
				nd.ndctl_namespace_get_devname(nd.ndctl_dax_get_namespace(dax)));
}

/* --- changes ---------------------------------------------------------------------------------- */

/* Where the kernel has the info block of a namespace, and what it begins with. */
#define INFO_OFFSET    4096
#define INFO_LENGTH    4096
#define INFO_SIGNATURE "NVDIMM_DAX_INFO"

static void *find_namespace(struct nd *nd, struct ndctl_region *region, const char *name)
{
	struct ndctl_namespace *space = nd->ndctl_namespace_get_first(region);

	while (space && !streq(nd->ndctl_namespace_get_devname(space), name))
		space = nd->ndctl_namespace_get_next(space);
	return space;
}

/* libndctl caches what it has read, so that each change begins with a new context. */
static int open_namespace(struct nd *nd, const char *name, struct ndctl_namespace **ret)
{
	int r = nd_open_to_change(nd);

	if (r < 0)
		return r;
	*ret = find_in_regions(nd, name, find_namespace);
	return *ret ? 0 : -ENOENT;
}

int libndctl_check(const struct log *log)
{
	_cleanup_(nd_close) struct nd nd = { .log = log };

	return nd_open_to_change(&nd);
}

/* uuid_parse() of a text that is known to be right */
static void parse_uuid(const char *text, unsigned char *ret)
{
	for (size_t i = 0; i < sizeof(uuid_t); i++) {
		text += *text == '-';
		sscanf(text, "%2hhx", &ret[i]);
		text += 2;
	}
}

/* The result of a step that is named; some of libndctl's functions return more than 0. */
static int named(const char **what, const char *name, int r)
{
	if (r < 0)
		*what = name;
	return r < 0 ? r : 0;
}

int libndctl_label(const struct log *log, const char *name, const struct namespace_spec *spec,
		   const char **what)
{
	_cleanup_(nd_close) struct nd nd = { .log = log };
	struct ndctl_namespace *space;
	uuid_t uuid = { 0 };
	int r = named(what, "find the namespace", open_namespace(&nd, name, &space));

	if (r < 0)
		return r;
	parse_uuid(spec->uuid, uuid);
	return named(what, "set the UUID", nd.ndctl_namespace_set_uuid(space, uuid))
		?: named(what, "set the name", nd.ndctl_namespace_set_alt_name(space, spec->name))
		?: named(what, "set the size", nd.ndctl_namespace_set_size(space, spec->size));
}

int libndctl_delete(const struct log *log, const char *name, const char **what)
{
	_cleanup_(nd_close) struct nd nd = { .log = log };
	struct ndctl_namespace *space;
	int r = open_namespace(&nd, name, &space);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		(void)!nd.ndctl_namespace_set_alt_name(space, "");
	if (r == 0)
		r = nd.ndctl_namespace_delete(space);
	return named(what, "delete the label", r);
}

/* ndctl records it in the label, where there is one, and so does this; kernels may refuse. */
static void enforce(struct nd *nd, struct ndctl_namespace *space, enum ndctl_namespace_mode mode)
{
	(void)!nd->ndctl_namespace_set_enforce_mode(space, mode);
}

static int set_up(struct nd *nd, struct ndctl_namespace *space, struct ndctl_dax *dax,
		  const struct namespace_spec *spec, const char **what)
{
	enum ndctl_pfn_loc location = spec->memmap_in_ram ? NDCTL_PFN_LOC_RAM : NDCTL_PFN_LOC_PMEM;
	uuid_t uuid = { 0 };

	parse_uuid(spec->info, uuid);
	return named(what, "set the UUID", nd->ndctl_dax_set_uuid(dax, uuid))
		?: named(what, "place the memmap", nd->ndctl_dax_set_location(dax, location))
		?: named(what, "set the alignment", nd->ndctl_dax_set_align(dax, spec->align))
		?: named(what, "claim the memory", nd->ndctl_dax_set_namespace(dax, space))
		?: named(what, "make a device", nd->ndctl_dax_enable(dax));
}

/* The device of an nd device, as libdaxctl finds it. */
static const char *device_of(struct nd *nd, struct ndctl_dax *dax)
{
	struct daxctl_region *region = nd->ndctl_dax_get_daxctl_region(dax);
	struct daxctl_dev *dev = region ? nd->daxctl_dev_get_first(region) : NULL;

	return dev ? nd->daxctl_dev_get_devname(dev) : NULL;
}

int libndctl_devdax(const struct log *log, const char *name, const struct namespace_spec *spec,
		    char **ret_device, const char **what)
{
	_cleanup_(nd_close) struct nd nd = { .log = log };
	struct ndctl_namespace *space;
	struct ndctl_dax *dax;
	const char *device;
	int r = named(what, "find the namespace", open_namespace(&nd, name, &space));

	if (r == 0)
		r = named(what, "disable the block device", nd.ndctl_namespace_disable_safe(space));
	if (r < 0)
		return r;
	dax = nd.ndctl_region_get_dax_seed(nd.ndctl_namespace_get_region(space));
	if (!dax)
		return named(what, "find a free device", -ENXIO);
	if (*spec->uuid)
		enforce(&nd, space, NDCTL_NS_MODE_DEVDAX);
	r = set_up(&nd, space, dax, spec, what);
	if (r < 0)
		return r;
	device = device_of(&nd, dax);
	if (!device)
		return named(what, "find the device", -ENODEV);
	*ret_device = strdup(device);
	return *ret_device ? 0 : named(what, "copy the name of the device", -ENOMEM);
}

static bool has_info(struct nd *nd, struct ndctl_dax *dax, const unsigned char *info)
{
	uuid_t uuid = { 0 };

	nd->ndctl_dax_get_uuid(dax, uuid);
	return memcmp(uuid, info, sizeof(uuid)) == 0;
}

int libndctl_release(const struct log *log, const char *name, const char *info, const char **what)
{
	_cleanup_(nd_close) struct nd nd = { .log = log };
	struct ndctl_namespace *space;
	struct ndctl_dax *dax;
	uuid_t uuid = { 0 };
	int r = named(what, "find the namespace", open_namespace(&nd, name, &space));

	if (r < 0)
		return r;
	parse_uuid(info, uuid);
	dax = nd.ndctl_dax_get_first(nd.ndctl_namespace_get_region(space));
	while (dax && !has_info(&nd, dax, uuid))
		dax = nd.ndctl_dax_get_next(dax);
	return dax ? named(what, "release the device", nd.ndctl_dax_delete(dax)) : 0;
}

/* It is the block device for ourselves: nobody has mounted it meanwhile. */
static int wipe_block(const char *block, const unsigned char *info)
{
	unsigned char sector[INFO_LENGTH] = { 0 };
	_cleanup_free_ char *path = NULL;
	int fd, r = 0;

	if (string_format(&path, "/dev/%s", block) < 0)
		return -ENOMEM;
	fd = open(path, O_RDWR | O_EXCL | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	if (pread(fd, sector, sizeof(sector), INFO_OFFSET) != sizeof(sector))
		r = -EIO;
	else if (memcmp(sector, INFO_SIGNATURE, sizeof(INFO_SIGNATURE)) == 0 &&
		 memcmp(sector + sizeof(INFO_SIGNATURE), info, sizeof(uuid_t)) == 0) {
		memset(sector, 0, sizeof(sector));
		if (lseek(fd, INFO_OFFSET, SEEK_SET) < 0 ||
		    write(fd, sector, sizeof(sector)) != sizeof(sector) || fsync(fd) < 0)
			r = -EIO;
	}
	close(fd);
	return r;
}

/* Only in raw mode is the info block part of the block device. */
int libndctl_wipe(const struct log *log, const char *name, const char *info, bool bind,
		  const char **what)
{
	_cleanup_(nd_close) struct nd nd = { .log = log };
	struct ndctl_namespace *space;
	const char *block;
	uuid_t uuid = { 0 };
	int r = named(what, "find the namespace", open_namespace(&nd, name, &space));

	if (r < 0)
		return r;
	parse_uuid(info, uuid);
	r = named(what, "disable the block device", nd.ndctl_namespace_disable_safe(space));
	if (r == 0)
		r = named(what, "set raw mode", nd.ndctl_namespace_set_raw_mode(space, 1));
	if (r < 0)
		return r;
	enforce(&nd, space, NDCTL_NS_MODE_RAW);
	r = named(what, "enable raw mode", nd.ndctl_namespace_enable(space));
	if (r == 0) {
		block = nd.ndctl_namespace_get_block_device(space);
		r = named(what, "clear the info block", block ? wipe_block(block, uuid) : -ENXIO);
	}
	/* What is wiped cannot be undone, so an error that passes must not fail the change. */
	if (nd.ndctl_namespace_disable_safe(space) < 0)
		(void)!nd.ndctl_namespace_disable_safe(space);
	if (nd.ndctl_namespace_set_raw_mode(space, 0) < 0)
		(void)!nd.ndctl_namespace_set_raw_mode(space, 0);
	if (r == 0 && bind && nd.ndctl_namespace_enable(space) < 0)
		r = named(what, "enable the block device", nd.ndctl_namespace_enable(space));
	return r;
}

/* One that is enabled in raw mode is not looked at again unless it is disabled first. */
int libndctl_enable(const struct log *log, const char *name, const char **what)
{
	_cleanup_(nd_close) struct nd nd = { .log = log };
	struct ndctl_namespace *space;
	int r = open_namespace(&nd, name, &space);

	if (r == 0)
		r = nd.ndctl_namespace_disable_safe(space);
	if (r == 0)
		(void)!nd.ndctl_namespace_set_raw_mode(space, 0);
	return named(what, "enable", r == 0 ? nd.ndctl_namespace_enable(space) : r);
}
