/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/room.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/string.h"

#define NODE_PATH "/sys/devices/system/node/node%" PRIu64

bool room_has_pools(const struct plan_builder *p)
{
	if (!p->request->make_room || p->request->huge == HUGE_LEAVE)
		return false;
	return p->request->huge == HUGE_SHRINK || is_known(&p->facts->other.node);
}

static int add_with_number(struct plan_builder *p, enum step_kind kind, const char *file,
			   uint64_t value)
{
	_cleanup_free_ char *text = NULL;

	if (string_format(&text, "%" PRIu64, value) < 0)
		return -ENOMEM;
	return steps_add(&p->steps, kind, NULL, file, text, NULL) ? 0 : -ENOMEM;
}

/* --- caches ----------------------------------------------------------------------------------- */

/* kernel < 6.17 or so: only the caches of all nodes together can be dropped. */
static int drop_all(struct plan_builder *p)
{
	if (!p->request->drop_caches)
		return builder_note(p,
				    "this kernel cannot drop the caches of node %" PRIu64
				    " alone: they move; --drop-caches drops those of all nodes",
				    p->d->target_node.v);
	return builder_note(p, "the clean caches of all nodes are dropped, and files are read from "
			       "disks again")
		       ?: add_with_number(p, STEP_DROP, "/proc/sys/vm/drop_caches", 3);
}

static int drop_caches(struct plan_builder *p)
{
	_cleanup_free_ char *file = NULL;
	const struct opt_u64 *clean = &p->facts->node_clean;

	if (!is_known(clean) || !clean->v)
		return 0;
	if (!is_known(&p->facts->has_reclaim) || !p->facts->has_reclaim.v)
		return drop_all(p);
	if (string_format(&file, NODE_PATH "/reclaim", p->d->target_node.v) < 0)
		return -ENOMEM;
	return add_with_number(p, STEP_DROP, file, clean->v);
}

/* --- huge pages ------------------------------------------------------------------------------- */

static int resize_pool(struct plan_builder *p, uint64_t node, uint64_t size, uint64_t pages)
{
	_cleanup_free_ char *file = NULL;

	if (string_format(&file, NODE_PATH "/hugepages/hugepages-%" PRIu64 "kB/nr_hugepages", node,
			  size / 1024) < 0)
		return -ENOMEM;
	return add_with_number(p, STEP_RESIZE_POOL, file, pages);
}

static int compact(struct plan_builder *p, uint64_t node)
{
	_cleanup_free_ char *file = NULL;

	if (string_format(&file, NODE_PATH "/compact", node) < 0)
		return -ENOMEM;
	return add_with_number(p, STEP_COMPACT, file, 1);
}

/* The pages of a size that a node has in its pool. */
static uint64_t pages_of(const struct huge_pools *pools, uint64_t size)
{
	for (size_t i = 0; i < pools->n; i++)
		if (pools->items[i].size == size)
			return pools->items[i].pages;
	return 0;
}

/* The other pool grows first: pages that are reserved need as many in all pools together. */
static int move_pools(struct plan_builder *p)
{
	const struct huge_pools *pools = &p->facts->pools;
	const struct other_node *other = &p->facts->other;
	int r = 0;

	if (!pools->n || p->request->huge != HUGE_MOVE)
		return 0;
	if (!is_known(&other->node))
		return builder_note(p, "no other node has memory: pools of huge pages stay");
	r = compact(p, other->node.v);
	for (size_t i = 0; r == 0 && i < pools->n; i++) {
		uint64_t pages = pages_of(&other->pools, pools->items[i].size);

		if (__builtin_add_overflow(pages, pools->items[i].pages, &pages))
			continue;
		r = resize_pool(p, other->node.v, pools->items[i].size, pages);
	}
	return r;
}

/* Huge pages in use stay until the memory goes offline, and move then. */
static int shrink_pools(struct plan_builder *p)
{
	const struct huge_pools *pools = &p->facts->pools;
	int r = 0;

	if (!room_has_pools(p))
		return 0;
	for (size_t i = 0; r == 0 && i < pools->n; i++)
		r = resize_pool(p, p->d->target_node.v, pools->items[i].size, 0);
	return r;
}

/* --- all of it -------------------------------------------------------------------------------- */

int room_add_steps(struct plan_builder *p)
{
	if (!p->request->make_room || !is_known(&p->d->target_node))
		return 0;
	return drop_caches(p)
		       ?: move_pools(p)
		       ?: shrink_pools(p)
		       ?: add_with_number(p, STEP_MIGRATE, NULL, p->d->target_node.v);
}
