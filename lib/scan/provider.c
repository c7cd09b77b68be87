/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/provider.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"
#include "base/string.h"
#include "io/libndctl.h"
#include "model/cxl-shape.h"
#include "scan/attribute.h"
#include "scan/nd-region.h"
#include "scan/node.h"

/* The component of a path that begins with @prefix and goes on with a number. */
static void set_component(struct opt_str *o, const char *path, const char *prefix)
{
	_cleanup_free_ char *copy = strdup(path);
	char *rest = copy, *part;
	uint32_t number;

	while (!o->v && (part = strsep(&rest, "/")))
		if (starts_with(part, prefix) && parse_u32(part + strlen(prefix), 10, &number) == 0)
			o->v = strdup(part);
	o->is = o->v ? DAXBUS_KNOWN : DAXBUS_UNKNOWN;
}

/* --- persistent memory ------------------------------------------------------------------------ */

/*
 * The name is an attribute of the namespace, whose directory is next to that of the region's nd
 * device. A namespace without a label has no such attribute, and one without a name an empty one.
 */
static int read_namespace_name(struct sysfs *fs, const char *path, struct pmem *pmem)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	const char *last = strrchr(path, '/');
	int r;

	pmem->name.is = pmem->namespace.is;
	if (pmem->namespace.is != DAXBUS_KNOWN || strchr(pmem->namespace.v, '/'))
		return 0;
	pmem->name.is = DAXBUS_UNKNOWN;
	r = sysfs_dir_open(fs, &dir, "/sys%.*s/%s", (int)(last - path), path, pmem->namespace.v)
		    ?: attribute_str(&dir, &pmem->name, "alt_name");
	if (pmem->name.is == DAXBUS_KNOWN && !*pmem->name.v) {
		free(pmem->name.v);
		pmem->name = (struct opt_str){ 0 };
	}
	return r == -ENOMEM ? r : 0;
}

/* The attributes are read in any case: a capture of a running kernel must have them. */
static int describe_pmem(struct sysfs *fs, const struct log *log, struct region *region,
			 unsigned int needs)
{
	struct pmem *pmem = &region->pmem;
	int r;

	set_component(&pmem->bus, region->path.v, "ndbus");
	set_component(&pmem->region, region->path.v, "region");
	r = nd_region_read_device(fs, region, &pmem->namespace, &pmem->uuid)
		    ?: read_namespace_name(fs, region->path.v, pmem);
	if (r == 0 && needs & NEED_PMEM && sysfs_is_host(fs))
		r = libndctl_describe(log, strrchr(region->path.v, '/') + 1, region->id.v, pmem);
	return r == -ENOENT ? 0 : r;
}

/* --- CXL -------------------------------------------------------------------------------------- */

/* The directory of a device of the CXL bus; @ret_path may be NULL. */
static int open_cxl(struct sysfs *fs, const char *name, struct sysfs_dir *ret, char **ret_path)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir devices = SYSFS_DIR_INIT;
	_cleanup_free_ char *path = NULL;
	int r = !*name || strchr(name, '/') ? -ENOENT : sysfs_dir_open(fs, &devices, CXL_DEVICES);

	if (r == 0)
		r = sysfs_read_link(&devices, &path, "%s", name);
	if (r == 0)
		r = sysfs_dir_open(fs, ret, "%s", path);
	if (r == 0 && ret_path)
		*ret_path = TAKE_PTR(path);
	return r;
}

/* Add a number as a string; an unknown one makes the list unknown. */
static int push_number(struct opt_strv *list, const struct opt_u64 *number)
{
	char text[32];

	if (!is_known(number))
		list->is = DAXBUS_UNKNOWN;
	snprintf(text, sizeof(text), "0x%" PRIx64, number->v);
	return strv_push(&list->v, is_known(number) ? text : "?");
}

static int add_serial(struct sysfs *fs, const char *memdev, struct opt_strv *serials)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct opt_u64 serial = unknown();
	int r = open_cxl(fs, memdev, &dir, NULL);

	if (r == 0)
		serial = attribute_u64(&dir, 0, "serial");
	return r == -ENOMEM ? r : push_number(serials, &serial);
}

/*
 * targetN of a region names an endpoint decoder, which is a child of an endpoint port, whose
 * `uport` is the memory device (Documentation/ABI/testing/sysfs-bus-cxl). Return: 0; -ENOENT behind
 * the last target; other errnos.
 */
static int add_memdev(struct sysfs *fs, const struct sysfs_dir *region_dir, unsigned int n,
		      struct cxl *cxl)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir decoder = SYSFS_DIR_INIT,
						   endpoint = SYSFS_DIR_INIT;
	_cleanup_free_ char *name = NULL, *path = NULL, *memdev = NULL;
	struct opt_u64 dpa;
	int r = sysfs_read_str(region_dir, &name, "target%u", n)
		?: open_cxl(fs, name, &decoder, &path)
		?: (string_cut_path_name(path) ? 0 : -ENOENT)
		?: sysfs_dir_open(fs, &endpoint, "%s", path)
		?: sysfs_read_link_name(&endpoint, &memdev, "uport")
		?: snapshot_strv_add(&cxl->memdevs, memdev);

	if (r < 0)
		return r;
	dpa = attribute_u64(&decoder, 0, "dpa_resource");
	return push_number(&cxl->dpas, &dpa) ?: add_serial(fs, memdev, &cxl->serials);
}

static int read_memdevs(struct sysfs *fs, const struct sysfs_dir *region_dir, struct cxl *cxl)
{
	int r = 0;

	cxl->memdevs.is = cxl->serials.is = cxl->dpas.is = DAXBUS_KNOWN;
	for (unsigned int n = 0; r == 0 && n < CXL_WAYS_MAX; n++)
		r = add_memdev(fs, region_dir, n, cxl);
	if (r < 0 && (r != -ENOENT || cxl->memdevs.v.n == 0))
		cxl->memdevs.is = cxl->serials.is = cxl->dpas.is = DAXBUS_UNKNOWN;
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
	region->cxl.memdevs.is = region->cxl.serials.is = region->cxl.dpas.is = DAXBUS_UNKNOWN;
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
	if (needs & NEED_START)
		region->start = attribute_u64(&dir, 16, "resource");
	return needs & (NEED_CXL | NEED_IDENTITY) ? read_memdevs(fs, &dir, &region->cxl) : 0;
}

int provider_describe(struct sysfs *fs, const struct log *log, struct daxbus_snapshot *s,
		      unsigned int needs)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_regions; i++) {
		struct region *region = s->regions[i];

		if (needs & (NEED_PMEM | NEED_IDENTITY) && known_as(&region->provider, "pmem"))
			r = describe_pmem(fs, log, region, needs);
		else if (needs & (NEED_CXL | NEED_IDENTITY | NEED_NODE_FACTS | NEED_START) &&
			 known_as(&region->provider, "cxl"))
			r = describe_cxl(fs, s, region, needs);
	}
	return r;
}

bool provider_is_leaving(const struct sysfs_dir *parent)
{
	return sysfs_is_host(parent->fs) && !sysfs_is_observed(parent->fs) &&
	       !sysfs_has(parent, "driver");
}
