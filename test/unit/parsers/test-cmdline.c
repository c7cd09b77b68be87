/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "parsers/cmdline.h"
#include "unit.h"

static int add(void *data, const char *name, char *value, const char *word)
{
	string_add(data, "%s|%s|%s;", name, value, word);
	return 0;
}

static void test_words(void **state _unused_)
{
	static const struct {
		const char *text;
		const char *found; /* "NAME|VALUE|WORD;..." */
	} rows[] = {
		{ "", "" },
		{ "\n", "" },
		{ "quiet\n", "quiet||quiet;" },
		{ "  a  b=1 \n", "a||a;b|1|b=1;" },
		{ "a-b=c-d", "a_b|c-d|a-b=c-d;" },
		{ "a=", "a||a=;" },
		{ "a=b=c", "a|b=c|a=b=c;" },
		{ "a=\"b c\" d", "a|b c|a=\"b c\";d||d;" },
		{ "\"a=b c\" d", "a|b c|\"a=b c\";d||d;" },
		{ "a=\"b c", "a|b c|a=\"b c;" },
		{ "a -- b", "a||a;" },
		{ "\"", "||\";" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *text = strdup(rows[i].text), *found = NULL;
		struct string t = { 0 };

		string_add(&t, "%s", "");
		assert_int_equal(cmdline_each(text, add, &t), 0);
		found = string_take(&t);
		if (!streq(found, rows[i].found))
			fail_msg("row %zu: %s", i, found);
	}
}

static int stop(void *data, const char *name _unused_, char *value _unused_,
		const char *word _unused_)
{
	return --*(int *)data ? 0 : 7;
}

static void test_end(void **state _unused_)
{
	char text[] = "a b c";
	int n = 2;

	assert_int_equal(cmdline_each(text, stop, &n), 7);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_words),
					    cmocka_unit_test(test_end) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
