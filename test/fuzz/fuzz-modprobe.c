/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a file of modprobe.d, and as one that daxbus might have written. What is read of it,
 * written down again, must be read as the same.
 */
#include "base/strv.h"
#include "fuzz.h"
#include "migrate/status.h"

/* Whether a word can be written down: a backslash would have to be doubled. */
static bool is_plain(const char *s)
{
	return !strchr(s, '\\') && !strchr(s, '\n');
}

static void check_line(const struct modprobe_line *line, unsigned int lines)
{
	_cleanup_free_ char *text = NULL;
	struct modprobe_reader reader;
	struct modprobe_line again;

	fuzz_check(line->number >= 1 && line->number <= lines);
	fuzz_check(*line->name && !strpbrk(line->name, " \t\n"));
	fuzz_check(line->command != MODPROBE_ALIAS || (*line->rest && !strpbrk(line->rest, " \t")));
	if (!is_plain(line->name) || !is_plain(line->rest))
		return;
	/* Two blanks: what follows the name may be empty, but not missing. */
	fuzz_check(asprintf(&text, "%s %s  %s", modprobe_word(line->command), line->name,
			    line->rest) >= 0);
	reader = modprobe_reader(text);
	fuzz_check(modprobe_read(&reader, &again) && again.command == line->command);
	fuzz_check(streq(again.name, line->name) && streq(again.rest, line->rest));
	fuzz_check(!modprobe_read(&reader, &again));
}

static void fuzz_lines(char *s)
{
	struct modprobe_reader reader;
	struct modprobe_line line;
	unsigned int lines = 1, last = 0;

	for (const char *p = s; *p; p++)
		lines += *p == '\n';
	reader = modprobe_reader(s);
	while (modprobe_read(&reader, &line)) {
		fuzz_check(line.number > last);
		last = line.number;
		check_line(&line, lines);
	}
}

/* Whatever the configuration is, the answer is one, and its line is one that counts. */
static void fuzz_promise(char *s)
{
	struct predict_modules kernel = { .release = (char *)"5.10.0",
					  .known = true,
					  .compat = true,
					  .bus = true,
					  .core = true };
	_cleanup_(predict_config_done) struct predict_config config = { 0 };
	struct prediction promise;

	fuzz_check(strv_push(&kernel.aliases, COMPAT_MODULE) == 0);
	fuzz_check(predict_config_add(&config, "a.conf", s, NULL, false) == 0);
	promise = predict_model(&kernel, &config);
	fuzz_check(predict_word(promise.model) && promise.reason);
	fuzz_check(config.n || promise.model == PROMISED_CLASS);
	fuzz_check(promise.model != PROMISED_BUS || promise.line);
	strv_done(&kernel.aliases);
}

static void fuzz_file(const char *s)
{
	_cleanup_free_ char *ours = status_file_text(), *both = NULL;

	fuzz_check(status_file_judge(ours) == FILE_WRITTEN);
	fuzz_check(!*s || status_file_judge(s) != FILE_WRITTEN || starts_with(s, "# Written"));
	fuzz_check(asprintf(&both, "%s%s", ours, s) >= 0);
	fuzz_check(status_file_judge(both) == (*s ? FILE_EDITED : FILE_WRITTEN));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *s = fuzz_string(data, size), *other = strdup(s);

	fuzz_file(s);
	fuzz_lines(s);
	fuzz_promise(other);
	return 0;
}
