/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as the kernel's command line. The words, put together again, are read as the same.
 */
#include "base/string.h"
#include "fuzz.h"
#include "parsers/cmdline.h"

struct words {
	struct string text;
	size_t n;
};

static int take(void *data, const char *name, char *value, const char *word)
{
	struct words *words = data;

	fuzz_check(*word && !strchr(name, '-') && !strchr(name, '='));
	fuzz_check(strlen(name) + strlen(value) <= strlen(word));
	string_add(&words->text, "%s%s", words->n++ ? "\n" : "", word);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *s = fuzz_string(data, size), *once = NULL, *copy = NULL, *twice = NULL;
	struct words words = { 0 }, again = { 0 };

	string_add(&words.text, "%s", "");
	string_add(&again.text, "%s", "");
	fuzz_check(cmdline_each(s, take, &words) == 0);
	once = string_take(&words.text);
	copy = strdup(once);
	fuzz_check(cmdline_each(copy, take, &again) == 0);
	twice = string_take(&again.text);
	fuzz_check(again.n == words.n && streq(once, twice));
	return 0;
}
