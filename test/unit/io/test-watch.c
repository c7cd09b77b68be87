/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/string.h"
#include "io/watch.h"
#include "unit.h"

static char top[] = "/tmp/test-watch-XXXXXX";

static char *path_of(const char *name)
{
	char *path;

	assert_int_equal(string_format(&path, "%s/%s", top, name), 0);
	return path;
}

static void make_directory(const char *name)
{
	_cleanup_free_ char *path = path_of(name);

	assert_int_equal(mkdir(path, 0700), 0);
}

static void make_file(const char *name)
{
	_cleanup_free_ char *path = path_of(name);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
}

static void remove_entry(const char *name)
{
	_cleanup_free_ char *path = path_of(name);

	assert_int_equal(remove(path), 0);
}

/* "NAME;" of each call, "?;" without a name. */
static int note(void *data, const char *directory _unused_, const char *name)
{
	string_add(data, "%s;", name ?: "?");
	return 0;
}

static void expect(struct watch *w, const char *wanted)
{
	struct string t = { 0 };
	_cleanup_free_ char *text = NULL;

	string_add(&t, "%s", "");
	assert_int_equal(watch_read(w, note, &t), 0);
	text = string_take(&t);
	assert_string_equal(text, wanted);
}

/* A directory that does not exist, whose parents do not exist either, is watched when it does. */
static void test_appears(void **state _unused_)
{
	_cleanup_(watch_done) struct watch w = WATCH_INIT;
	_cleanup_free_ char *path = path_of("a/b/policy.d");

	assert_int_equal(watch_start(&w), 0);
	assert_int_equal(watch_add(&w, path, NULL), 0);
	expect(&w, "");
	make_file("ab");
	expect(&w, "");
	make_directory("a");
	expect(&w, "");
	make_directory("a/b");
	make_directory("a/b/policy.d");
	make_file("a/b/policy.d/too-early");
	expect(&w, "?;");
	make_file("a/b/policy.d/x.conf");
	expect(&w, "x.conf;x.conf;");
	remove_entry("a/b/policy.d/x.conf");
	expect(&w, "x.conf;");
	/* It goes, and comes again. */
	remove_entry("a/b/policy.d/too-early");
	remove_entry("a/b/policy.d");
	expect(&w, "too-early;?;");
	make_directory("a/b/policy.d");
	expect(&w, "?;");
	make_file("a/b/policy.d/y.conf");
	expect(&w, "y.conf;y.conf;");
	remove_entry("a/b/policy.d/y.conf");
	remove_entry("a/b/policy.d");
	remove_entry("a/b");
	remove_entry("a");
	remove_entry("ab");
}

/* A directory with other files takes its place at once. */
static void test_replaced(void **state _unused_)
{
	_cleanup_(watch_done) struct watch w = WATCH_INIT;
	_cleanup_free_ char *path = path_of("policy.d"), *old = path_of("old"),
			    *new = path_of("new");

	make_directory("policy.d");
	make_directory("new");
	make_file("new/x.conf");
	assert_int_equal(watch_start(&w), 0);
	assert_int_equal(watch_add(&w, path, NULL), 0);
	assert_int_equal(rename(path, old), 0);
	assert_int_equal(rename(new, path), 0);
	expect(&w, "?;");
	remove_entry("policy.d/x.conf");
	expect(&w, "x.conf;");
	/* Emptied, removed, and created again before anybody looks. */
	remove_entry("policy.d");
	make_directory("policy.d");
	expect(&w, "?;");
	make_file("old/y.conf");
	expect(&w, "");
	remove_entry("old/y.conf");
	remove_entry("old");
	remove_entry("policy.d");
}

static void test_one_name(void **state _unused_)
{
	_cleanup_(watch_done) struct watch w = WATCH_INIT;
	_cleanup_free_ char *path = path_of("run");

	make_directory("run");
	assert_int_equal(watch_start(&w), 0);
	assert_int_equal(watch_add(&w, path, "journal"), 0);
	make_file("run/other");
	expect(&w, "");
	make_file("run/journal");
	expect(&w, "journal;journal;");
	remove_entry("run/journal");
	remove_entry("run/other");
	expect(&w, "journal;");
	remove_entry("run");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appears),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_one_name),
	};
	int r;

	if (!mkdtemp(top))
		return EXIT_FAILURE;
	r = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(top);
	return r;
}
