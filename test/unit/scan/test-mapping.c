/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/range-list.h"
#include "scan/mapping.h"
#include "tree.h"
#include "unit.h"

#define MIB   UINT64_C(0x100000)
#define GIB   UINT64_C(0x40000000)
#define BLOCK (128 * MIB)
#define TOP   (UINT64_MAX - BLOCK + 1) /* where the last block of the address space begins */

/* --- whole units of a range --- */

static const struct {
	uint64_t start;
	uint64_t end;
	uint64_t unit;
	uint64_t length;
	uint64_t first;
} inside[] = {
	{ 0, BLOCK - 1, BLOCK, BLOCK, 0 },
	{ 0, BLOCK - 2, BLOCK, 0, 0 },
	{ 0, BLOCK, BLOCK, BLOCK, 0 },
	{ 0, 2 * BLOCK - 1, BLOCK, 2 * BLOCK, 0 },
	{ 0, 2 * BLOCK - 2, BLOCK, BLOCK, 0 },
	{ 1, 2 * BLOCK - 1, BLOCK, BLOCK, BLOCK },
	{ 1, 2 * BLOCK - 2, BLOCK, 0, 0 },
	{ BLOCK - 1, 2 * BLOCK - 1, BLOCK, BLOCK, BLOCK },
	{ BLOCK + 1, 3 * BLOCK, BLOCK, BLOCK, 2 * BLOCK },
	{ 4 * GIB, 5 * GIB - 1, BLOCK, GIB, 4 * GIB },
	{ 4 * GIB + 2 * MIB, 5 * GIB - 1, BLOCK, GIB - BLOCK, 4 * GIB + BLOCK },
	{ 5, 5, 1, 1, 5 },
	{ 5, 4, 1, 0, 0 },
	/* The top of the address space, where sums do not fit. */
	{ TOP, UINT64_MAX - 1, BLOCK, 0, 0 },
	{ TOP + 1, UINT64_MAX - 1, BLOCK, 0, 0 },
	{ TOP + 1, UINT64_MAX, BLOCK, 0, 0 },
	{ UINT64_MAX, UINT64_MAX, BLOCK, 0, 0 },
	{ UINT64_MAX, UINT64_MAX, 1, 0, 0 },
	{ UINT64_MAX - 1, UINT64_MAX - 1, 1, 1, UINT64_MAX - 1 },
	{ TOP - BLOCK, TOP - 1, BLOCK, BLOCK, TOP - BLOCK },
	/* The last byte has no address behind it: such a range loses its last unit, and no more. */
	{ TOP - BLOCK, UINT64_MAX, BLOCK, BLOCK, TOP - BLOCK },
	{ TOP, UINT64_MAX, BLOCK, 0, 0 },
	{ 0, UINT64_MAX, BLOCK, TOP, 0 },
	{ 0, UINT64_MAX - 1, BLOCK, TOP, 0 },
	{ 0, UINT64_MAX, UINT64_C(1) << 63, UINT64_C(1) << 63, 0 },
	{ 1, UINT64_MAX - 1, UINT64_C(1) << 63, 0, 0 },
};

static void test_inside(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(inside); i++) {
		uint64_t first = 99;
		uint64_t length =
			range_list_inside(inside[i].start, inside[i].end, inside[i].unit, &first);

		assert_row(i, length == inside[i].length);
		assert_row(i, first == (length ? inside[i].first : 99));
	}
}

static void test_power_of_two(void **state _unused_)
{
	static const struct {
		uint64_t v;
		bool is;
	} rows[] = {
		{ 0, false },	       { 1, true },	  { 2, true },
		{ 3, false },	       { 0x7fff, false }, { UINT64_C(1) << 63, true },
		{ UINT64_MAX, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_row(i, is_power_of_two(rows[i].v) == rows[i].is);
}

/* --- reading the ranges of a device --- */

#define AT "/hmem.0/dax0.0"

static void write_mapping(const struct tree *t, unsigned int n, uint64_t start, uint64_t end,
			  uint64_t page_offset)
{
	tree_write_hex(t, start, AT "/mapping%u/start", n);
	tree_write_hex(t, end, AT "/mapping%u/end", n);
	tree_write_hex(t, page_offset, AT "/mapping%u/page_offset", n);
}

/* A device as mapping_read() finds it: its size is all that is known. */
static struct device *read_device(const struct tree *t, struct daxbus_snapshot **ret_snapshot,
				  struct opt_u64 size, bool in_full)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir parent = SYSFS_DIR_INIT;
	struct daxbus_snapshot *s = snapshot_new();
	struct device *d = snapshot_add_device(s, snapshot_add_region(s));

	tree_folder(t, AT);
	d->size = size;
	assert_int_equal(sysfs_dir_open(t->fs, &parent, "/hmem.0"), 0);
	assert_int_equal(mapping_read(&parent, "dax0.0", d, NULL, in_full), 0);
	d->region->n_devices = 0;
	d->selected = true;
	*ret_snapshot = s;
	return d;
}

static void assert_mapping(const struct device *d, size_t i, uint64_t start, uint64_t end,
			   uint64_t page_offset)
{
	const struct mapping *m = &d->mappings[i];

	assert_true(i < d->n_mappings);
	assert_true(is_known(&m->start) && m->start.v == start);
	assert_true(is_known(&m->end) && m->end.v == end);
	assert_true(is_known(&m->page_offset) && m->page_offset.v == page_offset);
	assert_true(is_known(&m->size) && m->size.v == end - start + 1);
	assert_ptr_equal(m->device, d);
}

static void test_one(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL, *full = NULL;
	const struct device *d;

	write_mapping(*state, 0, 4 * GIB, 5 * GIB - 1, 0);
	/* dynamic devices have a file of that name, to be written */
	tree_write_nothing(*state, AT "/mapping");
	d = read_device(*state, &s, known(GIB), false);
	assert_int_equal(d->ranges, DAXBUS_KNOWN);
	assert_int_equal(d->n_mappings, 1);
	assert_mapping(d, 0, 4 * GIB, 5 * GIB - 1, 0);
	d = read_device(*state, &full, known(GIB), true);
	assert_int_equal(d->ranges, DAXBUS_KNOWN);
	assert_int_equal(d->n_mappings, 1);
	assert_mapping(d, 0, 4 * GIB, 5 * GIB - 1, 0);
}

/* What the size implies is not read: a file less for each of thousands of devices. */
static void test_end_is_implied(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL, *full = NULL;
	const struct device *d;

	tree_write_hex(*state, 4 * GIB, AT "/mapping0/start");
	d = read_device(*state, &s, known(GIB), false);
	assert_int_equal(d->ranges, DAXBUS_KNOWN);
	assert_mapping(d, 0, 4 * GIB, 5 * GIB - 1, 0);
	/* Read in full, it is what the files say. */
	d = read_device(*state, &full, known(GIB), true);
	assert_int_equal(d->ranges, DAXBUS_UNKNOWN);
	assert_int_equal(d->n_mappings, 1);
	assert_int_equal(d->mappings[0].start.is, DAXBUS_KNOWN);
	assert_int_equal(d->mappings[0].end.is, DAXBUS_NONE);
	assert_int_equal(d->mappings[0].size.is, DAXBUS_UNKNOWN);
}

static void test_several(void **state)
{
	/* In order of page offset, whatever their names and addresses. */
	write_mapping(*state, 0, 6 * GIB, 7 * GIB - 1, 0x40000);
	write_mapping(*state, 1, 4 * GIB, 5 * GIB - 1, 0x80000);
	write_mapping(*state, 2, 8 * GIB, 9 * GIB - 1, 0);
	write_mapping(*state, 10, 2 * GIB, 3 * GIB - 1, 0xc0000);
	tree_write_nothing(*state, AT "/mapping");
	tree_folder(*state, AT "/mappings");
	tree_folder(*state, AT "/mapping-1");
	tree_folder(*state, AT "/mapping4294967296");
	for (int in_full = 0; in_full <= 1; in_full++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
		const struct device *d = read_device(*state, &s, known(4 * GIB), in_full);

		assert_int_equal(d->ranges, DAXBUS_KNOWN);
		assert_int_equal(d->n_mappings, 4);
		assert_mapping(d, 0, 8 * GIB, 9 * GIB - 1, 0);
		assert_mapping(d, 1, 6 * GIB, 7 * GIB - 1, 0x40000);
		assert_mapping(d, 2, 4 * GIB, 5 * GIB - 1, 0x80000);
		assert_mapping(d, 3, 2 * GIB, 3 * GIB - 1, 0xc0000);
	}
}

/* Two names of one number are not two ranges. */
static void test_leading_zero(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d;

	write_mapping(*state, 0, 4 * GIB, 5 * GIB - 1, 0);
	tree_folder(*state, AT "/mapping00");
	d = read_device(*state, &s, known(GIB), true);
	assert_int_equal(d->n_mappings, 1);
	assert_int_equal(d->ranges, DAXBUS_KNOWN);
}

static void test_unreadable(void **state)
{
	static const char *const names[] = { "start", "end" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
		const struct device *d;

		write_mapping(*state, 0, 4 * GIB, 5 * GIB - 1, 0);
		write_mapping(*state, 1, 6 * GIB, 7 * GIB - 1, 0x40000);
		tree_write_nothing(*state, AT "/mapping1/%s", names[i]);
		d = read_device(*state, &s, known(2 * GIB), false);
		assert_row(i, d->ranges == DAXBUS_UNKNOWN);
		assert_row(i, d->n_mappings == 2);
		assert_row(i, d->mappings[1].size.is == DAXBUS_UNKNOWN);
		assert_row(i, d->mappings[0].size.is == DAXBUS_KNOWN);
	}
}

/* Only the first cannot be read, which is what an ordinary user meets: nothing is implied. */
static void test_forbidden(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d;

	tree_write_nothing(*state, AT "/mapping0/start");
	tree_write_nothing(*state, AT "/mapping0/end");
	tree_write_nothing(*state, AT "/mapping0/page_offset");
	tree_write_nothing(*state, AT "/resource");
	d = read_device(*state, &s, known(GIB), false);
	assert_int_equal(d->ranges, DAXBUS_UNKNOWN);
	assert_int_equal(d->n_mappings, 1);
	assert_int_equal(d->mappings[0].start.is, DAXBUS_UNKNOWN);
	assert_int_equal(d->mappings[0].end.is, DAXBUS_UNKNOWN);
}

static void test_page_offset_unreadable(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d;

	write_mapping(*state, 0, 4 * GIB, 5 * GIB - 1, 0);
	tree_write(*state, "far", AT "/mapping0/page_offset");
	d = read_device(*state, &s, known(GIB), true);
	assert_int_equal(d->ranges, DAXBUS_KNOWN);
	assert_int_equal(d->mappings[0].page_offset.is, DAXBUS_UNKNOWN);
}

/* Without offsets, which only root may read, they stand in the order of their numbers. */
static void test_order_without_offsets(void **state)
{
	static const unsigned int numbers[] = { 7, 10, 1, 12, 0, 3, 2 };
	static const unsigned int sorted[] = { 0, 1, 2, 3, 7, 10, 12 };
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		write_mapping(*state, numbers[i], numbers[i] * GIB, (numbers[i] + 1) * GIB - 1, 0);
		tree_write_nothing(*state, AT "/mapping%u/page_offset", numbers[i]);
	}
	d = read_device(*state, &s, known(7 * GIB), true);
	assert_int_equal(d->n_mappings, ARRAY_SIZE(sorted));
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++)
		assert_row(i, d->mappings[i].start.v == sorted[i] * GIB);
}

/* `resource` is the start of the first range only: without mappings it does not say where the
 * device is. */
static void test_no_mappings(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d;

	tree_write(*state, "0x140000000", AT "/resource");
	d = read_device(*state, &s, known(GIB), true);
	assert_int_equal(d->ranges, DAXBUS_UNKNOWN);
	assert_int_equal(d->n_mappings, 0);
}

static void test_nothing(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *neither = NULL, *empty = NULL;
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *unknown_size = NULL;
	const struct device *d = read_device(*state, &neither, known(GIB), false);

	assert_int_equal(d->ranges, DAXBUS_UNKNOWN);
	assert_int_equal(d->n_mappings, 0);
	/* `resource` of an empty device shows the region's start: it says nothing of the device. */
	tree_write(*state, "0x140000000", AT "/resource");
	d = read_device(*state, &empty, known(0), true);
	assert_int_equal(d->ranges, DAXBUS_NONE);
	assert_int_equal(d->n_mappings, 0);
	d = read_device(*state, &unknown_size, unknown(), true);
	assert_int_equal(d->ranges, DAXBUS_UNKNOWN);
	assert_int_equal(d->n_mappings, 0);
}

/* Ranges that cannot be: nothing may be concluded from them. */
static void test_strange(void **state)
{
	static const struct {
		uint64_t size;
		uint64_t start[2];
		uint64_t end[2];
		enum daxbus_presence ranges;
	} rows[] = {
		{ 2 * GIB, { GIB, 4 * GIB }, { 2 * GIB - 1, 5 * GIB - 1 }, DAXBUS_KNOWN },
		/* start behind end */
		{ GIB, { GIB, 4 * GIB + 1 }, { 2 * GIB - 1, 4 * GIB }, DAXBUS_UNKNOWN },
		/* the same bytes twice, or one of them */
		{ 2 * GIB, { GIB, GIB }, { 2 * GIB - 1, 2 * GIB - 1 }, DAXBUS_UNKNOWN },
		{ 2 * GIB, { 4 * GIB, 3 * GIB + 1 }, { 5 * GIB - 1, 4 * GIB }, DAXBUS_UNKNOWN },
		{ 2 * GIB, { GIB, 2 * GIB - 1 }, { 2 * GIB - 1, 3 * GIB - 2 }, DAXBUS_UNKNOWN },
		/* side by side */
		{ 2 * GIB, { 2 * GIB, GIB }, { 3 * GIB - 1, 2 * GIB - 1 }, DAXBUS_KNOWN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
		const struct device *d;

		for (unsigned int k = 0; k < 2; k++)
			write_mapping(*state, k, rows[i].start[k], rows[i].end[k], k * 0x40000);
		d = read_device(*state, &s, known(rows[i].size), true);
		assert_row(i, d->ranges == rows[i].ranges);
		assert_row(i, d->n_mappings == 2);
		assert_row(i, d->mappings[0].start.v == rows[i].start[0]);
		assert_row(i, d->mappings[1].end.v == rows[i].end[1]);
	}
}

static void test_whole_address_space(void **state)
{
	for (int in_full = 0; in_full <= 1; in_full++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
		const struct device *d;

		write_mapping(*state, 0, 0, UINT64_MAX, 0);
		tree_write_hex(*state, 1, AT "/mapping0/start");
		d = read_device(*state, &s, known(UINT64_MAX), in_full);
		assert_int_equal(d->ranges, DAXBUS_KNOWN);
		assert_mapping(d, 0, 1, UINT64_MAX, 0);
	}
	for (int in_full = 0; in_full <= 1; in_full++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
		const struct device *d;

		/* Its size is one more than there are numbers. */
		write_mapping(*state, 0, 0, UINT64_MAX, 0);
		d = read_device(*state, &s, known(UINT64_MAX), true);
		assert_int_equal(d->n_mappings, 1);
		assert_int_equal(d->mappings[0].end.v, UINT64_MAX);
		assert_int_equal(d->mappings[0].size.is, DAXBUS_UNKNOWN);
	}
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inside),
		cmocka_unit_test(test_power_of_two),
		IN_TREE(test_one),
		IN_TREE(test_end_is_implied),
		IN_TREE(test_several),
		IN_TREE(test_leading_zero),
		IN_TREE(test_unreadable),
		IN_TREE(test_forbidden),
		IN_TREE(test_page_offset_unreadable),
		IN_TREE(test_order_without_offsets),
		IN_TREE(test_no_mappings),
		IN_TREE(test_nothing),
		IN_TREE(test_strange),
		IN_TREE(test_whole_address_space),
	};

	return cmocka_run_group_tests_name("ranges", tests, NULL, NULL);
}
