/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/nd-region.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "scan/attribute.h"

/* --- namespaces ------------------------------------------------------------------------------- */

/* "namespace0.1": the second number. Return: 0; -EINVAL. */
static int parse_instance(const char *name, uint32_t *ret)
{
	const char *dot = strchr(name, '.');

	return starts_with(name, "namespace") && dot ? parse_u32(dot + 1, 10, ret) : -EINVAL;
}

static int take_name(void *data, const char *name)
{
	char **first = data;

	if (*first)
		return 1;
	*first = strdup(name);
	return *first ? 1 : -ENOMEM;
}

/* The only entry of its directory `block`. */
static int read_block(const struct sysfs_dir *space, char **ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(space->fs, &dir, "%s/block", space->path)
			?: sysfs_list(&dir, take_name, ret);

	return r == -ENOMEM ? r : 0;
}

static int read_space(struct sysfs *fs, const char *region, const char *name,
		      struct nd_namespace *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &dir, "%s/%s", region, name);

	/* It may have gone since it was listed. */
	if (r < 0)
		return r;
	ret->size = attribute_u64(&dir, 10, "size");
	ret->bound = sysfs_has(&dir, "driver");
	return attribute_str(&dir, &ret->uuid, "uuid")
		?: attribute_str(&dir, &ret->mode, "mode")
		?: attribute_str(&dir, &ret->holder, "holder")
		?: read_block(&dir, &ret->block)
		?: string_copy(&ret->name, name);
}

struct space_list {
	const struct sysfs_dir *dir;
	struct nd_region *region;
};

static int add_space(void *data, const char *name)
{
	const struct space_list *list = data;
	struct nd_region *region = list->region;
	struct nd_namespace space = { 0 };
	int r;

	if (parse_instance(name, &space.instance) < 0)
		return 0;
	r = read_space(list->dir->fs, list->dir->path, name, &space)
		    ?: ARRAY_PUSH(region->spaces, region->n_spaces, space);
	if (r < 0)
		nd_region_namespace_done(&space);
	return error_keep_oom(r);
}

static int compare_spaces(const void *a, const void *b)
{
	const struct nd_namespace *x = a, *y = b;

	return compare_u64(x->instance, y->instance);
}

/* --- regions ---------------------------------------------------------------------------------- */

static int read_alignments(const struct sysfs_dir *dir, struct nd_region *ret)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *word;
	int r = sysfs_read_str(dir, &text, "%s/supported_alignments", ret->dax_seed.v);

	ret->alignments.is = presence_of(r);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	rest = text;
	while (r == 0 && (word = strsep(&rest, " ")))
		if (*word)
			r = snapshot_strv_add(&ret->alignments, word);
	return r;
}

static int read_seeds(const struct sysfs_dir *dir, struct nd_region *ret)
{
	int r = attribute_str(dir, &ret->seed, "namespace_seed")
			?: attribute_str(dir, &ret->dax_seed, "dax_seed");

	ret->seed_align = unknown();
	/* It becomes part of a path. */
	if (r < 0 || ret->dax_seed.is != DAXBUS_KNOWN || !starts_with(ret->dax_seed.v, "dax") ||
	    strchr(ret->dax_seed.v, '/'))
		return r;
	ret->seed_align = attribute_u64(dir, 0, "%s/align", ret->dax_seed.v);
	return read_alignments(dir, ret);
}

/* -1: firmware does not say. */
static struct opt_u64 read_node(const struct sysfs_dir *dir)
{
	_cleanup_free_ char *text = NULL;
	struct opt_u64 node = attribute_u64(dir, 10, "target_node");

	if (!is_known(&node) && sysfs_read_str(dir, &text, "target_node") == 0 && streq(text, "-1"))
		node.is = DAXBUS_NONE;
	return node;
}

static int read_region(const struct sysfs_dir *dir, const char *name, struct nd_region *ret)
{
	struct space_list list = { dir, ret };
	int r;

	ret->nstype = attribute_u64(dir, 10, "nstype");
	ret->size = attribute_u64(dir, 10, "size");
	ret->start = attribute_u64(dir, 0, "resource");
	ret->extent = attribute_u64(dir, 10, "max_available_extent");
	ret->align = attribute_u64(dir, 0, "align");
	ret->ways = attribute_u64(dir, 10, "mappings");
	ret->read_only = attribute_u64(dir, 10, "read_only");
	ret->target_node = read_node(dir);
	r = string_copy(&ret->name, name)
		?: read_seeds(dir, ret)
		?: sysfs_list(dir, add_space, &list);
	if (ret->n_spaces)
		qsort(ret->spaces, ret->n_spaces, sizeof(*ret->spaces), compare_spaces);
	return r == -ENOMEM ? r : 0;
}

/* Its directory; devtype tells it from one of volatile memory, of which the kernel makes no device.
 */
static int open_region(struct sysfs *fs, const char *name, struct sysfs_dir *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir devices = SYSFS_DIR_INIT;
	_cleanup_free_ char *path = NULL, *type = NULL;
	int r = sysfs_dir_open(fs, &devices, ND_DEVICES)
		?: sysfs_read_link(&devices, &path, "%s", name)
		?: sysfs_dir_open(fs, ret, "%s", path)
		?: sysfs_read_str(ret, &type, "devtype");

	if (r == 0 && !streq(type, "nd_pmem"))
		r = -ENOENT;
	return r == 0 || r == -ENOMEM ? r : -ENOENT;
}

int nd_region_read(struct sysfs *fs, const char *name, struct nd_region *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(nd_region_done) struct nd_region region = { 0 };
	uint64_t id;
	int r = parse_numbered(name, "region", &id) < 0 || id > UINT32_MAX
			? -ENOENT
			: open_region(fs, name, &dir);

	if (r < 0)
		return r;
	region.id = known(id);
	r = read_region(&dir, name, &region);
	if (r == 0)
		*ret = TAKE_STRUCT(region);
	return r;
}

int nd_region_read_device(struct sysfs *fs, const struct region *region,
			  struct opt_str *ret_namespace, struct opt_str *ret_uuid)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r;

	ret_namespace->is = ret_uuid->is = DAXBUS_UNKNOWN;
	r = sysfs_dir_open(fs, &dir, "/sys%s", region->path.v)
		?: attribute_str(&dir, ret_namespace, "namespace")
		?: attribute_str(&dir, ret_uuid, "uuid");
	return r == -ENOMEM ? r : 0;
}

/* --- the snapshot ----------------------------------------------------------------------------- */

struct adding {
	struct sysfs *fs;
	struct daxbus_snapshot *s;
};

static bool has_device(const struct daxbus_snapshot *s, uint64_t id)
{
	for (size_t i = 0; i < s->n_devices; i++)
		if (s->devices[i]->region_id.v == id && known_as(&s->devices[i]->provider, "pmem"))
			return true;
	return false;
}

/* The part of its path that names the nd bus: ".../ndbus0/region0". */
static int set_bus(struct region *region, const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	char *bus;

	if (!copy)
		return -ENOMEM;
	string_cut_path_name(copy);
	bus = strrchr(copy, '/');
	return snapshot_str_set(&region->pmem.bus, bus ? bus + 1 : copy);
}

static int fill_region(struct region *region, const struct nd_region *nd, const char *path)
{
	uint64_t room = nd_region_available(nd);
	int r = snapshot_str_set(&region->path, starts_with(path, "/sys/") ? path + 4 : path)
		?: snapshot_str_set(&region->provider, "pmem")
		?: set_bus(region, path)
		?: snapshot_str_set(&region->pmem.region, nd->name);

	region->is_nd = true;
	region->id = nd->id;
	region->size = nd->size;
	region->start = nd->start;
	region->available_size = known(room);
	region->creatable = known(room > 0);
	region->align = nd->align;
	region->dynamic = known(0);
	region->target_node = nd->target_node;
	region->next_instance = nd_region_next(nd) ? nd_region_next(nd)->instance : 0;
	region->free_is = DAXBUS_NONE;
	return r;
}

static int add_region(void *data, const char *name)
{
	const struct adding *a = data;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(nd_region_done) struct nd_region nd = { 0 };
	struct region *region;
	int r = starts_with(name, "region") ? nd_region_read(a->fs, name, &nd) : -ENOENT;

	if (r == 0)
		r = open_region(a->fs, name, &dir);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (has_device(a->s, nd.id.v) && !nd_region_available(&nd))
		return 0;
	region = snapshot_add_region(a->s);
	return region ? fill_region(region, &nd, dir.path) : -ENOMEM;
}

int nd_region_add_all(struct sysfs *fs, struct daxbus_snapshot *s)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct adding adding = { fs, s };
	int r = sysfs_dir_open(fs, &dir, ND_DEVICES) ?: sysfs_list(&dir, add_region, &adding);

	return r == -ENOMEM ? r : 0;
}
