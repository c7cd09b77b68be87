/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "unit.h"

static void test_length(void **state _unused_)
{
	assert_int_equal(utf8_length(""), 0);
	assert_int_equal(utf8_length("a"), 1);
	assert_int_equal(utf8_length("\303\266"), 2);
	assert_int_equal(utf8_length("\342\202\254"), 3);
	assert_int_equal(utf8_length("\360\237\230\200"), 4);
	/* Truncated, a continuation, overlong, a surrogate, above U+10FFFF. */
	assert_int_equal(utf8_length("\303"), 0);
	assert_int_equal(utf8_length("\200"), 0);
	assert_int_equal(utf8_length("\300\200"), 0);
	assert_int_equal(utf8_length("\355\240\200"), 0);
	assert_int_equal(utf8_length("\364\220\200\200"), 0);
}

static void test_code_point(void **state _unused_)
{
	assert_int_equal(utf8_code_point("a", 1), 'a');
	assert_int_equal(utf8_code_point("\302\200", 2), 0x80);
	assert_int_equal(utf8_code_point("\342\200\256", 3), 0x202e);
	assert_int_equal(utf8_code_point("\360\237\230\200", 4), 0x1f600);
}

static void assert_hidden(const char *s, const char *expected)
{
	char copy[64];

	snprintf(copy, sizeof(copy), "%s", s);
	assert_int_equal(utf8_has_control(s), strcmp(s, expected) != 0);
	utf8_hide_controls(copy);
	assert_string_equal(copy, expected);
	assert_false(utf8_has_control(copy));
}

static void test_hide(void **state _unused_)
{
	assert_hidden("", "");
	assert_hidden("plain ~", "plain ~");
	assert_hidden("\303\266 \342\202\254 \360\237\230\200",
		      "\303\266 \342\202\254 \360\237\230\200");
	assert_hidden("a\033[1m\n\t\177\x01 \303\266~", "a?[1m???? \303\266~");
	/* U+0080, U+009B and U+009F are controls, U+00A0 is not. */
	assert_hidden("\302\200\302\23331m\302\237\302\240", "??31m?\302\240");
	assert_hidden("\23331m\377", "?31m?");
	assert_hidden("a\303", "a?");
}

/* Each mark that changes the direction, between two letters, and its neighbours. */
static void test_direction(void **state _unused_)
{
	for (unsigned int c = 0x2020; c <= 0x2070; c++) {
		bool is_control = (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
		char s[8];

		snprintf(s, sizeof(s), "a\342%c%cb", 0x80 | (c >> 6 & 0x3f), 0x80 | (c & 0x3f));
		assert_hidden(s, is_control ? "a?b" : s);
	}
	assert_hidden("\330\234 \342\200\216 \342\200\217", "? ? ?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_code_point),
		cmocka_unit_test(test_hide),
		cmocka_unit_test(test_direction),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
