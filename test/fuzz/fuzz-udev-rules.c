/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a file of udev's rules. The lines that are found ascend and exist; comments between
 * the lines of the file change nothing but their numbers.
 */
#include "base/string.h"
#include "fuzz.h"
#include "parsers/udev-rules.h"

static void check_rules(const struct udev_rules *rules, unsigned int lines)
{
	static const char *const words[] = { "", "online", "online_kernel", "online_movable" };

	for (size_t i = 0; i < rules->n; i++) {
		const struct udev_rule *rule = &rules->items[i];
		bool known = false;

		fuzz_check(rule->number >= 1 && rule->number <= lines);
		fuzz_check(!i || rule->number > rule[-1].number);
		for (size_t j = 0; j < ARRAY_SIZE(words); j++)
			known |= streq(rule->word, words[j]);
		fuzz_check(known);
		fuzz_check(!rule->is_certain || *rule->word);
	}
}

/* A line of comment in front of each line. */
static char *add_comments(const char *s)
{
	struct string t = { 0 };
	const char *end;

	for (; *s; s = *end ? end + 1 : end) {
		end = strchr(s, '\n') ?: s + strlen(s);
		string_add(&t, "# \\\n%.*s\n", (int)(end - s), s);
	}
	string_add(&t, "%s", "");
	return string_take(&t);
}

static void fuzz_action(const char *s, const char *commented, const char *action)
{
	_cleanup_free_ char *text = strdup(s), *other = strdup(commented);
	struct udev_rules rules = { 0 }, again = { 0 };
	unsigned int lines = 1;

	for (const char *p = s; *p; p++)
		lines += *p == '\n';
	fuzz_check(udev_rules_find(text, action, &rules) == 0);
	check_rules(&rules, lines);
	fuzz_check(udev_rules_find(other, action, &again) == 0);
	fuzz_check(again.n == rules.n);
	for (size_t i = 0; i < rules.n; i++) {
		fuzz_check(again.items[i].number == rules.items[i].number * 2);
		fuzz_check(streq(again.items[i].word, rules.items[i].word));
		fuzz_check(again.items[i].is_certain == rules.items[i].is_certain);
	}
	udev_rules_done(&rules);
	udev_rules_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *s = fuzz_string(data, size), *commented = add_comments(s);

	fuzz_check(commented);
	fuzz_action(s, commented, "add");
	fuzz_action(s, commented, "offline");
	return 0;
}
