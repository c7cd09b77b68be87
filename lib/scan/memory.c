/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/memory.h"

#include <stdio.h>

#include "base/array.h"
#include "model/range-list.h"
#include "parsers/zoneinfo.h"
#include "scan/attribute.h"
#include "scan/block-set.h"
#include "scan/mapping.h"
#include "scan/tally.h"
#include "scan/zone-count.h"

#define MEMORY_PATH "/sys/devices/system/memory"

/* A node that devices in kmem share. */
struct node_memory {
	struct opt_u64 id; /* not known: blocks are those of the whole machine */
	struct block_set blocks;
	bool *taken;		 /* which of them are some device's */
	enum daxbus_presence is; /* whether blocks could be listed */
};

struct memory_scan {
	struct sysfs *fs;
	const struct log *log;
	struct daxbus_snapshot *snapshot;
	bool want_blocks;
	uint64_t block_size;
	struct sysfs_dir dir;
	struct node_memory *nodes;
	size_t n_nodes;
	char *zoneinfo; /* NULL until read, or where it cannot be */
	bool zoneinfo_tried;
};

static void memory_scan_done(struct memory_scan *scan)
{
	sysfs_dir_done(&scan->dir);
	for (size_t i = 0; i < scan->n_nodes; i++) {
		block_set_done(&scan->nodes[i].blocks);
		free(scan->nodes[i].taken);
	}
	free(scan->nodes);
	free(scan->zoneinfo);
}

struct opt_u64 memory_block_size(struct sysfs *fs)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct opt_u64 size = unknown();

	if (sysfs_dir_open(fs, &dir, MEMORY_PATH) == 0)
		size = attribute_u64(&dir, 16, "block_size_bytes");
	return is_known(&size) && is_power_of_two(size.v) ? size : unknown();
}

/* --- which blocks are there ------------------------------------------------------------------- */

static int read_node_blocks(struct memory_scan *scan, struct node_memory *node)
{
	char path[sizeof("/sys/devices/system/node/node18446744073709551615")];
	int r;

	if (is_known(&node->id))
		snprintf(path, sizeof(path), "/sys/devices/system/node/node%" PRIu64, node->id.v);
	r = block_set_read(scan->fs, &node->blocks, is_known(&node->id) ? path : MEMORY_PATH);
	/* A node without memory has no directory: none of its blocks are there. */
	node->is = r == -ENOENT ? DAXBUS_KNOWN : presence_of(r);
	if (r == -ENOMEM)
		return r;
	node->taken = calloc(node->blocks.n + 1, sizeof(*node->taken));
	return node->taken ? 0 : -ENOMEM;
}

static int find_node(struct memory_scan *scan, struct opt_u64 id, struct node_memory **ret)
{
	for (size_t i = 0; i < scan->n_nodes; i++) {
		*ret = &scan->nodes[i];
		if ((*ret)->id.is == id.is && (*ret)->id.v == id.v)
			return 0;
	}
	if (ARRAY_PUSH(scan->nodes, scan->n_nodes, (struct node_memory){ .id = id }) < 0)
		return -ENOMEM;
	*ret = &scan->nodes[scan->n_nodes - 1];
	return read_node_blocks(scan, *ret);
}

/* --- reading blocks one by one ---------------------------------------------------------------- */

static int split_zones(struct opt_strv *ret, char *text)
{
	char *rest = text, *zone;

	ret->is = DAXBUS_KNOWN;
	while ((zone = strsep(&rest, " ")))
		if (*zone && snapshot_strv_add(ret, zone) < 0)
			return -ENOMEM;
	return 0;
}

/*
 * The kernel shows one zone of a block that is online, and at least two of any other
 * (valid_zones_show() in drivers/base/memory.c). In a captured tree, the files can contradict each
 * other, and an observer must hear of both. @zones is NULL if unknown.
 */
static int read_state(const struct memory_scan *scan, struct block *b, const char *zones)
{
	if (zones && !strchr(zones, ' ') && sysfs_is_live(scan->fs) && !sysfs_is_observed(scan->fs))
		return snapshot_str_set(&b->state, "online");
	return attribute_str(&scan->dir, &b->state, "memory%" PRIu64 "/state", b->id.v);
}

static int add_block(struct memory_scan *scan, struct device *d, uint64_t id, struct tally *tally)
{
	_cleanup_free_ char *zones = NULL;
	struct block *b = snapshot_add_block(d);
	int r;

	if (!b)
		return -ENOMEM;
	b->id = known(id);
	b->start = known(id * scan->block_size);
	b->size = known(scan->block_size);
	b->node = d->target_node;
	r = sysfs_read_str(&scan->dir, &zones, "memory%" PRIu64 "/valid_zones", id);
	if (r == -ENOMEM)
		return r;
	b->zones.is = presence_of(r);
	if (read_state(scan, b, zones) < 0)
		return -ENOMEM;
	if (r < 0)
		return tally_read_state(tally, &scan->dir, id);
	tally_add_zones(tally, zones);
	return split_zones(&b->zones, zones);
}

static int read_range(struct memory_scan *scan, struct device *d, struct node_memory *node,
		      const struct mapping *m, struct tally *tally)
{
	size_t first;
	size_t n = block_set_inside(&node->blocks, m->start.v, m->end.v, scan->block_size, &first);
	int r = 0;

	for (size_t i = first; r == 0 && i < first + n; i++) {
		uint64_t id = node->blocks.ids[i];

		if (node->taken[i])
			continue;
		node->taken[i] = true;
		r = scan->want_blocks ? add_block(scan, d, id, tally)
				      : tally_read_block(tally, &scan->dir, id);
	}
	return r;
}

static int read_blocks(struct memory_scan *scan, struct device *d, struct node_memory *node,
		       struct tally *tally)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < d->n_mappings; i++)
		r = read_range(scan, d, node, &d->mappings[i], tally);
	return r;
}

/* --- counting without reading blocks ---------------------------------------------------------- */

/*
 * Pages are counted in the page size of the machine that was captured, which only daxbus itself
 * writes down.
 */
static uint64_t page_size(struct sysfs *fs)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir root = SYSFS_DIR_INIT;
	uint64_t size;

	if (sysfs_is_live(fs))
		return (uint64_t)sysconf(_SC_PAGESIZE);
	if (sysfs_dir_open(fs, &root, "/") < 0 || sysfs_read_u64(&root, &size, 10, "page_size") < 0)
		return 0;
	return is_power_of_two(size) ? size : 0;
}

/* Pages of a block; 0 if they cannot be told. */
static uint64_t block_pages(const struct memory_scan *scan)
{
	uint64_t page = page_size(scan->fs);

	return page && page <= scan->block_size ? scan->block_size / page : 0;
}

/* Return: 1; 0 when the zones of the node cannot be told; -ENOMEM. */
static int read_zoneinfo(struct memory_scan *scan, const struct node_memory *node)
{
	int r = 0;

	if (!scan->zoneinfo_tried)
		r = sysfs_read_proc(scan->fs, &scan->zoneinfo, "zoneinfo");
	scan->zoneinfo_tried = true;
	return r == -ENOMEM ? r : scan->zoneinfo && is_known(&node->id);
}

/*
 * Online blocks of a node by zone. Return: 1 and the tally; 0 when they cannot be told this way;
 * -ENOMEM.
 */
static int count_node(struct memory_scan *scan, const struct node_memory *node, struct tally *ret)
{
	uint64_t pages = block_pages(scan);
	struct zone_pages zone;
	int r = read_zoneinfo(scan, node);

	if (r <= 0 || !pages)
		return r < 0 ? r : 0;
	r = zoneinfo_find(scan->zoneinfo, node->id.v, &zone);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (zone.movable % pages || zone.kernel % pages)
		return 0;
	*ret = (struct tally){ .movable = zone.movable / pages, .kernel = zone.kernel / pages };
	ret->online = ret->movable + ret->kernel;
	if (ret->online > node->blocks.n)
		return 0;
	ret->offline = node->blocks.n - ret->online;
	return 1;
}

static bool is_in_kmem(const struct device *d)
{
	return known_as(&d->mode, "kmem");
}

static bool is_on(const struct device *d, const struct node_memory *node)
{
	return is_in_kmem(d) && is_known(&d->memory.blocks) && d->target_node.is == node->id.is &&
	       d->target_node.v == node->id.v;
}

/*
 * The part of a node's tally that is a device's: all of it, or its share of blocks that are all
 * alike.
 */
static struct tally share_of(const struct tally *node, const struct device *d)
{
	uint64_t blocks = d->memory.blocks.v;

	return (struct tally){
		.online = node->online ? blocks : 0,
		.movable = node->movable ? blocks : 0,
		.kernel = node->kernel ? blocks : 0,
		.offline = node->offline ? blocks : 0,
	};
}

/*
 * Return: 1 when every device on the node has its counts; 0 when its blocks must be read; -ENOMEM.
 */
static int answer_by_node(struct memory_scan *scan, const struct node_memory *node)
{
	uint64_t owned = 0, owners = 0;
	struct tally tally;
	bool alike;
	int r;

	for (size_t i = 0; i < scan->snapshot->n_devices; i++) {
		const struct device *d = scan->snapshot->devices[i];

		if (is_on(d, node) && d->memory.blocks.v) {
			owned += d->memory.blocks.v;
			owners++;
		}
	}
	if (owned != node->blocks.n)
		return 0;
	r = count_node(scan, node, &tally);
	if (r <= 0)
		return r;
	alike = !!tally.movable + !!tally.kernel + !!tally.offline <= 1;
	if (owners > 1 && !alike)
		return 0;
	for (size_t i = 0; i < scan->snapshot->n_devices; i++) {
		struct device *d = scan->snapshot->devices[i];
		struct tally share = alike ? share_of(&tally, d) : tally;

		if (is_on(d, node))
			tally_set_counts(d->memory.blocks.v ? &share : &(struct tally){ 0 },
					 &d->memory);
	}
	return 1;
}

/* --- counting by the places of zones, and by page flags --------------------------------------- */

/* Return: 1; 0 when the zones of the node cannot be told; -ENOMEM. */
static int find_zones(struct memory_scan *scan, const struct node_memory *node,
		      struct node_zones *ret)
{
	int r = read_zoneinfo(scan, node);

	if (r <= 0)
		return r;
	r = zoneinfo_find_zones(scan->zoneinfo, node->id.v, ret);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	return 1;
}

/* Whether no block went online or offline while pages were looked up. Return: 1; 0; -ENOMEM. */
static int zones_are_unchanged(struct memory_scan *scan, const struct node_memory *node,
			       const struct node_zones *before)
{
	struct node_zones now;
	int r;

	free(scan->zoneinfo);
	scan->zoneinfo = NULL;
	scan->zoneinfo_tried = false;
	r = find_zones(scan, node, &now);
	return r > 0 ? zoneinfo_is_same(before, &now) : r;
}

static int count_device(const struct memory_scan *scan, const struct node_memory *node,
			const struct device *d, struct zone_count *count, struct tally *tally)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < d->n_mappings; i++) {
		const struct mapping *m = &d->mappings[i];
		size_t first, n = block_set_inside(&node->blocks, m->start.v, m->end.v,
						   scan->block_size, &first);

		for (size_t k = first; r == 0 && k < first + n; k++)
			r = zone_count_add(count, tally, node->blocks.ids[k]);
	}
	return r;
}

/* Count the devices on a node into @tallies. Return: as answer_by_zones(). */
static int count_by_zones(struct memory_scan *scan, const struct node_memory *node,
			  const struct node_zones *zones, uint64_t pages, struct tally *tallies)
{
	_cleanup_(zone_count_done) struct zone_count count;
	int r = 0;

	zone_count_init(&count, &scan->dir, zones, &node->blocks, pages, scan->log);
	for (size_t i = 0; r == 0 && i < scan->snapshot->n_devices; i++) {
		const struct device *d = scan->snapshot->devices[i];

		if (is_on(d, node))
			r = count_device(scan, node, d, &count, &tallies[i]);
	}
	if (r == 0)
		r = zone_count_finish(&count);
	if (r == 0)
		log_debug(scan->log, "block counts of node %" PRIu64 " do not agree with its zones",
			  node->id.v);
	return r > 0 && count.is_opened ? zones_are_unchanged(scan, node, zones) : r;
}

/*
 * Return: 1 when every device on the node has its counts; 0 when its blocks must be read; -ENOMEM.
 */
static int answer_by_zones(struct memory_scan *scan, const struct node_memory *node)
{
	size_t n = scan->snapshot->n_devices;
	_cleanup_free_ struct tally *tallies = calloc(n, sizeof(*tallies));
	uint64_t pages = block_pages(scan);
	struct node_zones zones;
	int r = find_zones(scan, node, &zones);

	if (!tallies)
		return -ENOMEM;
	if (r > 0)
		r = pages ? count_by_zones(scan, node, &zones, pages, tallies) : 0;
	for (size_t i = 0; r > 0 && i < n; i++)
		if (is_on(scan->snapshot->devices[i], node))
			tally_set_counts(&tallies[i], &scan->snapshot->devices[i]->memory);
	return r;
}

/* --- devices ---------------------------------------------------------------------------------- */

/* What the ranges alone say: bytes that are whole blocks, and bytes that are not. */
static void set_usable(struct device *d, uint64_t block_size)
{
	struct memory *m = &d->memory;
	uint64_t usable = 0, start;

	for (size_t i = 0; i < d->n_mappings; i++)
		usable += range_list_inside(d->mappings[i].start.v, d->mappings[i].end.v,
					    block_size, &start);
	m->usable = known(usable);
	m->lost = is_known(&d->size) && d->size.v >= usable ? known(d->size.v - usable) : unknown();
}

static void set_blocks(struct device *d, const struct node_memory *node, uint64_t block_size)
{
	struct memory *m = &d->memory;
	uint64_t expected = m->usable.v / block_size;

	if (node->is != DAXBUS_KNOWN)
		return;
	m->blocks = known(block_set_in_device(&node->blocks, d, block_size));
	m->missing = known(expected > m->blocks.v ? expected - m->blocks.v : 0);
}

static void set_unknown(struct memory *m)
{
	m->blocks = m->online = m->movable = m->kernel = unknown();
	m->offline = m->missing = m->usable = m->lost = unknown();
}

static size_t take_mappings(const struct daxbus_snapshot *s, const struct mapping **ret)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *d = s->devices[i];

		if (!is_in_kmem(d) || d->ranges != DAXBUS_KNOWN)
			continue;
		for (size_t k = 0; k < d->n_mappings; k++, n++)
			if (ret)
				ret[n] = &d->mappings[k];
	}
	return n;
}

/*
 * kmem reserves a range before it adds it, so that no two devices can be memory at the same place.
 * Where a tree says so, there is no telling whose the blocks are; nor is it worth reading each of
 * them once for every device.
 */
static int doubt_shared_ranges(const struct daxbus_snapshot *s)
{
	_cleanup_free_ const struct mapping **mappings = NULL;
	size_t n = take_mappings(s, NULL);

	if (n < 2)
		return 0;
	mappings = calloc(n, sizeof(*mappings));
	if (!mappings)
		return -ENOMEM;
	take_mappings(s, mappings);
	mapping_doubt_overlaps(mappings, n);
	return 0;
}

/* First pass: which blocks each device in kmem has, for the nodes' sums. */
static int find_blocks(struct memory_scan *scan)
{
	for (size_t i = 0; i < scan->snapshot->n_devices; i++) {
		struct device *d = scan->snapshot->devices[i];
		struct node_memory *node;
		int r;

		if (!is_in_kmem(d))
			continue;
		set_unknown(&d->memory);
		if (!scan->block_size || d->ranges != DAXBUS_KNOWN)
			continue;
		set_usable(d, scan->block_size);
		r = find_node(scan, d->target_node, &node);
		if (r < 0)
			return r;
		set_blocks(d, node, scan->block_size);
	}
	return 0;
}

/* Second pass: their states. */
static int read_states(struct memory_scan *scan, struct node_memory *node)
{
	int r = scan->want_blocks ? 0 : answer_by_node(scan, node);

	if (r == 0 && !scan->want_blocks)
		r = answer_by_zones(scan, node);
	if (r)
		return r < 0 ? r : 0;
	for (size_t i = 0; i < scan->snapshot->n_devices; i++) {
		struct device *d = scan->snapshot->devices[i];
		struct tally tally = { 0 };

		if (!is_on(d, node))
			continue;
		r = read_blocks(scan, d, node, &tally);
		if (r < 0)
			return r;
		tally_set_counts(&tally, &d->memory);
	}
	return 0;
}

static void take_blocks(const struct memory_scan *scan, struct node_memory *node,
			const struct device *d)
{
	for (size_t i = 0; i < d->n_mappings; i++) {
		const struct mapping *m = &d->mappings[i];
		size_t first, n = block_set_inside(&node->blocks, m->start.v, m->end.v,
						   scan->block_size, &first);

		memset(node->taken + first, true, n * sizeof(*node->taken));
	}
}

/*
 * Blocks in the ranges of devices that are not in kmem: memory that was left behind. Those of a
 * device in kmem are not listed again under its duplicate.
 */
static int read_strays(struct memory_scan *scan)
{
	struct node_memory *machine;
	int r = find_node(scan, (struct opt_u64){ 0 }, &machine);

	for (size_t i = 0; r == 0 && i < scan->snapshot->n_devices; i++) {
		const struct device *d = scan->snapshot->devices[i];

		if (is_in_kmem(d) && d->ranges == DAXBUS_KNOWN)
			take_blocks(scan, machine, d);
	}
	for (size_t i = 0; r == 0 && i < scan->snapshot->n_devices; i++) {
		struct device *d = scan->snapshot->devices[i];
		struct tally ignored = { 0 };

		if (!is_in_kmem(d) && d->ranges == DAXBUS_KNOWN)
			r = read_blocks(scan, d, machine, &ignored);
	}
	return r;
}

static bool has_work(const struct memory_scan *scan)
{
	for (size_t i = 0; i < scan->snapshot->n_devices; i++)
		if (is_in_kmem(scan->snapshot->devices[i]))
			return true;
	return scan->want_blocks;
}

int memory_read(struct sysfs *fs, const struct log *log, struct daxbus_snapshot *s,
		unsigned int needs)
{
	_cleanup_(memory_scan_done) struct memory_scan scan = {
		.fs = fs,
		.log = log,
		.snapshot = s,
		.want_blocks = needs & NEED_BLOCKS,
		.dir = SYSFS_DIR_INIT,
	};
	int r;

	if (!has_work(&scan))
		return 0;
	scan.block_size = memory_block_size(fs).v;
	r = doubt_shared_ranges(s);
	if (r == 0)
		r = find_blocks(&scan);
	if (r < 0 || !scan.block_size)
		return r;
	r = sysfs_dir_open(fs, &scan.dir, MEMORY_PATH);
	if (r < 0) {
		log_debug(log, "cannot open " MEMORY_PATH ": %s", strerror(-r));
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = 0; r == 0 && i < scan.n_nodes; i++)
		r = read_states(&scan, &scan.nodes[i]);
	if (r == 0 && scan.want_blocks)
		r = read_strays(&scan);
	return r;
}
