/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/outlook.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/array.h"
#include "base/string.h"
#include "parsers/numa.h"
#include "parsers/zoneinfo.h"
#include "scan/block-pages.h"
#include "scan/node-usage.h"

#define NODES "/sys/devices/system/node"

/* --- blocks ----------------------------------------------------------------------------------- */

static bool report_block(const struct progress_fn *progress_fn, const struct device *d,
			 uint64_t done, uint64_t block_size)
{
	const struct daxbus_progress now = { .device = d->name.v,
					     .what = "looking at pages",
					     .done = done,
					     .total = d->n_blocks,
					     .block_size = block_size };

	return progress_fn_call(progress_fn, &now);
}

/* The block may go offline meanwhile: its pages then read as absent. */
static int read_block(const struct block_pages *pages, uint64_t block_size,
		      struct forecast_block *b)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), n = block_size / page;
	int r = 0;

	if (b->zone != ZONE_OFFLINE)
		r = block_pages_classify(pages, b->id * n, n, b->bytes);
	for (size_t i = 0; i < _PAGE_KIND_MAX; i++)
		b->bytes[i] *= page;
	return r;
}

static int read_all_blocks(const struct block_pages *pages, const struct progress_fn *progress_fn,
			   const struct device *d, uint64_t block_size, struct forecast *f)
{
	for (size_t i = 0; i < d->n_blocks; i++) {
		struct forecast_block b = { 0 };
		int r;

		if (!snapshot_find_zone(&d->blocks[i], &b.zone))
			return -ENOENT;
		if (!report_block(progress_fn, d, i, block_size))
			return -EINTR;
		b.id = d->blocks[i].id.v;
		r = read_block(pages, block_size, &b) ?: ARRAY_PUSH(f->blocks, f->n_blocks, b);
		if (r < 0)
			return r;
	}
	return 0;
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* Bytes of the huge pages of a node that no process uses; unreadable ones are in use. */
static uint64_t read_huge_free(struct sysfs *fs, uint64_t node, const struct huge_pools *pools)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	uint64_t bytes = 0, n, size;

	if (sysfs_dir_open(fs, &dir, NODES "/node%" PRIu64 "/hugepages", node) < 0)
		return 0;
	for (size_t i = 0; i < pools->n; i++)
		if (sysfs_read_u64(&dir, &n, 10, "hugepages-%" PRIu64 "kB/free_hugepages",
				   pools->items[i].size / 1024) == 0 &&
		    !__builtin_mul_overflow(n, pools->items[i].size, &size) &&
		    __builtin_add_overflow(bytes, size, &bytes))
			return UINT64_MAX;
	return bytes;
}

static int add_other_node(struct sysfs *fs, uint64_t node, struct forecast *f)
{
	struct forecast_node n = { .node = node };
	struct node_usage use;
	int r = node_usage_read(fs, node, &use);

	if (r < 0 || !is_known(&use.free))
		return r;
	n.free = use.free.v;
	n.huge_free = read_huge_free(fs, node, &use.pools);
	return ARRAY_PUSH(f->nodes, f->n_nodes, n);
}

static int read_other_nodes(struct sysfs *fs, struct forecast *f)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *list = NULL;
	struct numa_nodes nodes;
	int r = sysfs_dir_open(fs, &dir, NODES) ?: sysfs_read_str(&dir, &list, "has_memory")
						?: numa_parse_nodes(list, &nodes);

	/* What is not known has no room. */
	if (r < 0)
		return error_keep_oom(r);
	for (uint64_t i = 0; r == 0 && i < NUMA_NODES_MAX; i++)
		if (nodes.has[i] && i != f->node)
			r = add_other_node(fs, i, f);
	return r;
}

static int read_node_of(struct sysfs *fs, struct forecast *f)
{
	struct node_usage use;
	uint64_t free_pages;
	int r = node_usage_read(fs, f->node, &use);

	if (r < 0)
		return r;
	/* If it is not known how many pages are on lists of processors, none is taken for one. */
	free_pages = read_huge_free(fs, f->node, &use.pools);
	forecast_judge(f, use.cached.v,
		       is_known(&use.huge) && free_pages <= use.huge.v ? use.huge.v - free_pages
								       : UINT64_MAX);
	return 0;
}

/* --- all of it -------------------------------------------------------------------------------- */

int outlook_read(struct sysfs *fs, const struct progress_fn *progress_fn, const struct device *d,
		 uint64_t block_size, struct forecast *ret)
{
	_cleanup_(block_pages_close) struct block_pages pages = BLOCK_PAGES_INIT;
	_cleanup_(forecast_done) struct forecast f = { .node = d->target_node.v };
	int r = string_copy(&f.device, d->name.v)
			?: block_pages_open(&pages, fs)
			?: read_all_blocks(&pages, progress_fn, d, block_size, &f)
			?: read_other_nodes(fs, &f)
			?: read_node_of(fs, &f);

	if (r == 0)
		*ret = TAKE_STRUCT(f);
	return r;
}

int outlook_read_block(struct sysfs *fs, uint64_t block_size, struct forecast_block *b)
{
	_cleanup_(block_pages_close) struct block_pages pages = BLOCK_PAGES_INIT;

	return block_pages_open(&pages, fs) ?: read_block(&pages, block_size, b);
}
