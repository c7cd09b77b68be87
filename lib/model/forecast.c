/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/forecast.h"

#include <stdlib.h>

#include "base/array.h"
#include "model/page-flags.h"

/* --- pages ------------------------------------------------------------------------------------ */

/* Of a process or a file: such pages are in lists of the kernel, or on the way there. */
static enum page_kind kind_of_data(uint64_t flags, uint64_t mapped)
{
	/* Its processes have unmapped it, it is not in the swap cache, and it is still there. */
	if (flags & KPF_ANON && flags & KPF_LRU && !mapped && !(flags & KPF_SWAPCACHE))
		return PAGE_HELD;
	if (flags & KPF_ANON)
		return PAGE_ANON;
	if (flags & KPF_SWAPBACKED)
		return PAGE_SHMEM;
	return flags & (KPF_DIRTY | KPF_WRITEBACK) ? PAGE_DIRTY : PAGE_CLEAN;
}

enum page_kind forecast_kind_of(uint64_t flags, uint64_t mapped, enum page_kind before)
{
	if (flags & (KPF_NOPAGE | KPF_OFFLINE))
		return PAGE_ABSENT;
	if (flags & KPF_HWPOISON)
		return PAGE_BROKEN;
	if (flags & KPF_RESERVED)
		return PAGE_MEMMAP;
	if (flags & KPF_BUDDY)
		return PAGE_FREE;
	if (flags & KPF_HUGE)
		return PAGE_HUGE;
	if (flags & (KPF_SLAB | KPF_PGTABLE))
		return PAGE_KERNEL;
	if (flags & KPF_COMPOUND_TAIL)
		return before;
	if (flags & (KPF_ANON | KPF_LRU | KPF_SWAPBACKED | KPF_UPTODATE))
		return kind_of_data(flags, mapped);
	return PAGE_OTHER;
}

bool forecast_needs_count(uint64_t flags)
{
	return flags & KPF_ANON && flags & KPF_LRU;
}

/* --- blocks ----------------------------------------------------------------------------------- */

static const char *const fate_words[] = {
	[FATE_OFFLINE] = "offline", [FATE_FREE] = "free",   [FATE_MOVES] = "moves",
	[FATE_HELD] = "held",	    [FATE_STAYS] = "stays",
};

/* Nothing else has data that can move. */
static const enum page_kind movable[] = { PAGE_CLEAN, PAGE_DIRTY, PAGE_ANON, PAGE_SHMEM,
					  PAGE_HUGE };

static bool has_movable(const struct forecast_block *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(movable); i++)
		if (b->bytes[movable[i]])
			return true;
	return false;
}

/*
 * In zone Movable, the kernel has no pages for long: those without flags are on the list of a
 * processor. In another zone they are the kernel's, if they are more than there are on such lists.
 */
static bool has_kernel(const struct forecast_block *b, uint64_t cached)
{
	if (b->bytes[PAGE_KERNEL])
		return true;
	return b->zone == ZONE_KERNEL && b->bytes[PAGE_OTHER] > cached;
}

static enum block_fate judge(const struct forecast_block *b, uint64_t cached)
{
	if (b->zone == ZONE_OFFLINE)
		return FATE_OFFLINE;
	if (has_kernel(b, cached))
		return FATE_STAYS;
	if (b->bytes[PAGE_HELD])
		return FATE_HELD;
	return has_movable(b) ? FATE_MOVES : FATE_FREE;
}

/* --- all of them ------------------------------------------------------------------------------ */

static void add_bytes_to(uint64_t *sum, uint64_t bytes)
{
	if (__builtin_add_overflow(*sum, bytes, sum))
		*sum = UINT64_MAX;
}

static void add_block(struct forecast *f, const struct forecast_block *b)
{
	if (b->zone == ZONE_OFFLINE)
		return;
	add_bytes_to(&f->to_move, b->bytes[PAGE_ANON]);
	add_bytes_to(&f->to_move, b->bytes[PAGE_SHMEM]);
	add_bytes_to(&f->to_move, b->bytes[PAGE_DIRTY]);
	add_bytes_to(&f->to_move, b->bytes[PAGE_HELD]);
	add_bytes_to(&f->droppable, b->bytes[PAGE_CLEAN]);
	add_bytes_to(&f->huge, b->bytes[PAGE_HUGE]);
	add_bytes_to(&f->stays, b->bytes[PAGE_HELD]);
	add_bytes_to(&f->stays, b->bytes[PAGE_KERNEL]);
	if (b->zone == ZONE_KERNEL)
		add_bytes_to(&f->stays, b->bytes[PAGE_OTHER]);
}

/* Huge pages that no pool has free elsewhere are allocated from free memory there. */
static bool all_fits(const struct forecast *f)
{
	uint64_t need = f->to_move;

	if (f->huge > f->huge_room)
		add_bytes_to(&need, f->huge - f->huge_room);
	return need <= f->room;
}

void forecast_judge(struct forecast *f, uint64_t cached, uint64_t huge_used)
{
	f->to_move = f->huge = f->droppable = f->stays = f->room = f->huge_room = 0;
	for (size_t i = 0; i < f->n_blocks; i++) {
		struct forecast_block *b = &f->blocks[i];

		b->fate = judge(b, cached);
		b->fate_word = fate_words[b->fate];
		b->zone_word = zone_name(b->zone);
		add_block(f, b);
	}
	/* Free ones are dissolved. */
	if (f->huge > huge_used)
		f->huge = huge_used;
	for (size_t i = 0; i < f->n_nodes; i++) {
		add_bytes_to(&f->room, f->nodes[i].free);
		add_bytes_to(&f->huge_room, f->nodes[i].huge_free);
	}
	f->fits = all_fits(f);
}

void forecast_done(struct forecast *f)
{
	free(f->device);
	free(f->blocks);
	free(f->nodes);
	*f = (struct forecast){ 0 };
}

void forecasts_done(struct forecasts *all)
{
	ARRAY_FREE(all->items, all->n, forecast_done);
	*all = (struct forecasts){ 0 };
}
