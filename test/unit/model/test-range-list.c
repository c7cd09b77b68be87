/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/range-list.h"

#include <errno.h>
#include <inttypes.h>

#include "parsers/iomem.h"
#include "unit.h"

#define MIB		 UINT64_C(0x100000)
#define _cleanup_layout_ _cleanup_(range_list_done)

static struct range_list layout(const char *text)
{
	struct range_list l;

	assert_int_equal(range_list_parse(text, &l), 0);
	return l;
}

static void assert_layout(size_t row, const struct range_list *l, const char *expected)
{
	_cleanup_free_ char *text = range_list_print(l);

	assert_non_null(text);
	if (!streq(text, expected))
		fail_msg("row %zu: %s, not %s", row, text, expected);
}

static void test_text(void **state _unused_)
{
	static const char *const good[] = { "none", "0-0", "100000000-107ffffff",
					    "140000000-147ffffff,100000000-107ffffff",
					    "0-ffffffffffffffff" };
	static const char *const bad[] = {
		"",	",",	   "1",	       "2-1", "1-2,",
		",1-2", "1-2 3-4", "none,1-2", "x-y", "0-10000000000000000"
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		_cleanup_layout_ struct range_list l = layout(good[i]);

		assert_layout(i, &l, good[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct range_list l = { 0 };

		assert_row(i, range_list_parse(bad[i], &l) == -EINVAL);
	}
}

static void test_common(void **state _unused_)
{
	static const struct {
		const char *a, *b;
		size_t common;
	} rows[] = {
		{ "none", "none", 0 },	     { "0-1", "none", 0 },    { "0-1", "0-1", 1 },
		{ "0-1", "0-2", 0 },	     { "0-1,4-5", "0-1", 1 }, { "0-1,4-5", "0-1,4-6", 1 },
		{ "0-1,4-5", "4-5,0-1", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_layout_ struct range_list a = layout(rows[i].a), b = layout(rows[i].b);

		assert_row(i, range_list_common(&a, &b) == rows[i].common);
		assert_row(i, range_list_common(&b, &a) == rows[i].common);
		assert_row(i, range_list_is_same(&a, &b) == streq(rows[i].a, rows[i].b));
	}
}

static void test_measures(void **state _unused_)
{
	_cleanup_layout_ struct range_list l = layout("200000-3fffff,1000-1fff");

	assert_int_equal(range_list_bytes(&l), 0x201000);
	assert_null(range_list_misaligned(&l, 0x1000));
	assert_ptr_equal(range_list_misaligned(&l, 0x200000), &l.items[1]);
	assert_null(range_list_misaligned(&l, 0));
}

static void test_subtract(void **state _unused_)
{
	static const struct {
		const char *from, *range, *left;
	} rows[] = {
		{ "100-1ff", "100-1ff", "none" },
		{ "100-1ff", "0-ffffffffffffffff", "none" },
		{ "100-1ff", "100-17f", "180-1ff" },
		{ "100-1ff", "180-1ff", "100-17f" },
		{ "100-1ff", "140-17f", "100-13f,180-1ff" },
		{ "100-1ff", "0-ff", "100-1ff" },
		{ "100-1ff", "200-2ff", "100-1ff" },
		{ "100-1ff,300-3ff", "180-37f", "100-17f,380-3ff" },
		{ "0-ffffffffffffffff", "1-fffffffffffffffe",
		  "0-0,ffffffffffffffff-ffffffffffffffff" },
		{ "none", "0-1", "none" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_layout_ struct range_list from = layout(rows[i].from);
		_cleanup_layout_ struct range_list range = layout(rows[i].range);

		assert_int_equal(range_list_subtract(&from, &range.items[0]), 0);
		assert_layout(i, &from, rows[i].left);
	}
}

static void test_place(void **state _unused_)
{
	static const struct {
		const char *free;
		uint64_t size, unit;
		int r;
		const char *chosen, *left;
	} rows[] = {
		/* the lowest that is large enough */
		{ "0-fffff,200000-3fffff", MIB, MIB, 0, "0-fffff", "200000-3fffff" },
		{ "0-fffff,200000-3fffff", 2 * MIB, MIB, 0, "200000-3fffff", "0-fffff" },
		/* else from the low end */
		{ "0-fffff,200000-3fffff", 3 * MIB, MIB, 0, "0-fffff,200000-3fffff", "none" },
		{ "0-fffff,200000-2fffff,400000-7fffff", 5 * MIB, MIB, 0,
		  "0-fffff,200000-2fffff,400000-6fffff", "700000-7fffff" },
		/* on multiples, whatever is in front */
		{ "180000-3fffff", MIB, MIB, 0, "200000-2fffff", "180000-1fffff,300000-3fffff" },
		{ "180000-3fffff", 2 * MIB, 2 * MIB, 0, "200000-3fffff", "180000-1fffff" },
		{ "100000-2fffff", 2 * MIB, 2 * MIB, -ENOSPC, "none", "100000-2fffff" },
		/* all */
		{ "180000-2fffff,400000-4fffff", 0, MIB, 0, "200000-2fffff,400000-4fffff",
		  "180000-1fffff" },
		{ "none", 0, MIB, -ENOSPC, "none", "none" },
		{ "0-ffffe", 0, MIB, -ENOSPC, "none", "0-ffffe" },
		{ "0-fffff", 2 * MIB, MIB, -ENOSPC, "none", "0-fffff" },
		/* the end of all addresses */
		{ "fffffffffff00000-ffffffffffffffff", MIB, MIB, 0,
		  "fffffffffff00000-ffffffffffffffff", "none" },
		{ "fffffffffff80000-ffffffffffffffff", 0, MIB, -ENOSPC, "none",
		  "fffffffffff80000-ffffffffffffffff" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_layout_ struct range_list free = layout(rows[i].free), chosen = { 0 };

		assert_row(i, range_list_place(&free, rows[i].size, rows[i].unit, &chosen) ==
				      rows[i].r);
		assert_layout(i, &chosen, rows[i].chosen);
		assert_layout(i, &free, rows[i].left);
	}
}

/* Memory that kmem left behind, beside what regions lie in. */
static void test_held(void **state _unused_)
{
	static const struct {
		const char *iomem, *free;
		int r;
		const char *left;
	} rows[] = {
		{ "1-2 : Reserved\n", "100000000-13fffffff", 0, "100000000-13fffffff" },
		{ "100000000-107ffffff : System RAM (kmem)\n", "100000000-13fffffff", 0,
		  "108000000-13fffffff" },
		{ "100000000-13fffffff : Soft Reserved\n  108000000-10fffffff : dax0.1\n",
		  "100000000-13fffffff", 0, "100000000-107ffffff,110000000-13fffffff" },
		{ "0-fffffffff : PCI Bus 0000:00\n", "100000000-13fffffff", 0,
		  "100000000-13fffffff" },
		{ "108000000-10fffffff : something\n", "100000000-13fffffff", 0,
		  "100000000-107ffffff,110000000-13fffffff" },
		{ "00000000-00000000 : System RAM\n", "100000000-13fffffff", -EACCES,
		  "100000000-13fffffff" },
		{ "", "none", -EACCES, "none" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_layout_ struct range_list free = layout(rows[i].free);

		assert_row(i, iomem_subtract_held(rows[i].iomem, &free) == rows[i].r);
		assert_layout(i, &free, rows[i].left);
	}
}

static void test_join(void **state _unused_)
{
	static const struct {
		const char *ranges;
		const char *joined;
	} rows[] = {
		{ "none", "none" },
		{ "100-1ff", "100-1ff" },
		{ "100-1ff,200-2ff", "100-2ff" },
		{ "200-2ff,400-4ff,100-1ff", "100-2ff,400-4ff" },
		{ "300-3ff,200-2ff,100-1ff", "100-3ff" },
		{ "0-f,20-ffffffffffffffff", "0-f,20-ffffffffffffffff" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_layout_ struct range_list l = layout(rows[i].ranges);

		range_list_join(&l);
		assert_layout(i, &l, rows[i].joined);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),	 cmocka_unit_test(test_text),
		cmocka_unit_test(test_common),	 cmocka_unit_test(test_measures),
		cmocka_unit_test(test_subtract), cmocka_unit_test(test_place),
		cmocka_unit_test(test_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
