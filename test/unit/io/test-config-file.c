/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "io/config-file.h"
#include "tree.h"
#include "unit.h"

/* --- what matters ----------------------------------------------------------------------------- */

static bool has_x(const char *line)
{
	return strchr(line, 'x');
}

static void test_keep_lines(void **state _unused_)
{
	static const struct {
		const char *text, *numbered, *joined;
	} rows[] = {
		{ "", "", "" },
		{ "a\nb\n", "", "" },
		{ "x", "x", "x" },
		{ "x\n", "x\n", "x\n" },
		{ "a\nx1\nb\nx2\nc\n", "\nx1\n\nx2\n", "x1\nx2\n" },
		{ "x1\nx2", "x1\nx2", "x1\nx2" },
		{ "\n\nx\n\n", "\n\nx\n", "x\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *a = strdup(rows[i].text), *b = strdup(rows[i].text);

		assert_row(i, config_file_keep_lines(a, has_x, true) == (*rows[i].numbered != 0));
		assert_row(i, config_file_keep_lines(b, has_x, false) == (*rows[i].joined != 0));
		assert_string_equal(a, rows[i].numbered);
		assert_string_equal(b, rows[i].joined);
	}
}

/* --- reading ---------------------------------------------------------------------------------- */

/* "PATH:TEXT;" of what an observer hears, and "PATH->TARGET;". */
static void hear_file(void *data, const char *path, const char *content, ssize_t length _unused_)
{
	string_add(data, "%s:%s;", path, content ?: "?");
}

static void hear_config_link(void *data, const char *path, const char *target)
{
	string_add(data, "%s->%s;", path, target);
}

static bool cut_all_but_x(char *text)
{
	return config_file_keep_lines(text, has_x, false);
}

static void assert_read(const struct tree *t, const char *path, int wanted, const char *text,
			const char *heard)
{
	struct string all = { 0 };
	const struct sysfs_observer observer = { .file = hear_file,
						 .link = hear_config_link,
						 .data = &all };
	_cleanup_free_ char *got = NULL, *told = NULL;

	string_add(&all, "%s", "");
	sysfs_observe(t->fs, &observer);
	assert_int_equal(config_file_read(t->fs, path, cut_all_but_x, &got), wanted);
	sysfs_observe(t->fs, NULL);
	told = string_take(&all);
	assert_string_equal(told, heard);
	if (text)
		assert_string_equal(got, text);
	else
		assert_null(got);
}

static void test_read(void **state)
{
	const struct tree *t = *state;

	tree_write(t, "a\nx", "/etc/a.conf");
	tree_write(t, "a", "/etc/b.conf");
	tree_write_nothing(t, "/etc/empty.conf");
	tree_folder(t, "/etc/c.conf");
	tree_link(t, "a.conf", "/etc/link.conf");
	tree_link(t, "../../../etc/link.conf", "/etc/twice.conf");
	tree_link(t, "round.conf", "/etc/round.conf");
	tree_link(t, "/dev/null", "/etc/masked.conf");
	assert_read(t, "/etc/a.conf", 0, "x\n", "/etc/a.conf:x\n;");
	/* What does not matter is not captured. */
	assert_read(t, "/etc/b.conf", -ENODATA, NULL, "");
	assert_read(t, "/etc/empty.conf", -ENODATA, NULL, "");
	assert_read(t, "/etc/link.conf", 0, "x\n", "/etc/link.conf->a.conf;/etc/a.conf:x\n;");
	assert_read(t, "/etc/twice.conf", 0, "x\n",
		    "/etc/twice.conf->../../../etc/link.conf;/etc/link.conf->a.conf;"
		    "/etc/a.conf:x\n;");
	assert_read(t, "/etc/masked.conf", 0, "", "/etc/masked.conf->/dev/null;");
	assert_read(t, "/etc/nothing.conf", -ENOENT, NULL, "");
	assert_read(t, "/nowhere/a.conf", -ENOENT, NULL, "");
	assert_true(config_file_read(t->fs, "/etc/c.conf", NULL, &(char *){ NULL }) < 0);
	assert_int_equal(config_file_read(t->fs, "/etc/round.conf", NULL, &(char *){ NULL }),
			 -ELOOP);
}

/* --- directories ------------------------------------------------------------------------------ */

static const char *const directories[] = { "/etc/x.d", "/run/x.d", "/usr/lib/x.d", NULL };

static bool is_conf(const char *name)
{
	return ends_with(name, ".conf");
}

static void test_list(void **state)
{
	static const struct config_directories where = { directories, is_conf };
	const struct tree *t = *state;
	_cleanup_(strv_done) struct strv paths = { 0 };

	assert_int_equal(config_file_list(t->fs, &where, &paths), 0);
	assert_int_equal(paths.n, 0);
	tree_write(t, "", "/usr/lib/x.d/b.conf");
	tree_write(t, "", "/usr/lib/x.d/c.conf");
	tree_write(t, "", "/usr/lib/x.d/README");
	tree_write(t, "", "/etc/x.d/b.conf");
	tree_write(t, "", "/etc/x.d/d.conf");
	tree_write(t, "", "/run/x.d/a.conf");
	assert_int_equal(config_file_list(t->fs, &where, &paths), 0);
	assert_int_equal(paths.n, 4);
	assert_string_equal(paths.items[0], "/run/x.d/a.conf");
	assert_string_equal(paths.items[1], "/etc/x.d/b.conf");
	assert_string_equal(paths.items[2], "/usr/lib/x.d/c.conf");
	assert_string_equal(paths.items[3], "/etc/x.d/d.conf");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keep_lines),
		cmocka_unit_test_setup_teardown(test_read, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_list, tree_set_up, tree_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
