/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "parsers/pagemap.h"
#include "unit.h"

static void test_starts(void **state _unused_)
{
	static const char *const bad[] = {
		"",  "7f00",	   "7F00 default",	  " 7f00 default",
		"x", "7f00\tbind", "12345678901234567 d", "-1 d"
	};
	uint64_t start = 7;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_row(i, pagemap_parse_start(bad[i], &start) == -EBADMSG && start == 7);
	assert_int_equal(pagemap_parse_start("7f0010000000 bind:1 anon=1 N1=1", &start), 0);
	assert_true(start == 0x7f0010000000);
	assert_int_equal(pagemap_parse_start("ffffffffffffffff d", &start), 0);
	assert_true(start == UINT64_MAX);
}

static void test_mappings(void **state _unused_)
{
	static const char *const bad[] = { "",	     "1",      "1-",	 "1-2",	   "1 2 rw",
					   "2-1 rw", "1--2 r", "x-2 rw", "1-2\tr", "1-x rw" };
	uint64_t start = 7, end = 8;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_row(i, pagemap_parse_mapping(bad[i], &start, &end) == -EBADMSG &&
				      start == 7 && end == 8);
	assert_int_equal(pagemap_parse_mapping("7f00-7f10 rw-p 00000000 00:00 0", &start, &end), 0);
	assert_true(start == 0x7f00 && end == 0x7f10);
}

static void test_frames(void **state _unused_)
{
	assert_true(pagemap_frame(0) == 0);
	/* Swapped out: the bits are those of the swap entry. */
	assert_true(pagemap_frame(UINT64_C(1) << 62 | 0x1234) == 0);
	assert_true(pagemap_frame(UINT64_C(1) << 63 | UINT64_C(1) << 56 | 0x1234) == 0x1234);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_starts),
		cmocka_unit_test(test_mappings),
		cmocka_unit_test(test_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
