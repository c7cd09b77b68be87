/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/block-runs.h"

#include <errno.h>

#include "unit.h"

static void test_runs(void **state _unused_)
{
	_cleanup_(block_runs_done) struct block_runs runs = { 0 };

	assert_int_equal(block_runs_count(&runs), 0);
	assert_int_equal(block_runs_add(&runs, 32, 32, ZONE_MOVABLE), 0);
	assert_int_equal(block_runs_add(&runs, 33, 35, ZONE_MOVABLE), 0);
	assert_int_equal(runs.n, 1);
	assert_int_equal(block_runs_count(&runs), 4);
	/* Another zone, and a gap, begin a run. */
	assert_int_equal(block_runs_add(&runs, 36, 36, ZONE_KERNEL), 0);
	assert_int_equal(block_runs_add(&runs, 38, 39, ZONE_KERNEL), 0);
	assert_int_equal(runs.n, 3);
	assert_int_equal(block_runs_count(&runs), 7);
	assert_int_equal(runs.items[0].first, 32);
	assert_int_equal(runs.items[0].last, 35);
	assert_int_equal(runs.items[1].last, 36);
	assert_int_equal(runs.items[2].first, 38);
	block_runs_done(&runs);
	assert_int_equal(block_runs_count(&runs), 0);
}

/* The text of a journal, and the one that a shell expands. */
static void test_text(void **state _unused_)
{
	static const struct {
		const char *text;
		const char *braces;
	} rows[] = {
		{ "-", "" },
		{ "32-32:movable", "32" },
		{ "32-39:movable", "{32..39}" },
		{ "32-39:movable,40-40:offline", "{32..40}" },
		{ "32-39:movable,41-41:movable", "{{32..39},41}" },
		{ "1-1:kernel,3-3:kernel,4-5:offline", "{1,{3..5}}" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(block_runs_done) struct block_runs runs = { 0 };
		_cleanup_(string_done) struct string printed = { 0 }, braces = { 0 };
		_cleanup_free_ char *copy = strdup(rows[i].text), *s = NULL, *t = NULL;

		assert_non_null(copy);
		assert_int_equal(block_runs_parse(copy, &runs), 0);
		block_runs_print(&runs, &printed);
		block_runs_print_braces(&runs, &braces);
		s = string_take(&printed);
		t = string_take(&braces);
		assert_string_equal(s, rows[i].text);
		assert_string_equal(t, rows[i].braces);
	}
}

static void test_wrong_text(void **state _unused_)
{
	static const char *const rows[] = {
		"",
		"1",
		"1-2",
		"1-2:",
		"1-2:online",
		"2-1:movable",
		"01-2:movable",
		"1-18446744073709551615:movable",
		"1-2:movable,3-4:movable",
		"1-2:movable,2-4:kernel",
		"1-2:movable,",
		",1-2:movable",
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(block_runs_done) struct block_runs runs = { 0 };
		_cleanup_free_ char *copy = strdup(rows[i]);

		assert_non_null(copy);
		assert_row(i, block_runs_parse(copy, &runs) == -EINVAL);
	}
}

static void test_zones(void **state _unused_)
{
	static const struct {
		const char *word;
		enum zone zone;
	} rows[] = {
		{ "offline", ZONE_OFFLINE },	  { "online_movable", ZONE_MOVABLE },
		{ "online_kernel", ZONE_KERNEL }, { "online", ZONE_KERNEL },
		{ "unplugged", ZONE_OFFLINE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_row(i, zone_of_word(rows[i].word) == rows[i].zone);
	for (size_t i = 0; i < _ZONE_MAX; i++) {
		assert_row(i, zone_of_word(zone_word((enum zone)i)) == (enum zone)i);
		assert_row(i, zone_of_name(zone_name((enum zone)i)) == (enum zone)i);
	}
	assert_string_equal(zone_name(ZONE_MOVABLE), "movable");
	assert_int_equal(zone_of_name("online"), _ZONE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_wrong_text),
		cmocka_unit_test(test_zones),
	};

	return cmocka_run_group_tests_name("block-runs", tests, NULL, NULL);
}
