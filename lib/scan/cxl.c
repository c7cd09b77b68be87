/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/cxl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "model/cxl-shape.h"
#include "scan/attribute.h"

#define MEMMAP "/sys/firmware/memmap"

/* --- decoders --------------------------------------------------------------------------------- */

/* "decoder2.0" */
static int parse_decoder_name(const char *name, uint32_t *ret_port, uint32_t *ret_id)
{
	size_t length = strcspn(name, ".");
	_cleanup_free_ char *of_port = strndup(name, length);
	uint64_t port;

	if (!of_port)
		return -ENOMEM;
	if (!name[length] || parse_numbered(of_port, "decoder", &port) < 0 || port > UINT32_MAX)
		return -EINVAL;
	*ret_port = (uint32_t)port;
	return parse_u32(name + length + 1, 10, ret_id);
}

static int parse_kind(const char *devtype, enum cxl_decoder_kind *ret)
{
	static const char *const types[] = {
		[CXL_ROOT] = "cxl_decoder_root",
		[CXL_SWITCH] = "cxl_decoder_switch",
		[CXL_ENDPOINT] = "cxl_decoder_endpoint",
	};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (streq(types[i], devtype)) {
			*ret = (enum cxl_decoder_kind)i;
			return 0;
		}
	return -EINVAL;
}

/* target_list has the UIDs of host bridges; dportUID of the root port is a link to each. */
static int read_bridges(const struct sysfs_dir *dir, const char *port, struct strv *ret)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_(sysfs_dir_done) struct sysfs_dir root = SYSFS_DIR_INIT;
	char *rest, *uid;
	int r = sysfs_read_str(dir, &text, "target_list")
			?: sysfs_dir_open(dir->fs, &root, "%s", port);

	rest = text;
	while (r == 0 && (uid = strsep(&rest, ","))) {
		_cleanup_free_ char *bridge = NULL;

		r = sysfs_read_link(&root, &bridge, "dport%s", uid) ?: strv_push(ret, bridge);
	}
	return error_keep_oom(r);
}

static int read_root(const struct sysfs_dir *dir, struct cxl_decoder *ret)
{
	ret->start = attribute_u64(dir, 0, "start");
	ret->size = attribute_u64(dir, 0, "size");
	ret->ram = attribute_u64(dir, 10, "cap_ram");
	ret->ways = attribute_u64(dir, 10, "interleave_ways");
	ret->granularity = attribute_u64(dir, 10, "interleave_granularity");
	return attribute_str(dir, &ret->next, "create_ram_region")
		       ?: read_bridges(dir, ret->path, &ret->bridges);
}

/* The `uport` of the endpoint port is the memory device. */
static int read_endpoint(const struct sysfs_dir *dir, struct cxl_decoder *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir endpoint = SYSFS_DIR_INIT;
	int r;

	ret->dpa_size = attribute_u64(dir, 0, "dpa_size");
	r = attribute_str(dir, &ret->mode, "mode")
		    ?: sysfs_dir_open(dir->fs, &endpoint, "%s", ret->path)
		    ?: sysfs_read_link_name(&endpoint, &ret->memdev, "uport");
	return error_keep_oom(r);
}

static int read_decoder(const struct sysfs_dir *dir, struct cxl_decoder *ret)
{
	_cleanup_free_ char *type = NULL;
	int r = sysfs_read_str(dir, &type, "devtype")
		?: parse_kind(type, &ret->kind)
		?: string_copy(&ret->path, dir->path);

	if (r < 0)
		return r;
	string_cut_path_name(ret->path);
	ret->locked = attribute_u64(dir, 10, "locked");
	r = attribute_str(dir, &ret->region, "region");
	if (r == 0 && ret->kind == CXL_ROOT)
		r = read_root(dir, ret);
	else if (r == 0 && ret->kind == CXL_ENDPOINT)
		r = read_endpoint(dir, ret);
	return r;
}

static int add_decoder(struct cxl_bus *bus, const struct sysfs_dir *dir, const char *name)
{
	struct cxl_decoder decoder = { 0 };
	int r = parse_decoder_name(name, &decoder.port, &decoder.id)
		?: string_copy(&decoder.name, name)
		?: read_decoder(dir, &decoder)
		?: ARRAY_PUSH(bus->decoders, bus->n_decoders, decoder);

	if (r < 0)
		cxl_decoder_done(&decoder);
	return r;
}

/* --- memory devices --------------------------------------------------------------------------- */

static int add_memdev(struct cxl_bus *bus, const struct sysfs_dir *dir, const char *name)
{
	struct cxl_memdev memdev = { .name = strdup(name),
				     .path = strdup(dir->path),
				     .ram = attribute_u64(dir, 0, "ram/size"),
				     .serial = attribute_u64(dir, 0, "serial") };
	int r = memdev.name && memdev.path ? ARRAY_PUSH(bus->memdevs, bus->n_memdevs, memdev)
					   : -ENOMEM;

	if (r < 0)
		cxl_memdev_done(&memdev);
	return r;
}

/* --- regions ---------------------------------------------------------------------------------- */

static int read_targets(const struct sysfs_dir *dir, struct cxl_region *ret)
{
	int r = 0;

	ret->targets.is =
		is_known(&ret->ways) && ret->ways.v <= CXL_WAYS_MAX ? DAXBUS_KNOWN : DAXBUS_UNKNOWN;
	for (uint64_t i = 0; ret->targets.is == DAXBUS_KNOWN && i < ret->ways.v; i++) {
		_cleanup_free_ char *target = NULL;

		r = sysfs_read_str(dir, &target, "target%" PRIu64, i);
		if (r < 0)
			ret->targets.is = DAXBUS_UNKNOWN;
		else
			r = strv_push(&ret->targets.v, target);
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

/* The parent of a region is its root decoder. */
static int read_root_name(const struct sysfs_dir *dir, char **ret)
{
	_cleanup_free_ char *path = strdup(dir->path);
	const char *name;

	if (!path)
		return -ENOMEM;
	string_cut_path_name(path);
	name = string_cut_path_name(path);
	return name ? string_copy(ret, name) : -EINVAL;
}

static int add_cxl_region(struct cxl_bus *bus, const struct sysfs_dir *dir, const char *name)
{
	struct cxl_region region = { .name = strdup(name),
				     .path = strdup(dir->path),
				     .bound = sysfs_has(dir, "driver"),
				     .locked = attribute_u64(dir, 10, "locked"),
				     .start = attribute_u64(dir, 0, "resource"),
				     .size = attribute_u64(dir, 0, "size"),
				     .ways = attribute_u64(dir, 10, "interleave_ways"),
				     .granularity =
					     attribute_u64(dir, 10, "interleave_granularity"),
				     .commit = attribute_u64(dir, 10, "commit") };
	int r = region.name && region.path ? 0 : -ENOMEM;

	if (r == 0)
		r = read_root_name(dir, &region.root)
			?: attribute_str(dir, &region.mode, "mode")
			?: read_targets(dir, &region)
			?: ARRAY_PUSH(bus->regions, bus->n_regions, region);
	if (r < 0)
		cxl_region_done(&region);
	return r;
}

/* --- the memory map of firmware --------------------------------------------------------------- */

static bool is_memory(const char *type)
{
	return streq(type, "System RAM") || streq(type, "Soft Reserved");
}

struct cxl_listing {
	const struct sysfs_dir *dir;
	struct cxl_bus *bus;
};

static int add_memory(void *data, const char *name)
{
	const struct cxl_listing *l = data;
	_cleanup_free_ char *type = NULL;
	struct opt_u64 start = attribute_u64(l->dir, 0, "%s/start", name);
	struct opt_u64 end = attribute_u64(l->dir, 0, "%s/end", name);
	int r = sysfs_read_str(l->dir, &type, "%s/type", name);

	if (r < 0 || !is_known(&start) || !is_known(&end) || !is_memory(type))
		return error_keep_oom(r);
	return range_list_add(&l->bus->firmware, start.v, end.v) ?: 1;
}

static int read_firmware(struct sysfs *fs, struct cxl_bus *bus)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct cxl_listing l = { &dir, bus };

	return error_keep_oom(sysfs_dir_open(fs, &dir, MEMMAP) ?: sysfs_list(&dir, add_memory, &l));
}

/* --- all of it -------------------------------------------------------------------------------- */

static int add_cxl_device(void *data, const char *name)
{
	const struct cxl_listing *l = data;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *path = NULL;
	uint64_t number;
	int r = sysfs_read_link(l->dir, &path, "%s", name)
			?: sysfs_dir_open(l->dir->fs, &dir, "%s", path);

	/* It may have gone since it was listed. */
	if (r < 0)
		return error_keep_oom(r);
	if (starts_with(name, "decoder"))
		r = add_decoder(l->bus, &dir, name);
	else if (parse_numbered(name, "mem", &number) == 0)
		r = add_memdev(l->bus, &dir, name);
	else if (parse_numbered(name, "region", &number) == 0)
		r = add_cxl_region(l->bus, &dir, name);
	else
		return 0;
	return r == 0 ? 1 : error_keep_oom(r);
}

static int compare_decoders(const void *a, const void *b)
{
	const struct cxl_decoder *x = a, *y = b;

	return compare_u64(x->port, y->port) ?: compare_u64(x->id, y->id);
}

int cxl_bus_read(struct sysfs *fs, struct cxl_bus *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(cxl_bus_done) struct cxl_bus bus = { 0 };
	struct cxl_listing l = { &dir, &bus };
	int r = sysfs_dir_open(fs, &dir, CXL_DEVICES)
		?: sysfs_list(&dir, add_cxl_device, &l)
		?: read_firmware(fs, &bus);

	if (r < 0)
		return error_keep_oom(r);
	if (bus.n_decoders)
		qsort(bus.decoders, bus.n_decoders, sizeof(*bus.decoders), compare_decoders);
	*ret = TAKE_STRUCT(bus);
	return 0;
}
