/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "scan/block-set.h"
#include "tree.h"
#include "unit.h"

#define MEMORY "/sys/devices/system/memory"
#define BLOCK  UINT64_C(0x8000000)

static void test_read(void **state)
{
	/* What a folder of memory holds beside blocks, and names that no kernel gives. */
	static const char *const others[] = {
		"auto_online_blocks",
		"block_size_bytes",
		"memory",
		"memoryX",
		"memory 1",
		"memory-1",
		"memory007",
		"memory99999999999999999999",
		"xmemory1",
		"power",
		".memory3",
	};
	static const uint64_t ids[] = { 0, 2, 9, 10, 33, UINT64_MAX };
	_cleanup_(block_set_done) struct block_set set = { 0 };
	const struct tree *t = *state;

	for (size_t i = ARRAY_SIZE(ids); i-- > 0;)
		tree_folder(t, MEMORY "/memory%" PRIu64, ids[i]);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		tree_folder(t, MEMORY "/%s", others[i]);
	assert_int_equal(block_set_read(t->fs, &set, MEMORY), 0);
	assert_int_equal(set.n, ARRAY_SIZE(ids));
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		assert_row(i, set.ids[i] == ids[i]);
}

/* In a node's folder blocks are links; what they lead to does not matter. */
static void test_links(void **state)
{
	_cleanup_(block_set_done) struct block_set set = { 0 };
	const struct tree *t = *state;

	tree_link(t, "../../memory/memory32", "/node1/memory32");
	tree_link(t, "memory33", "/node1/memory33");
	assert_int_equal(block_set_read(t->fs, &set, "/node1"), 0);
	assert_int_equal(set.n, 2);
	assert_int_equal(set.ids[1], 33);
}

/* Numbers that are close together, and the same with one far away: sorted in two ways. */
static void test_sorted(void **state)
{
	_cleanup_(block_set_done) struct block_set set = { 0 }, far = { 0 };
	const struct tree *t = *state;

	for (uint64_t i = 0; i < 200; i++)
		tree_folder(t, MEMORY "/memory%" PRIu64, 32 + i * 77 % 200 * 3);
	assert_int_equal(block_set_read(t->fs, &set, MEMORY), 0);
	assert_int_equal(set.n, 200);
	tree_folder(t, MEMORY "/memory1000000");
	assert_int_equal(block_set_read(t->fs, &far, MEMORY), 0);
	assert_int_equal(far.n, 201);
	for (size_t i = 0; i < set.n; i++) {
		assert_row(i, set.ids[i] == 32 + i * 3);
		assert_row(i, far.ids[i] == set.ids[i]);
	}
	assert_int_equal(far.ids[200], 1000000);
}

static void test_errors(void **state)
{
	struct block_set set = { .n = 77 };
	const struct tree *t = *state;

	tree_write(t, "x", "/file");
	tree_folder(t, "/empty");
	assert_int_equal(block_set_read(t->fs, &set, "/nothing"), -ENOENT);
	assert_int_equal(block_set_read(t->fs, &set, "/file"), -ENOTDIR);
	assert_int_equal(set.n, 77);
	assert_int_equal(block_set_read(t->fs, &set, "/empty"), 0);
	assert_int_equal(set.n, 0);
	assert_null(set.ids);
	block_set_done(&set);
}

static void test_many(void **state)
{
	_cleanup_(block_set_done) struct block_set set = { 0 };
	const struct tree *t = *state;

	for (unsigned int i = 0; i < 3000; i++)
		tree_link(t, "x", "/node/memory%u", i * 7919 % 3000);
	assert_int_equal(block_set_read(t->fs, &set, "/node"), 0);
	assert_int_equal(set.n, 3000);
	for (unsigned int i = 0; i < 3000; i++)
		assert_row(i, set.ids[i] == i);
}

/* --- which of them lie in a range ------------------------------------------------------------- */

/* Blocks 31 to 33, 36, and the last two of the address space. */
#define LAST (UINT64_MAX / BLOCK)
static uint64_t some_ids[] = { 31, 32, 33, 36, LAST - 1, LAST };
static const struct block_set some = { some_ids, ARRAY_SIZE(some_ids) };

static void test_inside(void **state _unused_)
{
	static const struct {
		uint64_t start;
		uint64_t end;
		size_t n;
		size_t first;
	} rows[] = {
		{ 32 * BLOCK, 33 * BLOCK - 1, 1, 1 },
		{ 32 * BLOCK, 34 * BLOCK - 1, 2, 1 },
		/* A byte less, and the block is not in the range any more. */
		{ 32 * BLOCK, 33 * BLOCK - 2, 0, 0 },
		{ 32 * BLOCK + 1, 33 * BLOCK - 1, 0, 0 },
		{ 32 * BLOCK + 1, 34 * BLOCK - 1, 1, 2 },
		{ 32 * BLOCK - 1, 34 * BLOCK, 2, 1 },
		{ 31 * BLOCK, 37 * BLOCK - 1, 4, 0 },
		/* room for blocks that are not there */
		{ 34 * BLOCK, 36 * BLOCK - 1, 0, 3 },
		{ 0, 31 * BLOCK - 1, 0, 0 },
		{ 40 * BLOCK, 50 * BLOCK - 1, 0, 4 },
		{ 0, UINT64_MAX, 5, 0 },
		{ (LAST - 1) * BLOCK, LAST * BLOCK - 1, 1, 4 },
		{ LAST * BLOCK, UINT64_MAX, 0, 0 },
		{ 33 * BLOCK, 32 * BLOCK, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t first = 99;
		size_t n = block_set_inside(&some, rows[i].start, rows[i].end, BLOCK, &first);

		assert_row(i, n == rows[i].n);
		assert_row(i, first == rows[i].first);
	}
}

static void test_inside_nothing(void **state _unused_)
{
	const struct block_set empty = { 0 };
	size_t first = 99;

	assert_int_equal(block_set_inside(&empty, 0, UINT64_MAX, BLOCK, &first), 0);
	assert_int_equal(first, 0);
}

static void test_in_device(void **state _unused_)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	struct device *d = snapshot_add_device(s, snapshot_add_region(s));
	static const uint64_t ranges[][2] = { { 36 * BLOCK, 40 * BLOCK - 1 },
					      { 31 * BLOCK + 1, 33 * BLOCK - 1 } };

	d->selected = true;
	assert_int_equal(block_set_in_device(&some, d, BLOCK), 0);
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		struct mapping *m = snapshot_add_mapping(d);

		m->start = known(ranges[i][0]);
		m->end = known(ranges[i][1]);
	}
	assert_int_equal(block_set_in_device(&some, d, BLOCK), 2);
	/* Two neighbours of one block do not make it theirs: each holds a part. */
	d->mappings[0].start = known(33 * BLOCK);
	d->mappings[0].end = known(33 * BLOCK + 99);
	d->mappings[1].start = known(33 * BLOCK + 100);
	d->mappings[1].end = known(34 * BLOCK - 1);
	assert_int_equal(block_set_in_device(&some, d, BLOCK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_read, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_links, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_sorted, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_errors, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_many, tree_set_up, tree_tear_down),
		cmocka_unit_test(test_inside),
		cmocka_unit_test(test_inside_nothing),
		cmocka_unit_test(test_in_device),
	};

	return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
