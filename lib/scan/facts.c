/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/facts.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"
#include "io/capability.h"
#include "io/libkmod.h"
#include "model/range-list.h"
#include "parsers/iomem.h"
#include "parsers/numa.h"
#include "scan/attribute.h"
#include "scan/cxl.h"
#include "scan/holders.h"
#include "scan/nd-region.h"
#include "scan/node-bound.h"
#include "scan/node-usage.h"
#include "scan/run-cache.h"
#include "scan/udev.h"

#define DRIVERS "/sys/bus/dax/drivers"
#define DEVICES "/sys/bus/dax/devices"
/* No node has this number, so that none has a share of it. */
#define NO_NODE UINT64_MAX

/* --- driver and modules ----------------------------------------------------------------------- */

static void read_has_driver(struct sysfs *fs, const char *driver, struct opt_u64 *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &dir, DRIVERS);
	bool has = r == 0 && sysfs_has(&dir, "%s", driver);

	*ret = unknown();
	/* A capture has of the drivers what somebody looked at. */
	if (has || (sysfs_is_live(fs) && (r == 0 || r == -ENOENT)))
		*ret = known(has);
}

static int read_module(const struct log *log, const char *name, struct opt_u64 *ret)
{
	enum daxbus_module state;
	int r = libkmod_state(log, name, &state, NULL);

	*ret = r == 0 ? known(state) : unknown();
	return error_keep_oom(r);
}

/* These drivers come with a module of their name; of others no module is known. */
static int read_driver_module(const struct log *log, const char *driver, struct opt_u64 *ret)
{
	if (request_mode_of_driver(driver) != MODE_NONE)
		return read_module(log, driver, ret);
	*ret = known(DAXBUS_MODULE_ABSENT);
	return 0;
}

static int read_modules(struct sysfs *fs, const struct log *log, const struct device *d,
			const struct daxbus_request *request, const char *driver, struct facts *ret)
{
	bool compat = request->action == DAXBUS_CREATE && d->region->is_nd;
	int r = 0;

	if (driver)
		read_has_driver(fs, driver, &ret->has_driver);
	if (!sysfs_is_host(fs))
		return 0;
	if (is_known(&ret->has_driver) && !ret->has_driver.v)
		r = read_driver_module(log, driver, &ret->module);
	if (r == 0 && compat)
		r = read_module(log, "dax_pmem_compat", &ret->compat_module);
	return r;
}

/* --- who is in the way ------------------------------------------------------------------------ */

static int read_holders(struct sysfs *fs, const struct device *d, struct facts *ret)
{
	if (!known_as(&d->mode, "devdax") && !known_as(&d->mode, "famfs") && !d->is_class)
		return 0;
	if (!is_known(&d->major) || !is_known(&d->minor)) {
		ret->holders.is = DAXBUS_UNKNOWN;
		return 0;
	}
	/* The module of a class device has users at all times. */
	return holders_read(fs, d->is_class ? NULL : d->driver.v, d->major.v, d->minor.v,
			    &ret->holders);
}

/* kmem takes the whole memory blocks of a range, and leaves the rest of it alone. */
static bool wanted_range(const struct mapping *m, uint64_t unit, uint64_t *ret_start,
			 uint64_t *ret_end)
{
	uint64_t size = m->end.v - m->start.v + 1;

	*ret_start = m->start.v;
	if (unit)
		size = range_list_inside(m->start.v, m->end.v, unit, ret_start);
	*ret_end = *ret_start + size - 1;
	return size > 0;
}

static int find_range_holder(const char *iomem, const struct device *d, uint64_t unit, char **ret)
{
	uint64_t start, end;
	int r = 0;

	for (size_t i = 0; r == 0 && !*ret && i < d->n_mappings; i++)
		if (wanted_range(&d->mappings[i], unit, &start, &end))
			r = iomem_find_holder(iomem, start, end, ret);
	return r;
}

static int read_range_holder(struct sysfs *fs, const struct daxbus_snapshot *s,
			     const struct device *d, const char *driver, struct opt_str *ret)
{
	_cleanup_free_ char *iomem = NULL;
	uint64_t unit = 0;
	int r = -EACCES;

	if (d->is_class || d->driver.is != DAXBUS_NONE || d->ranges == DAXBUS_NONE)
		return 0;
	if (driver && streq(driver, "kmem") && is_known(&s->bus.block_size))
		unit = s->bus.block_size.v;
	if (d->ranges != DAXBUS_UNKNOWN)
		r = sysfs_read_proc(fs, &iomem, "iomem")
			    ?: find_range_holder(iomem, d, unit, &ret->v);
	ret->is = r < 0 ? DAXBUS_UNKNOWN : ret->v ? DAXBUS_KNOWN : DAXBUS_NONE;
	return error_keep_oom(r);
}

/* A region outlives the driver of its parent in nothing but its directory. */
static int read_provider(struct sysfs *fs, const struct region *region, enum daxbus_action action,
			 struct opt_u64 *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir parent = SYSFS_DIR_INIT;
	_cleanup_free_ char *driver = NULL;
	int r = -EIO;

	if (action != DAXBUS_CREATE && action != DAXBUS_RESIZE && action != DAXBUS_DESTROY)
		return 0;
	/* A captured tree has no such link. */
	if (region->path.is == DAXBUS_KNOWN && sysfs_is_live(fs))
		r = sysfs_dir_open(fs, &parent, "/sys%s", region->path.v)
			    ?: sysfs_read_link_name(&parent, &driver, "driver");
	*ret = r == 0 ? known(1) : r == -ENOENT ? known(0) : unknown();
	return error_keep_oom(r);
}

/* --- memmaps left behind ---------------------------------------------------------------------- */

static int read_inode(struct sysfs *fs, const char *device, uint64_t *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &dir, DEVICES "/%s", device);

	return r < 0 ? r : sysfs_dir_inode(&dir, ret);
}

struct opt_u64 facts_is_stale(struct sysfs *fs, const char *device)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir notes = SYSFS_DIR_INIT;
	uint64_t noted, inode;
	int r;

	if (!sysfs_is_live(fs))
		return unknown();
	r = sysfs_dir_open(fs, &notes, RUN_CACHE_DIRECTORY)
		    ?: sysfs_read_u64(&notes, &noted, 10, "stale-%s", device);
	if (r < 0)
		return r == -ENOENT ? known(0) : unknown();
	r = read_inode(fs, device, &inode);
	return r < 0 ? unknown() : known(noted == inode);
}

int facts_mark_stale(struct sysfs *fs, const char *device)
{
	char name[64], text[32];
	uint32_t region, instance;
	uint64_t inode;
	int r;

	if (!sysfs_is_live(fs))
		return -EROFS;
	/* It becomes part of a path. */
	r = parse_device_name(device, &region, &instance) ?: read_inode(fs, device, &inode);
	if (r < 0)
		return r;
	snprintf(name, sizeof(name), "stale-dax%" PRIu32 ".%" PRIu32, region, instance);
	snprintf(text, sizeof(text), "%" PRIu64 "\n", inode);
	return run_cache_write(fs, name, text);
}

/* --- memory ----------------------------------------------------------------------------------- */

/*
 * What is on the node of a device in kmem goes with it, wholly or in part. Before, the node is
 * empty, or one that has RAM of its own (persistent memory that firmware gave no node), which is as
 * good as any.
 */
static int read_memory(struct sysfs *fs, const struct device *d, struct facts *ret)
{
	bool has_node = is_known(&d->target_node) && known_as(&d->mode, "kmem");
	uint64_t node = has_node ? d->target_node.v : NO_NODE;
	struct node_usage use;
	int r = node_usage_read_elsewhere(fs, node, &ret->memory_available);

	if (r < 0 || !known_as(&d->mode, "kmem"))
		return r;
	r = node_usage_read(fs, node, &use);
	if (r < 0)
		return r;
	ret->node_used = use.used;
	ret->node_free = use.free;
	ret->pools = use.pools;
	return 0;
}

static int consider_node(struct sysfs *fs, uint64_t node, struct other_node *best)
{
	struct node_usage use;
	int r = node_usage_read(fs, node, &use);

	if (r < 0 || !is_known(&use.free) || (is_known(&best->node) && use.free.v <= best->free))
		return r;
	*best = (struct other_node){ known(node), use.free.v, use.pools };
	return 0;
}

/* What a plan that makes room needs to know of the node, and of the others. */
static int read_room(struct sysfs *fs, const struct device *d, const struct daxbus_request *request,
		     struct facts *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *list = NULL;
	struct numa_nodes nodes;
	struct node_usage use;
	int r = 0;

	if (!request->make_room || !known_as(&d->mode, "kmem") || !is_known(&d->target_node))
		return 0;
	r = node_usage_read(fs, d->target_node.v, &use)
		    ?: sysfs_dir_open(fs, &dir, "/sys/devices/system/node")
			       ?: sysfs_read_str(&dir, &list, "has_memory")
				       ?: numa_parse_nodes(list, &nodes);
	if (r < 0)
		return error_keep_oom(r);
	ret->node_clean = use.clean;
	ret->has_reclaim = known(sysfs_has(&dir, "node%" PRIu64 "/reclaim", d->target_node.v));
	for (uint64_t i = 0; r == 0 && i < NUMA_NODES_MAX; i++)
		if (nodes.has[i] && i != d->target_node.v)
			r = consider_node(fs, i, &ret->other);
	return r;
}

static bool is_all_memory(const struct daxbus_snapshot *s, const struct device *d,
			  const struct opt_u64 *bytes)
{
	const struct opt_u64 *online = &d->memory.online;

	return !is_known(bytes) || !is_known(online) || !is_known(&s->bus.block_size) ||
	       bytes->v <= online->v * s->bus.block_size.v;
}

/*
 * Who is bound to the node matters if it may lose all of its memory, and costs a look at all
 * processes.
 */
static int read_bound(struct sysfs *fs, const struct progress_fn *progress_fn,
		      const struct daxbus_snapshot *s, const struct device *d,
		      enum daxbus_action action, struct facts *ret)
{
	const struct opt_u64 *online = &d->memory.online;
	int r;

	if (!known_as(&d->mode, "kmem") || !is_known(&d->target_node) || action == DAXBUS_ONLINE ||
	    online->is == DAXBUS_NONE || (is_known(online) && !online->v))
		return 0;
	r = node_bound_read_online(fs, d->target_node.v, &ret->node_online);
	if (r < 0 || !is_all_memory(s, d, &ret->node_online))
		return r;
	return node_bound_read(fs, progress_fn, d->target_node.v, &ret->node_bound);
}

/* --- the bus ---------------------------------------------------------------------------------- */

/* Devices in a directory, other than one. */
struct count {
	const struct sysfs_dir *dir;
	const char *except;
	uint64_t n;
};

static int count_device(void *data, const char *name)
{
	struct count *count = data;
	uint32_t region, instance;

	if (parse_device_name(name, &region, &instance) == 0 && !streq(name, count->except))
		count->n++;
	return 0;
}

static int count_driver(void *data, const char *name)
{
	struct count *count = data;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(count->dir->fs, &dir, DRIVERS "/%s", name);

	/* One that is being unloaded has no device. */
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	return sysfs_list(&dir, count_device, count);
}

/* One listing for each driver, and not a link for each device: there may be a thousand of them. */
static int read_neighbours(struct sysfs *fs, const char *except, struct opt_u64 *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir devices = SYSFS_DIR_INIT;
	_cleanup_(sysfs_dir_done) struct sysfs_dir drivers = SYSFS_DIR_INIT;
	struct count all = { .dir = &devices, .except = except };
	struct count bound = { .dir = &drivers, .except = except };
	int r = sysfs_dir_open(fs, &devices, DEVICES)
		?: sysfs_list(&devices, count_device, &all)
		?: sysfs_dir_open(fs, &drivers, DRIVERS)
		?: sysfs_list(&drivers, count_driver, &bound);

	*ret = r == 0 ? known(all.n > bound.n ? all.n - bound.n : 0) : unknown();
	return error_keep_oom(r);
}

/* Only kmem is given an id where others could be taken along, and harmed by it. */
static int read_bus(struct sysfs *fs, const struct device *d, const char *driver, struct facts *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir bus = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &bus, "/sys/bus/dax");

	ret->autoprobe.is = DAXBUS_UNKNOWN;
	if (r == 0)
		r = attribute_str(&bus, &ret->autoprobe, "drivers_autoprobe");
	if (r == -ENOMEM || !driver || !streq(driver, "kmem"))
		return error_keep_oom(r);
	return read_neighbours(fs, d->name.v ?: "", &ret->neighbours);
}

/* --- persistent memory ------------------------------------------------------------------------ */

static int read_uuids(struct sysfs *fs, struct facts *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir random = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &random, "/proc/sys/kernel/random");

	ret->uuids[0].is = ret->uuids[1].is = DAXBUS_UNKNOWN;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(ret->uuids); i++)
		r = attribute_str(&random, &ret->uuids[i], "uuid");
	return error_keep_oom(r);
}

static void read_block_busy(struct sysfs *fs, struct facts *ret)
{
	const struct nd_namespace *space = nd_region_next(&ret->nd);
	bool busy;

	ret->block_busy = unknown();
	if (space && !space->block)
		ret->block_busy = known(0);
	else if (space && sysfs_block_is_busy(fs, space->block, &busy) == 0)
		ret->block_busy = known(busy);
}

/* What the nd bus calls the device that @d comes from, and its driver there. */
static int read_nd_driver(struct sysfs *fs, const struct log *log, const struct device *d,
			  struct facts *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(sysfs_dir_done) struct sysfs_dir bus = SYSFS_DIR_INIT;
	const char *wanted = d->is_class ? ND_BUS_DRIVER : ND_CLASS_DRIVER;
	int r = sysfs_dir_open(fs, &dir, "/sys%s", d->region->path.v);

	ret->nd_driver.is = ret->nd_autoprobe.is = DAXBUS_UNKNOWN;
	ret->has_nd_driver = ret->nd_module = unknown();
	if (r == 0)
		r = sysfs_read_link_name(&dir, &ret->nd_driver.v, "driver");
	/* A captured tree has no such link. */
	if (r == 0 || (r == -ENOENT && sysfs_is_live(fs)))
		ret->nd_driver.is = r == 0 ? DAXBUS_KNOWN : DAXBUS_NONE;
	if (r == 0 || r == -ENOENT)
		r = sysfs_dir_open(fs, &bus, ND_BUS);
	if (r == 0)
		r = attribute_str(&bus, &ret->nd_autoprobe, "drivers_autoprobe");
	if (r < 0 || !sysfs_is_host(fs))
		return error_keep_oom(r);
	ret->has_nd_driver = known(sysfs_has(&bus, "drivers/%s", wanted));
	return ret->has_nd_driver.v ? 0 : read_module(log, wanted, &ret->nd_module);
}

static int read_nd(struct sysfs *fs, const struct log *log, const struct device *d,
		   const struct daxbus_request *request, struct facts *ret)
{
	bool create = request->action == DAXBUS_CREATE && d->region->is_nd;
	bool destroy = request->action == DAXBUS_DESTROY && known_as(&d->provider, "pmem");
	bool move = request->action == DAXBUS_RECONFIGURE && known_as(&d->provider, "pmem") &&
		    d->region->path.is == DAXBUS_KNOWN &&
		    (d->is_class || request->mode == MODE_COMPAT);
	char name[32];
	int r;

	if (move)
		return read_nd_driver(fs, log, d, ret)
			       ?: nd_region_read_device(fs, d->region, &ret->namespace,
							&ret->info_uuid);
	if (!create && !destroy)
		return 0;
	snprintf(name, sizeof(name), "region%" PRIu64, d->region_id.v);
	r = error_keep_oom(nd_region_read(fs, name, &ret->nd));
	if (r == 0 && destroy)
		return nd_region_read_device(fs, d->region, &ret->namespace, &ret->info_uuid);
	if (r == 0)
		read_block_busy(fs, ret);
	return r == 0 ? read_uuids(fs, ret) : r;
}

/* --- CXL -------------------------------------------------------------------------------------- */

static int read_cxl(struct sysfs *fs, const struct log *log, const struct daxbus_request *request,
		    struct facts *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir drivers = SYSFS_DIR_INIT;
	bool create = request->action == DAXBUS_CREATE && request->memdevs.n;
	bool destroy = request->action == DAXBUS_DESTROY && request->whole_region;
	int r;

	ret->has_cxl_driver = ret->cxl_module = unknown();
	if (!create && !destroy)
		return 0;
	r = cxl_bus_read(fs, &ret->cxl);
	if (r < 0 || !create || !sysfs_is_host(fs))
		return r;
	r = sysfs_dir_open(fs, &drivers, CXL_DRIVERS);
	if (r < 0 && r != -ENOENT)
		return error_keep_oom(r);
	ret->has_cxl_driver = known(r == 0 && sysfs_has(&drivers, "%s", CXL_DAX_DRIVER));
	return ret->has_cxl_driver.v ? 0 : read_module(log, CXL_DAX_MODULE, &ret->cxl_module);
}

/* Devices that enter or leave kmem. */
static int read_onliners(struct sysfs *fs, const struct log *log, const struct device *d,
			 const char *driver, struct onliners *ret)
{
	bool enters = driver && streq(driver, "kmem");

	return enters || known_as(&d->mode, "kmem") ? udev_find_onliners(fs, log, ret) : 0;
}

/* --- all of them ------------------------------------------------------------------------------ */

int facts_read(struct sysfs *fs, const struct log *log, const struct progress_fn *progress_fn,
	       const struct daxbus_snapshot *s, const struct device *d,
	       const struct daxbus_request *request, const char *driver, struct facts *ret)
{
	_cleanup_(facts_done) struct facts facts = { 0 };
	int r;

	facts.root = sysfs_is_live(fs) && (!sysfs_is_host(fs) || capability_is_admin());
	if (s->bus.kernel.is == DAXBUS_KNOWN)
		facts.kernel = kernel_version_parse(s->bus.kernel.v);
	facts.stale_memmap = d->name.v ? facts_is_stale(fs, d->name.v) : unknown();
	r = read_modules(fs, log, d, request, driver, &facts)
		?: read_holders(fs, d, &facts)
		?: read_range_holder(fs, s, d, driver, &facts.range_holder)
		?: read_provider(fs, d->region, request->action, &facts.has_provider)
		?: read_memory(fs, d, &facts)
		?: read_room(fs, d, request, &facts)
		?: read_bound(fs, progress_fn, s, d, request->action, &facts)
		?: read_bus(fs, d, driver, &facts)
		?: read_nd(fs, log, d, request, &facts)
		?: read_cxl(fs, log, request, &facts)
		?: read_onliners(fs, log, d, driver, &facts.onliners);
	if (r == 0)
		*ret = TAKE_STRUCT(facts);
	return r;
}
