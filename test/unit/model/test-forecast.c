/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/forecast.h"
#include "model/page-flags.h"
#include "unit.h"

#define MIB (UINT64_C(1) << 20)

static void test_kinds(void **state _unused_)
{
	static const struct {
		uint64_t flags, mapped;
		enum page_kind before, kind;
	} rows[] = {
		{ 0, 0, PAGE_FREE, PAGE_OTHER },
		{ KPF_BUDDY, 0, PAGE_ANON, PAGE_FREE },
		{ KPF_NOPAGE, 0, PAGE_ANON, PAGE_ABSENT },
		{ KPF_OFFLINE, 0, PAGE_ANON, PAGE_ABSENT },
		{ KPF_HWPOISON | KPF_LRU | KPF_ANON, 1, PAGE_ANON, PAGE_BROKEN },
		{ KPF_RESERVED, 0, PAGE_ANON, PAGE_MEMMAP },
		{ KPF_SLAB, 0, PAGE_ANON, PAGE_KERNEL },
		{ KPF_PGTABLE | KPF_MMAP, 0, PAGE_ANON, PAGE_KERNEL },
		{ KPF_HUGE, 0, PAGE_FREE, PAGE_HUGE },
		{ KPF_HUGE | KPF_COMPOUND_TAIL, 1, PAGE_FREE, PAGE_HUGE },
		{ KPF_ANON | KPF_LRU | KPF_SWAPBACKED, 1, PAGE_FREE, PAGE_ANON },
		/* On its way to a list */
		{ KPF_ANON | KPF_SWAPBACKED, 1, PAGE_FREE, PAGE_ANON },
		{ KPF_ANON | KPF_SWAPBACKED, 0, PAGE_FREE, PAGE_ANON },
		/* Unmapped, and in use */
		{ KPF_ANON | KPF_LRU | KPF_SWAPBACKED, 0, PAGE_FREE, PAGE_HELD },
		{ KPF_ANON | KPF_LRU | KPF_SWAPCACHE, 0, PAGE_FREE, PAGE_ANON },
		{ KPF_LRU | KPF_SWAPBACKED, 0, PAGE_FREE, PAGE_SHMEM },
		{ KPF_LRU | KPF_UPTODATE, 0, PAGE_FREE, PAGE_CLEAN },
		{ KPF_UPTODATE, 0, PAGE_FREE, PAGE_CLEAN },
		{ KPF_LRU | KPF_DIRTY, 3, PAGE_FREE, PAGE_DIRTY },
		{ KPF_LRU | KPF_WRITEBACK, 0, PAGE_FREE, PAGE_DIRTY },
		/* Tails are what their heads are, with or without flags. */
		{ KPF_COMPOUND_TAIL, 0, PAGE_HELD, PAGE_HELD },
		{ KPF_COMPOUND_TAIL | KPF_ANON, 1, PAGE_ANON, PAGE_ANON },
		{ KPF_COMPOUND_TAIL, 0, PAGE_OTHER, PAGE_OTHER },
		{ KPF_COMPOUND_TAIL | KPF_SLAB, 0, PAGE_OTHER, PAGE_KERNEL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_row(i, forecast_kind_of(rows[i].flags, rows[i].mapped, rows[i].before) ==
				      rows[i].kind);
	assert_true(forecast_needs_count(KPF_ANON | KPF_LRU));
	assert_false(forecast_needs_count(KPF_LRU));
}

static void test_fates(void **state _unused_)
{
	static const struct {
		enum zone zone;
		enum page_kind kind;
		uint64_t bytes, cached;
		const char *fate;
	} rows[] = {
		{ ZONE_OFFLINE, PAGE_ABSENT, MIB, 0, "offline" },
		{ ZONE_MOVABLE, PAGE_FREE, MIB, 0, "free" },
		{ ZONE_MOVABLE, PAGE_ANON, MIB, 0, "moves" },
		{ ZONE_MOVABLE, PAGE_HUGE, MIB, 0, "moves" },
		{ ZONE_MOVABLE, PAGE_CLEAN, MIB, 0, "moves" },
		{ ZONE_MOVABLE, PAGE_HELD, 4096, 0, "held" },
		{ ZONE_MOVABLE, PAGE_OTHER, MIB, 0, "free" },
		{ ZONE_MOVABLE, PAGE_BROKEN, MIB, 0, "free" },
		{ ZONE_MOVABLE, PAGE_MEMMAP, MIB, 0, "free" },
		{ ZONE_MOVABLE, PAGE_KERNEL, 4096, 0, "stays" },
		{ ZONE_KERNEL, PAGE_KERNEL, 4096, MIB, "stays" },
		{ ZONE_KERNEL, PAGE_ANON, MIB, 0, "moves" },
		{ ZONE_KERNEL, PAGE_OTHER, MIB, MIB, "free" },
		{ ZONE_KERNEL, PAGE_OTHER, MIB + 4096, MIB, "stays" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct forecast_block b = { .zone = rows[i].zone };
		struct forecast f = { .blocks = &b, .n_blocks = 1 };

		b.bytes[rows[i].kind] = rows[i].bytes;
		forecast_judge(&f, rows[i].cached, UINT64_MAX);
		assert_string_equal(b.fate_word, rows[i].fate);
	}
}

static void test_sums(void **state _unused_)
{
	struct forecast_block blocks[] = {
		{ .zone = ZONE_MOVABLE,
		  .bytes = { [PAGE_ANON] = 5 * MIB,
			     [PAGE_CLEAN] = 2 * MIB,
			     [PAGE_HUGE] = 8 * MIB } },
		{ .zone = ZONE_MOVABLE, .bytes = { [PAGE_SHMEM] = 3 * MIB, [PAGE_DIRTY] = MIB } },
		{ .zone = ZONE_OFFLINE, .bytes = { [PAGE_ANON] = 100 * MIB } },
	};
	struct forecast_node nodes[] = { { 0, 9 * MIB, 2 * MIB }, { 2, 4 * MIB, 0 } };
	struct forecast f = { .blocks = blocks, .n_blocks = 3, .nodes = nodes, .n_nodes = 2 };

	/* 9 MiB and 6 of the 8 MiB in huge pages do not fit into 13. */
	forecast_judge(&f, 0, UINT64_MAX);
	assert_true(f.to_move == 9 * MIB && f.huge == 8 * MIB && f.droppable == 2 * MIB);
	assert_true(f.room == 13 * MIB && f.huge_room == 2 * MIB && !f.fits && !f.stays);
	/* Free huge pages do not move. */
	forecast_judge(&f, 0, 6 * MIB);
	assert_true(f.huge == 6 * MIB && f.fits);
	/* No sum wraps around. */
	blocks[0].bytes[PAGE_ANON] = UINT64_MAX;
	forecast_judge(&f, 0, 0);
	assert_true(f.to_move == UINT64_MAX && !f.fits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_fates),
		cmocka_unit_test(test_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
