/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_FORECAST_H
#define DAXBUS_MODEL_FORECAST_H

#include "base/util.h"
#include "model/zone.h"

/*
 * What will happen to the memory blocks of a device when they go offline, by the pages in them:
 * plain data, and the rules by which it is judged.
 */

/* What a page holds, as far as it matters for moving it. */
enum page_kind {
	PAGE_FREE,
	PAGE_CLEAN, /* of a file, and on the disk, too: it can be dropped */
	PAGE_DIRTY, /* of a file: it is written first, or moved */
	PAGE_ANON,
	PAGE_SHMEM,
	PAGE_HUGE,   /* hugetlb: of a pool, used or not */
	PAGE_HELD,   /* no process has it mapped, and something holds it: a pipe, a device */
	PAGE_KERNEL, /* slabs, page tables: it cannot move */
	PAGE_OTHER,  /* without flags: the kernel's, or free on the list of a processor */
	PAGE_BROKEN, /* with a hardware error: it stays, and is no hindrance */
	PAGE_MEMMAP, /* the block's own bookkeeping, which goes with it */
	PAGE_ABSENT, /* of a block that is offline */
	_PAGE_KIND_MAX,
};

/*
 * forecast_kind_of() - what a page holds
 * @flags: its number in /proc/kpageflags
 * @mapped: its number in /proc/kpagecount
 * @before: the kind of the page before it, to which a tail of a compound page belongs
 *
 * Up to Linux 6.8, tails lack the flags of their heads.
 */
enum page_kind forecast_kind_of(uint64_t flags, uint64_t mapped, enum page_kind before);
/* Whether @mapped matters for such a page. */
bool forecast_needs_count(uint64_t flags);

enum block_fate {
	FATE_OFFLINE, /* it is offline */
	FATE_FREE,    /* nothing has to move */
	FATE_MOVES,   /* all that is in it can move */
	FATE_HELD,    /* something may hold pages of it */
	FATE_STAYS,   /* the kernel has pages in it */
	_FATE_MAX,
};

/*
 * struct forecast_block - a memory block
 * @id: its number
 * @zone: where it is online
 * @fate: the forecast
 * @bytes: by kind of page
 * @zone_word, @fate_word: of these, for output and scripts
 */
struct forecast_block {
	uint64_t id;
	enum zone zone;
	enum block_fate fate;
	uint64_t bytes[_PAGE_KIND_MAX];
	const char *zone_word;
	const char *fate_word;
};

/*
 * struct forecast_node - another node with memory, to which data can move
 * @node: its number
 * @free: bytes that are free, or can be dropped
 * @huge_free: bytes of huge pages that are free
 */
struct forecast_node {
	uint64_t node;
	uint64_t free;
	uint64_t huge_free;
};

/*
 * struct forecast - of a device in kmem
 * @device: its name
 * @node: its target node
 * @to_move: bytes that must be stored elsewhere, without huge pages and clean pages of files
 * @huge: bytes of huge pages that are in use
 * @droppable: bytes that can be dropped instead of moved
 * @stays: bytes that cannot move, or may not
 * @room: bytes that are free on @nodes
 * @huge_room: the same of huge pages
 * @fits: whether what must move fits there
 */
struct forecast {
	char *device;
	uint64_t node;
	struct forecast_block *blocks;
	size_t n_blocks;
	struct forecast_node *nodes;
	size_t n_nodes;
	uint64_t to_move, huge, droppable, stays;
	uint64_t room, huge_room;
	bool fits;
};

struct forecasts {
	struct forecast *items;
	size_t n;
};

/*
 * forecast_judge() - forecast what becomes of each block, and whether all fits elsewhere
 * @f: with blocks, their zones and bytes, and @nodes; receives the rest
 * @cached: bytes of the node that are free on the lists of processors, and look like the kernel's
 * @huge_used: bytes of huge pages of the node that are in use; UINT64_MAX: unknown
 */
void forecast_judge(struct forecast *f, uint64_t cached, uint64_t huge_used);

void forecast_done(struct forecast *f);
void forecasts_done(struct forecasts *all);

#endif
