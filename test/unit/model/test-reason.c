/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/reason.h"

#include "unit.h"

static bool has_text(const char *s, const char *text)
{
	return s && strstr(s, text);
}

/* --force is suggested where it helps, and nowhere else. */
static void test_force(void **state _unused_)
{
	for (enum reason code = REASON_NONE + 1; code < _REASON_MAX; code++) {
		const char *hint = reason_hint(code);

		if (reason_is_overridden(code, true) != has_text(hint, "use --force"))
			fail_msg("%s: %s", reason_word(code), hint ? hint : "no hint");
		assert_false(reason_is_overridden(code, false));
	}
}

/* Words for scripts: lower case with hyphens, each of them once. */
static void test_words(void **state _unused_)
{
	for (enum reason code = REASON_NONE + 1; code < _REASON_MAX; code++) {
		const char *word = reason_word(code);

		assert_int_equal(word[strspn(word, "abcdefghijklmnopqrstuvwxyz-")], '\0');
		for (enum reason other = code + 1; other < _REASON_MAX; other++)
			assert_string_not_equal(word, reason_word(other));
	}
}

/* A hint is a sentence that begins with a verb. */
static void test_hints(void **state _unused_)
{
	for (enum reason code = REASON_NONE + 1; code < _REASON_MAX; code++) {
		const char *hint = reason_hint(code);

		if (hint && (hint[0] < 'A' || hint[0] > 'Z' || !ends_with(hint, ".")))
			fail_msg("%s: %s", reason_word(code), hint);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_force),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_hints),
	};

	return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
