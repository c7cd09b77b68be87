/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "base/utf8.h"
#include "output/class-scan.h"

bool class_scan_text_any_breaks(const struct class_consumers *users)
{
	for (size_t i = 0; i < users->n; i++)
		if (!users->items[i].safe)
			return true;
	return false;
}

/* Other users chose the names and lines. */
static void add_defused(struct string *text, const char *s)
{
	_cleanup_free_ char *harmless = strdup(s);

	if (harmless)
		utf8_hide_controls(harmless);
	string_add(text, "%s", harmless ? harmless : "?");
}

/* "/usr/bin/foo (program, package foo)", "foo (process 12, /usr/bin/foo, package foo)" */
static void add_subject(struct string *text, const struct class_consumer *user)
{
	const char *path = user->path ? user->path : "?";

	if (user->pid) {
		add_defused(text, user->process ? user->process : "?");
		string_add(text, " (process %" PRIu64 ", ", user->pid);
		add_defused(text, path);
	} else {
		add_defused(text, path);
		string_add(text, " (%s", user->kind);
	}
	if (user->package) {
		string_add(text, ", package ");
		add_defused(text, user->package);
	}
	string_add(text, ")");
}

static bool is_same(const struct class_consumer *a, const struct class_consumer *b)
{
	return a->pid == b->pid && streq(a->path ? a->path : "", b->path ? b->path : "");
}

static void add_place(struct string *text, const struct class_consumer *user)
{
	if (user->line)
		string_add(text, "  line %" PRIu64 ": ", user->line);
	else if (!user->pid)
		string_add(text, "  offset %#" PRIx64 ": ", user->offset);
	else
		string_add(text, "  %s: ", user->code);
	add_defused(text, user->text ? user->text : "?");
	string_add(text, "\n");
}

/* Print the common parts of several places in one file once. */
static void add_finding(struct string *text, const struct class_consumer *user,
			const struct class_consumer *previous, const struct class_consumer *next)
{
	if (!previous || !is_same(previous, user)) {
		add_subject(text, user);
		string_add(text, "\n");
	}
	add_place(text, user);
	if (!next || next->safe || !is_same(next, user) || !streq(next->code, user->code))
		string_add(text, "    breaks: %s\n    use instead: %s\n", user->breaks,
			   user->instead);
}

static void add_safe(struct string *text, const struct class_consumers *users)
{
	bool any = false;

	for (size_t i = 0; i < users->n; i++) {
		const struct class_consumer *user = &users->items[i];

		if (!user->safe)
			continue;
		if (!any)
			string_add(text, "%sNeed no change:\n", text->length ? "\n" : "");
		any = true;
		string_add(text, "  ");
		add_subject(text, user);
		string_add(text, ": %s\n", user->safe);
	}
}

static const char *files(uint64_t n)
{
	return n == 1 ? "file" : "files";
}

static const char *processes(uint64_t n)
{
	return n == 1 ? "process" : "processes";
}

/* Report on standard error what was scanned, and what could not be. */
static void say_summary(const struct class_consumers *users)
{
	const struct class_scan_counts *count = &users->count;
	_cleanup_free_ char *size = NULL;
	struct string text = { 0 };

	string_add_size(&text, count->bytes);
	size = string_take(&text);
	if (!class_scan_text_any_breaks(users))
		session_say("nothing depends on /sys/class/dax");
	session_say("scanned %" PRIu64 " %s (%s) and %" PRIu64 " %s", count->files,
		    files(count->files), size ? size : "?", count->processes,
		    processes(count->processes));
	if (count->unreadable || count->hidden)
		session_say("%" PRIu64 " %s and %" PRIu64 " %s could not be read%s",
			    count->unreadable, files(count->unreadable), count->hidden,
			    processes(count->hidden),
			    geteuid() != 0 ? "; run as root to read all" : "");
	if (count->cut)
		session_say("only the start of %" PRIu64 " huge %s was read (--verbose names them)",
			    count->cut, files(count->cut));
}

int class_scan_text_print(struct session *s, const struct class_consumers *users)
{
	const struct class_consumer *previous = NULL;
	_cleanup_free_ char *all = NULL;
	struct string text = { 0 };

	for (size_t i = 0; i < users->n; i++) {
		const struct class_consumer *user = &users->items[i];

		if (user->safe)
			continue;
		add_finding(&text, user, previous, i + 1 < users->n ? user + 1 : NULL);
		previous = user;
	}
	add_safe(&text, users);
	all = string_take(&text);
	if (!all)
		return session_fail_memory(&s->error);
	fputs(all, s->out);
	say_summary(users);
	return 0;
}
