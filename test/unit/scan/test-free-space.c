/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/free-space.h"
#include "tree.h"
#include "unit.h"

#define GIB    UINT64_C(0x40000000)
#define MAX    UINT64_MAX

/* --- subtracting ------------------------------------------------------------------------------ */

#define RANGES 4

/* Ranges end with the first that is all zeros; { 0, 0 } itself is not among the rows. */
static const struct {
	struct range whole;
	struct range taken[RANGES];
	struct range left[RANGES];
	int r;
} rows[] = {
	/* nobody there */
	{ { 10, 19 }, { { 0 } }, { { 10, 19 } }, 0 },
	{ { 10, 10 }, { { 0 } }, { { 10, 10 } }, 0 },
	/* all of it taken, by one and by several */
	{ { 10, 19 }, { { 10, 19 } }, { { 0 } }, 0 },
	{ { 10, 19 }, { { 15, 19 }, { 10, 14 } }, { { 0 } }, 0 },
	{ { 10, 10 }, { { 10, 10 } }, { { 0 } }, 0 },
	/* at the ends, and both */
	{ { 10, 19 }, { { 10, 12 } }, { { 13, 19 } }, 0 },
	{ { 10, 19 }, { { 17, 19 } }, { { 10, 16 } }, 0 },
	{ { 10, 19 }, { { 10, 10 }, { 19, 19 } }, { { 11, 18 } }, 0 },
	/* in between, and holes of a byte, in any order */
	{ { 10, 19 }, { { 12, 17 } }, { { 10, 11 }, { 18, 19 } }, 0 },
	{ { 10, 19 },
	  { { 17, 18 }, { 11, 12 }, { 14, 15 } },
	  { { 10, 10 }, { 13, 13 }, { 16, 16 }, { 19, 19 } },
	  0 },
	{ { 10, 19 }, { { 14, 14 }, { 15, 15 } }, { { 10, 13 }, { 16, 19 } }, 0 },
	/* overlaps: by a byte, one in the other, the same */
	{ { 10, 19 }, { { 10, 14 }, { 14, 19 } }, { { 0 } }, -EBADMSG },
	{ { 10, 19 }, { { 10, 19 }, { 12, 13 } }, { { 0 } }, -EBADMSG },
	{ { 10, 19 }, { { 12, 13 }, { 12, 13 } }, { { 0 } }, -EBADMSG },
	{ { 10, 19 }, { { 10, 19 }, { 19, 19 } }, { { 0 } }, -EBADMSG },
	/* out of the whole, on either side, in part and altogether; behind their end */
	{ { 10, 19 }, { { 9, 12 } }, { { 0 } }, -EBADMSG },
	{ { 10, 19 }, { { 12, 20 } }, { { 0 } }, -EBADMSG },
	{ { 10, 19 }, { { 1, 9 } }, { { 0 } }, -EBADMSG },
	{ { 10, 19 }, { { 20, 29 } }, { { 0 } }, -EBADMSG },
	{ { 10, 19 }, { { 9, 20 } }, { { 0 } }, -EBADMSG },
	{ { 10, 19 }, { { 13, 12 } }, { { 0 } }, -EBADMSG },
	/* the ends of the address space, behind which there is no number */
	{ { 0, MAX }, { { 0 } }, { { 0, MAX } }, 0 },
	{ { 0, MAX }, { { 1, MAX } }, { { 0, 0 } }, 0 },
	{ { 0, MAX }, { { 0, MAX - 1 } }, { { MAX, MAX } }, 0 },
	{ { 0, MAX }, { { 0, MAX } }, { { 0 } }, 0 },
	{ { 1, MAX }, { { 1, MAX } }, { { 0 } }, 0 },
	{ { MAX, MAX }, { { MAX, MAX } }, { { 0 } }, 0 },
	{ { 1, MAX }, { { 1, MAX }, { MAX, MAX } }, { { 0 } }, -EBADMSG },
	{ { 0, MAX }, { { 1, MAX }, { 1, 1 } }, { { 0 } }, -EBADMSG },
};

static size_t count(const struct range *ranges)
{
	size_t n = 0;

	while (n < RANGES && (ranges[n].start || ranges[n].end))
		n++;
	return n;
}

/* What is left at address 0 alone cannot be told from nothing. */
static size_t wanted(size_t i)
{
	return rows[i].taken[0].start == 1 && rows[i].whole.start == 0 ? 1 : count(rows[i].left);
}

static void test_subtract(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(range_list_done) struct range_list taken = { 0 }, left = { 0 };

		for (size_t k = 0; k < count(rows[i].taken); k++)
			assert_int_equal(range_list_add(&taken, rows[i].taken[k].start,
							rows[i].taken[k].end),
					 0);
		assert_row(i, free_space_subtract(rows[i].whole, &taken, &left) == rows[i].r);
		assert_row(i, left.n == (rows[i].r < 0 ? 0 : wanted(i)));
		for (size_t k = 0; k < left.n; k++)
			assert_row(i, left.items[k].start == rows[i].left[k].start &&
					      left.items[k].end == rows[i].left[k].end);
	}
}

/* --- /proc/iomem ------------------------------------------------------------------------------ */

static void test_find_whole(void **state _unused_)
{
	static const struct {
		const char *iomem;
		uint64_t size;
		struct range inside;
		uint64_t start; /* 0: there is none */
	} tries[] = {
		{ "100000000-13fffffff : Soft Reserved\n", GIB, { 4 * GIB, 4 * GIB }, 4 * GIB },
		{ "100000000-13fffffff : Soft Reserved", GIB, { 4 * GIB, 5 * GIB - 1 }, 4 * GIB },
		{ "00001000-0009ffff : System RAM\n"
		  "100000000-17fffffff : Soft Reserved\n"
		  "  140000000-17fffffff : hmem.1\n",
		  GIB,
		  { 5 * GIB + 4096, 5 * GIB + 8191 },
		  5 * GIB },
		/* of another size */
		{ "100000000-17fffffff : Soft Reserved\n", GIB, { 4 * GIB, 4 * GIB }, 0 },
		{ "100000000-13ffffffe : Soft Reserved\n", GIB, { 4 * GIB, 4 * GIB }, 0 },
		/* that does not hold all of it */
		{ "100000000-13fffffff : Soft Reserved\n", GIB, { 4 * GIB, 5 * GIB }, 0 },
		{ "100000000-13fffffff : Soft Reserved\n", GIB, { 4 * GIB - 1, 4 * GIB }, 0 },
		/* what other users than root see; nothing; no such lines */
		{ "00000000-00000000 : Soft Reserved\n", GIB, { 4 * GIB, 4 * GIB }, 0 },
		{ "", GIB, { 4 * GIB, 4 * GIB }, 0 },
		{ "100000000 : Soft Reserved\n100000000-13fffffff\n",
		  GIB,
		  { 4 * GIB, 4 * GIB },
		  0 },
		{ "00000000-ffffffffffffffff : PCI\n", GIB, { 4 * GIB, 4 * GIB }, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		_cleanup_free_ char *copy = strdup(tries[i].iomem);
		uint64_t start = 0;
		int r = free_space_find_whole(copy, tries[i].size, tries[i].inside, &start);

		assert_row(i, r == (tries[i].start ? 0 : -ENOENT));
		assert_row(i, start == tries[i].start);
	}
}

/* --- a region --------------------------------------------------------------------------------- */

/* A region of @size bytes, of which its devices leave @available. */
static struct region *make_region(struct daxbus_snapshot *s, uint64_t size, uint64_t available)
{
	struct region *region = snapshot_add_region(s);

	assert_non_null(region);
	region->size = known(size);
	region->available_size = known(available);
	region->dynamic = known(1);
	region->start = region->largest_free = unknown();
	region->free_is = DAXBUS_UNKNOWN;
	return region;
}

static struct device *make_device(struct daxbus_snapshot *s, struct region *region, bool selected)
{
	struct device *d = snapshot_add_device(s, region);

	assert_non_null(d);
	d->selected = selected;
	d->ranges = DAXBUS_NONE;
	return d;
}

static void add_mapping(struct device *d, uint64_t start, uint64_t end)
{
	struct mapping *m = snapshot_add_mapping(d);

	assert_non_null(m);
	m->start = known(start);
	m->end = known(end);
	d->ranges = DAXBUS_KNOWN;
}

static void read_all(const struct tree *t, struct daxbus_snapshot *s)
{
	assert_int_equal(free_space_read(t->fs, s, true), 0);
	snapshot_finish(s);
}

static void assert_unknown(const struct region *r)
{
	assert_int_equal(r->free_is, DAXBUS_UNKNOWN);
	assert_int_equal(r->largest_free.is, DAXBUS_UNKNOWN);
	assert_int_equal(r->n_free, 0);
}

static void assert_extent(const struct region *r, size_t i, uint64_t start, uint64_t end)
{
	const struct extent *e = &r->free[i];

	assert_true(i < r->n_free);
	assert_true(is_known(&e->start) && e->start.v == start);
	assert_true(is_known(&e->end) && e->end.v == end);
	assert_true(is_known(&e->size) && e->size.v == end - start + 1);
	assert_ptr_equal(e->region, r);
	assert_int_equal(e->object.index, i);
}

/* Devices of several mappings, of which only one is selected; the walk finds all that is free. */
static void test_region(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	struct region *full = make_region(s, GIB, 0), *r = make_region(s, 8 * GIB, 5 * GIB);
	const struct daxbus_object *o = NULL;
	struct device *d;

	full->id = known(0);
	r->id = known(1);
	add_mapping(make_device(s, full, true), GIB, 2 * GIB - 1);
	d = make_device(s, r, false);
	add_mapping(d, 13 * GIB, 14 * GIB - 1);
	add_mapping(d, 8 * GIB, 9 * GIB - 1);
	add_mapping(make_device(s, r, true), 15 * GIB, 16 * GIB - 1);
	make_device(s, r, false);
	read_all(*state, s);
	assert_true(is_known(&full->start) && full->start.v == GIB);
	assert_int_equal(full->free_is, DAXBUS_KNOWN);
	assert_int_equal(full->n_free, 0);
	assert_true(is_known(&full->largest_free) && full->largest_free.v == 0);
	assert_true(is_known(&r->start) && r->start.v == 8 * GIB);
	assert_int_equal(r->n_free, 2);
	assert_true(is_known(&r->largest_free) && r->largest_free.v == 4 * GIB);
	assert_extent(r, 0, 9 * GIB, 13 * GIB - 1);
	assert_extent(r, 1, 14 * GIB, 15 * GIB - 1);
	for (size_t i = 0; i < 2; i++) {
		o = daxbus_snapshot_next(s, DAXBUS_EXTENT, o);
		assert_ptr_equal(o, &r->free[i].object);
		assert_ptr_equal(daxbus_object_next(&r->object, DAXBUS_EXTENT,
						    i ? &r->free[i - 1].object : NULL),
				 o);
	}
	assert_null(daxbus_snapshot_next(s, DAXBUS_EXTENT, o));
	assert_null(daxbus_object_next(&r->object, DAXBUS_EXTENT, o));
	assert_null(daxbus_object_next(&full->object, DAXBUS_EXTENT, NULL));
}

/* What of it is in no whole memory block of 2 GiB; unknown with their size. */
static void test_lost(void **state)
{
	static const struct {
		struct opt_u64 block_size;
		enum daxbus_presence is[2];
		uint64_t lost[2];
	} sizes[] = {
		{ { DAXBUS_KNOWN, 2 * GIB }, { DAXBUS_KNOWN, DAXBUS_KNOWN }, { 2 * GIB, GIB } },
		{ { DAXBUS_KNOWN, GIB }, { DAXBUS_KNOWN, DAXBUS_KNOWN }, { 0, 0 } },
		{ { DAXBUS_UNKNOWN, 0 }, { DAXBUS_UNKNOWN, DAXBUS_UNKNOWN }, { 0, 0 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		struct region *r = make_region(s, 8 * GIB, 5 * GIB);
		struct device *d = make_device(s, r, true);

		s->bus.block_size = sizes[i].block_size;
		add_mapping(d, 8 * GIB, 9 * GIB - 1);
		add_mapping(d, 13 * GIB, 15 * GIB - 1);
		r->start = known(8 * GIB);
		read_all(*state, s);
		assert_row(i, r->n_free == 2);
		for (size_t k = 0; k < 2; k++) {
			assert_row(i, r->free[k].lost.is == sizes[i].is[k]);
			assert_row(i, r->free[k].lost.v == sizes[i].lost[k]);
		}
	}
}

/* Where an empty device, or CXL, said it already. */
static void test_start_is_known(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	struct region *empty = make_region(s, GIB, GIB), *r = make_region(s, 2 * GIB, GIB);

	empty->id = known(0);
	r->id = known(1);
	empty->start = known(4 * GIB);
	make_device(s, empty, true);
	r->start = known(8 * GIB);
	add_mapping(make_device(s, r, true), 9 * GIB, 10 * GIB - 1);
	read_all(*state, s);
	assert_int_equal(empty->n_free, 1);
	assert_extent(empty, 0, 4 * GIB, 5 * GIB - 1);
	assert_int_equal(r->n_free, 1);
	assert_extent(r, 0, 8 * GIB, 9 * GIB - 1);
}

static void test_start_of_iomem(void **state)
{
	static const struct {
		const char *iomem;
		enum daxbus_presence is;
	} files[] = {
		{ "200000000-27fffffff : Soft Reserved\n  240000000-27fffffff : dax0.0",
		  DAXBUS_KNOWN },
		{ "200000000-2bfffffff : Soft Reserved", DAXBUS_UNKNOWN },
		{ "00000000-00000000 : Soft Reserved", DAXBUS_UNKNOWN },
		{ NULL, DAXBUS_UNKNOWN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		struct region *r = make_region(s, 2 * GIB, GIB);

		/* NONE is what a device without the file leaves there. */
		r->start.is = i % 2 ? DAXBUS_NONE : DAXBUS_UNKNOWN;
		if (files[i].iomem)
			tree_write(*state, files[i].iomem, "/proc/iomem");
		else
			tree_remove(*state, "/proc/iomem");
		add_mapping(make_device(s, r, true), 9 * GIB, 10 * GIB - 1);
		read_all(*state, s);
		assert_row(i, r->start.is == files[i].is);
		assert_row(i, r->free_is == files[i].is);
		if (files[i].is != DAXBUS_KNOWN) {
			assert_unknown(r);
			continue;
		}
		assert_row(i, r->n_free == 1);
		assert_extent(r, 0, 8 * GIB, 9 * GIB - 1);
	}
}

/* What does not fit together is not the answer. */
static void test_unknown(void **state)
{
	static const struct {
		uint64_t size, available, start;
		struct range taken[2];
	} wrong[] = {
		/* overlap */
		{ 4 * GIB, 2 * GIB, 4 * GIB, { { 4 * GIB, 5 * GIB }, { 5 * GIB, 6 * GIB - 1 } } },
		/* outside, before and behind */
		{ 4 * GIB,
		  2 * GIB,
		  4 * GIB,
		  { { 3 * GIB, 4 * GIB - 1 }, { 5 * GIB, 6 * GIB - 1 } } },
		{ 4 * GIB,
		  2 * GIB,
		  4 * GIB,
		  { { 7 * GIB, 9 * GIB - 1 }, { 5 * GIB, 6 * GIB - 1 } } },
		/* more, or less, than the kernel says is available */
		{ 4 * GIB, GIB, 4 * GIB, { { 4 * GIB, 5 * GIB - 1 }, { 5 * GIB, 6 * GIB - 1 } } },
		{ 4 * GIB,
		  3 * GIB,
		  4 * GIB,
		  { { 4 * GIB, 5 * GIB - 1 }, { 5 * GIB, 6 * GIB - 1 } } },
		/* a region that no addresses are for */
		{ 4 * GIB, 2 * GIB, MAX - GIB, { { MAX - GIB, MAX - 1 }, { MAX, MAX } } },
		{ 0, 0, 4 * GIB, { { 4 * GIB, 5 * GIB - 1 }, { 5 * GIB, 6 * GIB - 1 } } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		struct region *r = make_region(s, wrong[i].size, wrong[i].available);
		struct device *d = make_device(s, r, true);

		r->start = known(wrong[i].start);
		for (size_t k = 0; k < 2; k++)
			add_mapping(d, wrong[i].taken[k].start, wrong[i].taken[k].end);
		read_all(*state, s);
		assert_row(i, r->free_is == DAXBUS_UNKNOWN);
		assert_unknown(r);
	}
}

/* Also of a device that is not selected. */
static void test_ranges_unknown(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	struct region *r = make_region(s, 2 * GIB, 0);

	add_mapping(make_device(s, r, true), 8 * GIB, 10 * GIB - 1);
	make_device(s, r, false)->ranges = DAXBUS_UNKNOWN;
	read_all(*state, s);
	assert_unknown(r);
	assert_int_equal(r->start.is, DAXBUS_UNKNOWN);
}

/* Static regions have nothing to give; where they are is known all the same. */
static void test_static(void **state)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	struct region *r = make_region(s, GIB, 0), *vague = make_region(s, GIB, 0);

	r->id = known(0);
	vague->id = known(1);
	r->dynamic = known(0);
	r->available_size = (struct opt_u64){ 0 };
	vague->dynamic = vague->available_size = unknown();
	add_mapping(make_device(s, r, true), 4 * GIB, 5 * GIB - 1);
	add_mapping(make_device(s, vague, true), 5 * GIB, 6 * GIB - 1);
	read_all(*state, s);
	assert_true(is_known(&r->start) && r->start.v == 4 * GIB);
	assert_int_equal(r->free_is, DAXBUS_NONE);
	assert_int_equal(r->largest_free.is, DAXBUS_NONE);
	assert_true(is_known(&vague->start));
	assert_unknown(vague);
}

#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subtract),
		cmocka_unit_test(test_find_whole),
		IN_TREE(test_region),
		IN_TREE(test_lost),
		IN_TREE(test_start_is_known),
		IN_TREE(test_start_of_iomem),
		IN_TREE(test_unknown),
		IN_TREE(test_ranges_unknown),
		IN_TREE(test_static),
	};

	return cmocka_run_group_tests_name("extents", tests, NULL, NULL);
}
