/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "parsers/modprobe.h"
#include "unit.h"

struct row {
	const char *text;
	/* "COMMAND:NUMBER:NAME:REST;..." */
	const char *lines;
};

static const struct row rows[] = {
	{ "", "" },
	{ "\n\n", "" },
	{ "alias nd:t7* dax_pmem", "alias:1:nd:t7*:dax_pmem;" },
	{ "\talias\t nd:t7*  dax_pmem \n", "alias:1:nd:t7*:dax_pmem;" },
	{ "# alias a b\nblacklist x\n", "blacklist:2:x:;" },
	/* What follows counts where modprobe takes it. */
	{ "alias a b c\n", "alias:1:a:b;" },
	{ "blacklist a b\n", "blacklist:1:a:b;" },
	{ "install a  /bin/sh -c 'x  y'\n", "install:1:a:/bin/sh -c 'x  y';" },
	{ "softdep a pre: b post: c\n", "softdep:1:a:pre: b post: c;" },
	{ "options a x=1\nremove a /bin/true\n", "options:1:a:x=1;remove:2:a:/bin/true;" },
	/* Incomplete, unknown, in the wrong case. */
	{ "alias\nalias a\nblacklist\ninclude x\nAlias a b\nalia a b\n", "" },
	{ "install\ninstall a\nremove a \nsoftdep a\noptions a\n", "" },
	/* Two blanks are an argument of one. */
	{ "install a  \n", "install:1:a:;" },
	/* A comment has to begin its line. */
	{ " # alias a b\n#\nalias #a b\n", "alias:3:#a:b;" },
	/* Continued; the first line counts, and a comment goes on too. */
	{ "blacklist \\\n a\nblacklist b\n", "blacklist:1:a:;blacklist:3:b:;" },
	{ "black\\\nlist a\n", "blacklist:1:a:;" },
	{ "# x \\\nblacklist a\nblacklist b\n", "blacklist:3:b:;" },
	{ "blacklist a\\\n\\\n\n\nblacklist b\n", "blacklist:1:a:;blacklist:5:b:;" },
	/* Elsewhere a backslash is dropped. */
	{ "blacklist \\a\\\\b\n", "blacklist:1:a\\b:;" },
	{ "blacklist a\\", "blacklist:1:a:;" },
	{ "\\", "" },
	/* A carriage return is a letter. */
	{ "blacklist a\r\n", "blacklist:1:a\r:;" },
};

static void test_lines(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *text = strdup(rows[i].text), *found = NULL;
		struct modprobe_reader reader = modprobe_reader(text);
		struct modprobe_line line;
		struct string all = { 0 };

		string_add(&all, "%s", "");
		while (modprobe_read(&reader, &line))
			string_add(&all, "%s:%u:%s:%s;", modprobe_word(line.command), line.number,
				   line.name, line.rest);
		found = string_take(&all);
		assert_row(i, streq(found, rows[i].lines));
	}
}

static void test_names(void **state _unused_)
{
	assert_true(modprobe_same_module("dax-pmem_compat", "dax_pmem-compat"));
	assert_false(modprobe_same_module("dax_pmem", "dax_pmem_compat"));
	assert_false(modprobe_same_module("dax_pmem", ""));
	assert_true(modprobe_name_matches("dax-pmem", "dax_pmem"));
	assert_true(modprobe_name_matches("dax-pm*", "dax_pmem"));
	assert_true(modprobe_name_matches("*", "dax_pmem"));
	assert_true(modprobe_name_matches("dax[A-_]pmem", "dax_pmem"));
	assert_false(modprobe_name_matches("dax[A-_]-pmem", "dax_pmem"));
	assert_false(modprobe_name_matches("dax_pmem?", "dax_pmem"));
	assert_false(modprobe_name_matches("dax_pmem", "dax_pmem_compat"));
	assert_true(modprobe_list_has("a dax-pmem b", "dax_pmem"));
	assert_false(modprobe_list_has("a dax_pmem_compat", "dax_pmem"));
	assert_false(modprobe_list_has("", "dax_pmem"));
	assert_true(modprobe_softdep_has_pre("pre: a dax-pmem post: b", "dax_pmem"));
	assert_true(modprobe_softdep_has_pre("post: b pre: a", "a"));
	assert_false(modprobe_softdep_has_pre("pre: a post: b", "b"));
	assert_false(modprobe_softdep_has_pre("b", "b"));
	assert_true(modprobe_alias_matches("nd:t7*", "nd:t7"));
	assert_true(modprobe_alias_matches("nd:t[67]", "nd:t7"));
	assert_false(modprobe_alias_matches("nd:t7?", "nd:t7"));
	assert_false(modprobe_alias_matches("nd", "nd:t7"));
	assert_true(modprobe_is_file("a.conf"));
	assert_true(modprobe_is_file("a.alias"));
	assert_false(modprobe_is_file(".conf"));
	assert_false(modprobe_is_file(".alias"));
	assert_false(modprobe_is_file("a.alia"));
	assert_false(modprobe_is_file(".a.conf"));
	assert_false(modprobe_is_file("a.conf~"));
	assert_false(modprobe_is_file(""));
}

static void test_files(void **state _unused_)
{
	_cleanup_(modprobe_files_done) struct modprobe_files files = { 0 };
	static const struct modprobe_file sorted[] = {
		{ (char *)"/lib", (char *)"A.conf", false },
		{ (char *)"/etc", (char *)"a.conf", false },
		{ (char *)"/run", (char *)"a.conf", true },
		{ (char *)"/run", (char *)"b.conf", false },
	};

	assert_int_equal(modprobe_add_file(&files, "/etc", "a.conf"), 0);
	assert_int_equal(modprobe_add_file(&files, "/run", "b.conf"), 0);
	assert_int_equal(modprobe_add_file(&files, "/run", "a.conf"), 0);
	assert_int_equal(modprobe_add_file(&files, "/lib", "A.conf"), 0);
	modprobe_sort_files(&files);
	assert_int_equal(files.n, ARRAY_SIZE(sorted));
	for (size_t i = 0; i < files.n; i++) {
		assert_row(i, streq(files.items[i].directory, sorted[i].directory));
		assert_row(i, streq(files.items[i].name, sorted[i].name));
		assert_row(i, files.items[i].hidden == sorted[i].hidden);
	}
}

static void test_directories(void **state _unused_)
{
	assert_string_equal(modprobe_directories[0], "/etc/modprobe.d");
	assert_string_equal(modprobe_directories[4], "/lib/modprobe.d");
	assert_null(modprobe_directories[5]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_directories),
	};

	return cmocka_run_group_tests_name("modprobe", tests, NULL, NULL);
}
