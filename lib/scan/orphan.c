/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/orphan.h"

#include <errno.h>

#include "base/parse.h"
#include "base/string.h"
#include "model/range-list.h"
#include "parsers/iomem.h"
#include "scan/block-set.h"
#include "scan/memory.h"
#include "scan/tally.h"

#define MEMORY_PATH "/sys/devices/system/memory"

/* Memory blocks of the machine. */
struct machine {
	struct sysfs *fs;
	struct sysfs_dir dir; /* MEMORY_PATH */
	struct block_set blocks;
	uint64_t block_size; /* 0 if the blocks are unknown */
};

static void machine_done(struct machine *m)
{
	block_set_done(&m->blocks);
	sysfs_dir_done(&m->dir);
}

/* --- which ranges ----------------------------------------------------------------------------- */

static bool has_range(const struct device *d, const struct iomem_entry *entry)
{
	/* Of a device with unknown ranges, the name decides. */
	if (d->ranges == DAXBUS_UNKNOWN)
		return streq(d->name.v, entry->name);
	for (size_t i = 0; d->ranges == DAXBUS_KNOWN && i < d->n_mappings; i++)
		if (d->mappings[i].start.v <= entry->end && entry->start <= d->mappings[i].end.v)
			return true;
	return false;
}

static bool has_device(const struct daxbus_snapshot *s, const struct iomem_entry *entry)
{
	for (size_t i = 0; i < s->n_devices; i++)
		if (has_range(s->devices[i], entry))
			return true;
	return false;
}

static bool is_selected(const struct selectors *selection, const struct iomem_entry *entry)
{
	return selectors_has_orphan(selection, range_list_text(entry->start, entry->end).s);
}

static int add_orphan(struct daxbus_snapshot *s, const struct iomem_entry *entry)
{
	struct orphan *o = snapshot_add_orphan(s);

	if (!o)
		return -ENOMEM;
	o->start = known(entry->start);
	o->end = known(entry->end);
	o->size = known(entry->end - entry->start + 1);
	o->node = o->memory.blocks = o->memory.online = unknown();
	o->memory.movable = o->memory.kernel = o->memory.offline = unknown();
	s->bus.orphaned.v += o->size.v;
	return snapshot_str_set(&o->former_device, entry->name);
}

static int find_orphans(const struct selectors *selection, struct daxbus_snapshot *s)
{
	_cleanup_free_ char *text = strdup(s->iomem.v);
	struct iomem_entry entry;
	char *rest = text;
	int r = text ? 0 : -ENOMEM;

	s->bus.orphaned = known(0);
	while (r == 0 && iomem_next_kmem(&rest, &entry))
		if (is_selected(selection, &entry) && !has_device(s, &entry))
			r = add_orphan(s, &entry);
	return r;
}

/* --- their blocks ----------------------------------------------------------------------------- */

static int open_machine(struct machine *m, struct sysfs *fs)
{
	int r = sysfs_dir_open(fs, &m->dir, MEMORY_PATH);

	if (r == 0)
		r = block_set_read(fs, &m->blocks, MEMORY_PATH);
	if (r == 0)
		m->block_size = memory_block_size(fs).v;
	return r == -ENOMEM ? r : 0;
}

static int take_node(void *data, const char *name)
{
	struct opt_u64 *node = data;

	if (parse_numbered(name, "node", &node->v) < 0)
		return 0;
	node->is = DAXBUS_KNOWN;
	return 1;
}

/* A block has a link nodeN to its node. */
static int read_node(struct sysfs *fs, uint64_t block, struct opt_u64 *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &dir, MEMORY_PATH "/memory%" PRIu64, block);

	if (r == 0)
		r = sysfs_list(&dir, take_node, ret);
	return r == -ENOMEM ? r : 0;
}

static int read_blocks(const struct machine *m, struct orphan *o)
{
	struct tally tally = { 0 };
	size_t first, n;
	int r = 0;

	n = block_set_inside(&m->blocks, o->start.v, o->end.v, m->block_size, &first);
	o->memory.blocks = known(n);
	if (n)
		r = read_node(m->fs, m->blocks.ids[first], &o->node);
	for (size_t i = first; r == 0 && i < first + n; i++)
		r = tally_read_block(&tally, &m->dir, m->blocks.ids[i]);
	if (r == 0)
		tally_set_counts(&tally, &o->memory);
	return r;
}

int orphan_read(struct sysfs *fs, const struct selectors *selection, struct daxbus_snapshot *s)
{
	_cleanup_(machine_done) struct machine m = { .fs = fs, .dir = SYSFS_DIR_INIT };
	int r;

	s->bus.orphaned = unknown();
	if (s->iomem.is != DAXBUS_KNOWN)
		return 0;
	r = find_orphans(selection, s);
	if (r == 0 && s->n_orphans)
		r = open_machine(&m, fs);
	for (size_t i = 0; r == 0 && m.block_size && i < s->n_orphans; i++)
		r = read_blocks(&m, s->orphans[i]);
	return r;
}

/* --- orphans in the form of devices ----------------------------------------------------------- */

static struct region *add_orphan_region(struct daxbus_snapshot *s)
{
	struct region *region = snapshot_add_region(s);

	if (!region || snapshot_str_set(&region->provider, "unknown") < 0 ||
	    snapshot_str_set(&region->path, "") < 0)
		return NULL;
	region->path.is = DAXBUS_NONE;
	region->size = region->align = region->available_size = unknown();
	region->target_node = region->start = region->largest_free = unknown();
	return region;
}

static int describe_device(struct device *d, const struct iomem_entry *entry)
{
	struct mapping *m = snapshot_add_mapping(d);

	if (!m)
		return -ENOMEM;
	m->start = known(entry->start);
	m->end = known(entry->end);
	m->size = d->size = known(entry->end - entry->start + 1);
	d->ranges = DAXBUS_KNOWN;
	d->is_orphan = true;
	d->target_node = unknown();
	return snapshot_str_set(&d->name, range_list_text(entry->start, entry->end).s)
		       ?: snapshot_str_set(&d->provider, "unknown")
		       ?: snapshot_str_set(&d->driver, "kmem")
		       ?: snapshot_str_set(&d->mode, "kmem")
		       ?: snapshot_str_set(&d->state, "enabled");
}

static int add_device(struct sysfs *fs, struct daxbus_snapshot *s, const struct iomem_entry *entry)
{
	uint64_t block_size = memory_block_size(fs).v, length, start;
	struct region *region = add_orphan_region(s);
	struct device *d = region ? snapshot_add_device(s, region) : NULL;
	int r = d ? describe_device(d, entry) : -ENOMEM;

	if (r < 0 || !block_size)
		return r;
	length = range_list_inside(entry->start, entry->end, block_size, &start);
	return length ? read_node(fs, start / block_size, &d->target_node) : 0;
}

int orphan_add_devices(struct sysfs *fs, const struct selectors *selection,
		       struct daxbus_snapshot *s)
{
	_cleanup_free_ char *text = NULL;
	struct iomem_entry entry;
	char *rest;
	int r;

	if (!selectors_has_range(selection))
		return 0;
	r = sysfs_read_proc(fs, &text, "iomem");
	rest = text;
	while (r == 0 && iomem_next_kmem(&rest, &entry))
		if (is_selected(selection, &entry) && !has_device(s, &entry))
			r = add_device(fs, s, &entry);
	return r == -ENOMEM ? r : 0;
}

/* --- devices that have gone ------------------------------------------------------------------- */

/* Whether the entry is memory of a device that is selected by its name, and is not on the bus. */
static bool is_left_of(const struct selectors *selection, const struct daxbus_snapshot *s,
		       const struct iomem_entry *entry)
{
	uint32_t region, instance;

	return parse_device_name(entry->name, &region, &instance) == 0 &&
	       selectors_may_name(selection, entry->name, region) &&
	       !snapshot_find_device(s, entry->name);
}

void orphan_explain(struct sysfs *fs, const struct selectors *selection,
		    const struct daxbus_snapshot *s, struct daxbus_error *error)
{
	_cleanup_free_ char *text = NULL, *message = NULL;
	struct string ranges = { 0 };
	struct iomem_entry entry;
	char *rest;

	if (!error || !error->message || sysfs_read_proc(fs, &text, "iomem") < 0)
		return;
	rest = text;
	while (iomem_next_kmem(&rest, &entry))
		if (is_left_of(selection, s, &entry))
			string_add(&ranges, " %s", range_list_text(entry.start, entry.end).s);
	if (!ranges.length) {
		string_done(&ranges);
		return;
	}
	message = string_take(&ranges);
	rest = TAKE_PTR(error->message);
	if (message)
		error_set(error, error->code,
			  "%s; it has left the bus, and its memory stays in use until 'daxbus "
			  "offline%s'",
			  rest, message);
	free(rest);
}
