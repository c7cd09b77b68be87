/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/provider.h"

#include <stdio.h>

#include "base/parse.h"
#include "base/string.h"
#include "io/libndctl.h"
#include "scan/attribute.h"
#include "scan/nd-region.h"
#include "scan/node.h"

#define CXL_PATH	"/sys/bus/cxl/devices"
#define CXL_TARGETS_MAX 16 /* CXL_DECODER_MAX_INTERLEAVE in the kernel's include/linux/cxl.h */

/*
 * The component of a path that begins with @prefix and goes on with a number; NULL when there is
 * none.
 */
static char *find_component(const char *path, const char *prefix)
{
	_cleanup_free_ char *copy = strdup(path);
	char *rest = copy, *part;
	uint32_t number;

	while ((part = strsep(&rest, "/")))
		if (starts_with(part, prefix) && parse_u32(part + strlen(prefix), 10, &number) == 0)
			return strdup(part);
	return NULL;
}

static void set_component(struct opt_str *o, const char *path, const char *prefix)
{
	o->v = find_component(path, prefix);
	o->is = o->v ? DAXBUS_KNOWN : DAXBUS_UNKNOWN;
}

/* --- persistent memory ------------------------------------------------------------------------ */

/* The attributes are read in any case: a capture of a running kernel must have them. */
static int describe_pmem(struct sysfs *fs, const struct log *log, struct region *region)
{
	struct pmem *pmem = &region->pmem;
	int r;

	set_component(&pmem->bus, region->path.v, "ndbus");
	set_component(&pmem->region, region->path.v, "region");
	r = nd_region_read_device(fs, region, &pmem->namespace, &pmem->uuid);
	if (r == 0 && sysfs_is_host(fs))
		r = libndctl_describe(log, strrchr(region->path.v, '/') + 1, region->id.v, pmem);
	return r == -ENOENT ? 0 : r;
}

/* --- CXL -------------------------------------------------------------------------------------- */

/*
 * targetN of a region names an endpoint decoder, which is a child of an endpoint port, whose
 * `uport` is the memory device (Documentation/ABI/testing/sysfs-bus-cxl). Return: 0; -ENOENT behind
 * the last target; other errnos.
 */
static int add_memdev(struct sysfs *fs, const struct sysfs_dir *region_dir, unsigned int n,
		      struct opt_strv *memdevs)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir devices = SYSFS_DIR_INIT,
						   endpoint = SYSFS_DIR_INIT;
	_cleanup_free_ char *decoder = NULL, *path = NULL, *memdev = NULL;
	int r = sysfs_read_str(region_dir, &decoder, "target%u", n);

	if (r == 0 && (!*decoder || strchr(decoder, '/')))
		r = -ENOENT;
	if (r == 0)
		r = sysfs_dir_open(fs, &devices, CXL_PATH);
	if (r == 0)
		r = sysfs_read_link(&devices, &path, "%s", decoder);
	if (r == 0 && !string_cut_path_name(path))
		r = -ENOENT;
	if (r == 0)
		r = sysfs_dir_open(fs, &endpoint, "%s", path);
	if (r == 0)
		r = sysfs_read_link_name(&endpoint, &memdev, "uport");
	return r == 0 ? snapshot_strv_add(memdevs, memdev) : r;
}

static int read_memdevs(struct sysfs *fs, const struct sysfs_dir *region_dir, struct cxl *cxl)
{
	int r = 0;

	cxl->memdevs.is = DAXBUS_KNOWN;
	for (unsigned int n = 0; r == 0 && n < CXL_TARGETS_MAX; n++)
		r = add_memdev(fs, region_dir, n, &cxl->memdevs);
	if (r < 0 && (r != -ENOENT || cxl->memdevs.v.n == 0))
		cxl->memdevs.is = DAXBUS_UNKNOWN;
	return r == -ENOMEM ? r : 0;
}

static void describe_devices(struct daxbus_snapshot *s, const struct region *region,
			     const struct performance *performance)
{
	for (size_t i = 0; i < s->n_devices; i++) {
		struct device *d = s->devices[i];

		if (d->region == region && node_performance_is_none(&d->performance))
			d->performance = *performance;
	}
}

/* The path of a CXL region's dax parent ends in .../regionN/dax_regionN. */
static int describe_cxl(struct sysfs *fs, struct daxbus_snapshot *s, struct region *region,
			unsigned int needs)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *path = strdup(region->path.v);
	struct performance performance = { 0 };
	int r;

	if (!path)
		return -ENOMEM;
	set_component(&region->cxl.region, region->path.v, "region");
	region->cxl.memdevs.is = DAXBUS_UNKNOWN;
	string_cut_path_name(path);
	r = sysfs_dir_open(fs, &dir, "/sys%s", path);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (needs & NEED_NODE_FACTS) {
		performance = node_performance_read(&dir, "access0");
		if (node_performance_is_none(&performance))
			performance = node_performance_read(&dir, "access1");
		describe_devices(s, region, &performance);
	}
	/* The dax region is the CXL region, to the byte. */
	if (needs & NEED_FREE)
		region->start = attribute_u64(&dir, 16, "resource");
	return needs & NEED_CXL ? read_memdevs(fs, &dir, &region->cxl) : 0;
}

int provider_describe(struct sysfs *fs, const struct log *log, struct daxbus_snapshot *s,
		      unsigned int needs)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_regions; i++) {
		struct region *region = s->regions[i];

		if (needs & NEED_PMEM && known_as(&region->provider, "pmem"))
			r = describe_pmem(fs, log, region);
		else if (needs & (NEED_CXL | NEED_NODE_FACTS | NEED_FREE) &&
			 known_as(&region->provider, "cxl"))
			r = describe_cxl(fs, s, region, needs);
	}
	return r;
}
