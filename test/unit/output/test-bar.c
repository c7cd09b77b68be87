/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "output/bar.h"
#include "unit.h"

#define MIB UINT64_C(0x100000)
#define GIB UINT64_C(0x40000000)
#define AT  (4 * GIB)
#define MAX UINT64_MAX

/*
 * Parts of @unit bytes each, one after the other, a run of one letter each: "kk.d" is three parts.
 * A blank ends a part, so that the next may have the same letter.
 */
static size_t make_parts(struct bar_part *parts, const char *runs, uint64_t start, uint64_t unit)
{
	size_t n = 0;
	char before = ' ';

	for (; *runs; runs++) {
		if (*runs != ' ' && *runs == before) {
			parts[n - 1].end += unit;
		} else if (*runs != ' ') {
			parts[n] = (struct bar_part){ start, start + unit - 1, *runs, NULL, 0, 0 };
			n++;
		}
		if (*runs != ' ')
			start += unit;
		before = *runs;
	}
	return n;
}

static void test_bar(void **state _unused_)
{
	static const struct {
		const char *runs;
		unsigned int width;
		const char *bar;
	} rows[] = {
		/* to scale */
		{ "k", 1, "K" },
		{ "k", 5, "Kkkkk" },
		{ "kk..", 8, "Kkkk...." },
		{ "k k", 8, "KkkkKkkk" },
		{ "kd.n", 8, "KkDd..Nn" },
		{ "kkkkkkkkkkkkkkk.", 16, "Kkkkkkkkkkkkkkk." },
		/* each has a column, and what is behind moves as little as that takes */
		{ "kkkkkkkkkkkkkkk.", 4, "Kkk." },
		{ "d...............", 4, "D..." },
		{ "d k n...............", 6, "DKN..." },
		{ "...............d k n", 6, "...DKN" },
		{ "........d k n........", 7, "...DKN." },
		{ "k k k k", 4, "KKKK" },
		/* more parts than columns: who has most of each, free only where nobody is */
		{ "k k k k k k k k", 4, "KKKK" },
		{ "kkk d kkk d", 2, "KK" },
		{ "k...d...", 2, "KD" },
		{ "k k k k ........", 4, "KK.." },
		{ "kkkkk.d.", 2, "Kk" },
		{ "~~~.k.~~", 2, "~~" },
	};
	struct bar_part parts[32];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bar map = { parts, make_parts(parts, rows[i].runs, AT, 2 * MIB),
				   rows[i].width };
		struct string text = { 0 };
		_cleanup_free_ char *bar = NULL;

		bar_add(&text, &map);
		bar = string_take(&text);
		if (!streq(bar, rows[i].bar))
			fail_msg("row %zu: '%s', not '%s'", i, bar, rows[i].bar);
	}
}

static void test_ruler(void **state _unused_)
{
	static const struct {
		uint64_t start;
		const char *runs; /* of 128 MiB each */
		unsigned int width;
		uint64_t unit;
		const char *ruler;
		uint64_t step;
	} rows[] = {
		{ AT, "kk..", 16, 128 * MIB, "|   |   |   |", 128 * MIB },
		{ AT, "kk..", 17, 128 * MIB, "|   |    |   |", 128 * MIB },
		/* thinned out */
		{ AT, "kk..", 15, 128 * MIB, "|       |", 256 * MIB },
		{ AT, "kk..", 4, 128 * MIB, "|", 512 * MIB },
		{ AT + 128 * MIB, "kk..", 15, 128 * MIB, "    |      |", 256 * MIB },
		/* not where the parts begin */
		{ AT + 64 * MIB, "kk..", 16, 128 * MIB, "  |   |   |   |", 128 * MIB },
		/* none of it is drawn */
		{ AT + MIB, "k", 16, GIB, "", 0 },
		{ AT, "k", 16, GIB, "|", GIB },
		/* the top of the address space */
		{ MAX - 256 * MIB + 1, "kk", 16, 128 * MIB, "|       |", 128 * MIB },
		{ MAX - 256 * MIB + 2, "k", 16, 512 * MIB, "", 0 },
	};
	struct bar_part parts[32];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct bar map = { parts, make_parts(parts, rows[i].runs, rows[i].start, 128 * MIB),
				   rows[i].width };
		struct string text = { 0 };
		_cleanup_free_ char *ruler = NULL;

		assert_row(i, bar_add_ruler(&text, &map, rows[i].unit) == rows[i].step);
		ruler = string_take(&text);
		if (!streq(ruler ?: "", rows[i].ruler))
			fail_msg("row %zu: '%s', not '%s'", i, ruler, rows[i].ruler);
	}
}

/* Marks stand below what they mean, also where the parts were moved. */
static void test_ruler_of_moved(void **state _unused_)
{
	const struct bar_part parts[] = {
		{ AT, AT + MIB - 1, 'd', NULL, 0, 0 },
		{ AT + MIB, AT + 2 * MIB - 1, 'n', NULL, 0, 0 },
		{ AT + 2 * MIB, AT + 8 * GIB - 1, '.', NULL, 0, 0 },
	};
	const struct bar map = { parts, ARRAY_SIZE(parts), 8 };
	struct string text = { 0 };
	_cleanup_free_ char *drawn = NULL;

	bar_add(&text, &map);
	string_add(&text, "\n");
	assert_int_equal(bar_add_ruler(&text, &map, 128 * MIB), 4 * GIB);
	drawn = string_take(&text);
	assert_string_equal(drawn, "DN......\n|   |");
}

/* A thousand parts, and fewer columns, whatever the width. */
static void test_crowd(void **state _unused_)
{
	static struct bar_part parts[1001];
	struct bar map = { parts, ARRAY_SIZE(parts), 1 };

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		parts[i] = (struct bar_part){
			AT + i * 2 * MIB, AT + (i + 1) * 2 * MIB - 1, 'n', NULL, 0, 0
		};
	parts[1000].end = AT + 16 * GIB - 1;
	parts[1000].mark = BAR_FREE;
	for (map.width = 1; map.width <= 1100; map.width++) {
		struct string text = { 0 };
		_cleanup_free_ char *bar = NULL;

		bar_add(&text, &map);
		bar = string_take(&text);
		assert_row(map.width, strlen(bar) == map.width);
		assert_row(map.width, bar[0] == 'N');
		assert_row(map.width, map.width < 2 || bar[map.width - 1] == BAR_FREE);
		assert_row(map.width, map.width < 1001 || strspn(bar, "N") == 1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bar),
		cmocka_unit_test(test_ruler),
		cmocka_unit_test(test_ruler_of_moved),
		cmocka_unit_test(test_crowd),
	};

	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
