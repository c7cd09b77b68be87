/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <sys/stat.h>

#include "base/string.h"
#include "scan/udev.h"
#include "tree.h"
#include "unit.h"

#define ONLINE	"SUBSYSTEM==\"memory\", ACTION==\"add\", ATTR{state}=\"online\""
#define MOVABLE "SUBSYSTEM==\"memory\", ACTION==\"add\", ATTR{state}=\"online_movable\""
#define PROGRAM "SUBSYSTEM==\"memory\", ACTION==\"add\", RUN+=\"/sbin/online %k\""

/* The rules of the tree: "NAME=WORD;...", behind NAME "!" if it is for what goes offline, "?" if it
 * is not certain. */
static void assert_rules(const struct tree *t, const char *wanted)
{
	struct onliners onliners = { 0 };
	struct string all = { 0 };
	_cleanup_free_ char *found = NULL;

	assert_int_equal(udev_find_rules(t->fs, NULL, &onliners), 0);
	string_add(&all, "%s", "");
	for (size_t i = 0; i < onliners.n; i++)
		string_add(&all, "%s%s%s=%s;", onliners.items[i].name,
			   onliners.items[i].when == ONLINER_ADDED ? "" : "!",
			   onliners.items[i].is_certain ? "" : "?", onliners.items[i].word);
	found = string_take(&all);
	assert_string_equal(found, wanted);
	onliner_done(&onliners);
}

static void test_directories(void **state)
{
	const struct tree *t = *state;

	assert_rules(t, "");
	tree_write(t, "# x\n" ONLINE, "/usr/lib/udev/rules.d/40-b.rules");
	tree_write(t, MOVABLE, "/usr/lib/udev/rules.d/40-a.rules");
	tree_write(t, ONLINE, "/usr/lib/udev/rules.d/README");
	tree_write(t, PROGRAM, "/run/udev/rules.d/99-c.rules");
	/* By name, whatever the directory is, as udev reads them. */
	assert_rules(t, "udev rule /usr/lib/udev/rules.d/40-a.rules, line 1=online_movable;"
			"udev rule /usr/lib/udev/rules.d/40-b.rules, line 2=online;"
			"udev rule /run/udev/rules.d/99-c.rules, line 1?=;");
	tree_write(t, "SUBSYSTEM==\"memory\", ATTR{state}=\"online\"",
		   "/usr/lib/udev/rules.d/9.rules");
	tree_write(t, PROGRAM, "/usr/lib/udev/rules.d/40-a.rules");
	assert_rules(t, "udev rule /usr/lib/udev/rules.d/40-a.rules, line 1?=;"
			"udev rule /usr/lib/udev/rules.d/40-b.rules, line 2=online;"
			"udev rule /usr/lib/udev/rules.d/9.rules, line 1=online;"
			"udev rule /usr/lib/udev/rules.d/9.rules, line 1!=online;"
			"udev rule /run/udev/rules.d/99-c.rules, line 1?=;");
	tree_remove(t, "/usr/lib/udev/rules.d/9.rules");
	/* /lib is /usr/lib: nothing counts twice. */
	tree_link(t, "usr/lib", "/lib");
	/* A file of the same name hides, a link to /dev/null masks. */
	tree_write(t, ONLINE, "/etc/udev/rules.d/40-a.rules");
	tree_link(t, "/dev/null", "/etc/udev/rules.d/40-b.rules");
	tree_write(t, "", "/etc/udev/rules.d/99-c.rules");
	assert_rules(t, "udev rule /etc/udev/rules.d/40-a.rules, line 1=online;");
}

/* What is no file, or cannot be read, is skipped, and says nothing of the others. */
static void test_bad_files(void **state)
{
	const struct tree *t = *state;
	_cleanup_free_ char *fifo = NULL, *huge = NULL;

	tree_folder(t, "/etc/udev/rules.d/1.rules");
	tree_link(t, "nowhere", "/etc/udev/rules.d/2.rules");
	tree_link(t, "3.rules", "/etc/udev/rules.d/3.rules");
	tree_write(t, "\"\n{{{\nGOTO=\"\\\n", "/etc/udev/rules.d/4.rules");
	tree_write(t, ONLINE, "/etc/udev/rules.d/9.rules");
	assert_true(asprintf(&fifo, "%s/etc/udev/rules.d/5.rules", t->folder) > 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	tree_write(t, ONLINE, "/etc/udev/rules.d/6.rules");
	assert_true(asprintf(&huge, "%s/etc/udev/rules.d/6.rules", t->folder) > 0);
	assert_int_equal(truncate(huge, (16L << 20) + 1), 0);
	assert_rules(t, "udev rule /etc/udev/rules.d/9.rules, line 1=online;");
}

static void test_links(void **state)
{
	const struct tree *t = *state;

	tree_write(t, ONLINE, "/opt/vendor.txt");
	tree_link(t, "../../../../../opt/vendor.txt", "/etc/udev/rules.d/1.rules");
	assert_rules(t, "udev rule /etc/udev/rules.d/1.rules, line 1=online;");
}

/* Nothing of a tree is at work. */
static void test_tree(void **state)
{
	const struct tree *t = *state;
	struct onliners onliners = { 0 };

	tree_write(t, ONLINE, "/etc/udev/rules.d/1.rules");
	tree_write(t, "", "/run/udev/control");
	tree_write(t, "", "/run/udev/queue");
	assert_int_equal(udev_find_onliners(t->fs, NULL, &onliners), 0);
	assert_int_equal(onliners.n, 0);
	assert_false(udev_is_running(t->fs));
	assert_false(udev_is_busy(t->fs));
}

static void test_find(void **state _unused_)
{
	struct onliners onliners = { 0 };

	assert_null(onliner_find(&onliners, ONLINER_ADDED, ZONE_OFFLINE));
	assert_int_equal(onliner_add(&onliners, "may", "online_movable", ONLINER_ADDED, false), 0);
	assert_null(onliner_find(&onliners, ONLINER_ADDED, ZONE_MOVABLE));
	assert_string_equal(onliner_find(&onliners, ONLINER_ADDED, ZONE_KERNEL)->name, "may");
	assert_string_equal(onliner_find(&onliners, ONLINER_ADDED, ZONE_OFFLINE)->name, "may");
	assert_int_equal(onliner_add(&onliners, "does", "online", ONLINER_ADDED, true), 0);
	assert_string_equal(onliner_find(&onliners, ONLINER_ADDED, ZONE_MOVABLE)->name, "does");
	assert_string_equal(onliner_find(&onliners, ONLINER_ADDED, ZONE_KERNEL)->name, "does");
	assert_string_equal(onliner_find(&onliners, ONLINER_ADDED, ZONE_OFFLINE)->name, "does");
	assert_null(onliner_find(&onliners, ONLINER_OFFLINED, ZONE_OFFLINE));
	assert_int_equal(onliner_add(&onliners, "back", "online", ONLINER_OFFLINED, true), 0);
	assert_string_equal(onliner_find(&onliners, ONLINER_OFFLINED, ZONE_OFFLINE)->name, "back");
	assert_string_equal(onliner_find(&onliners, ONLINER_ADDED, ZONE_OFFLINE)->name, "does");
	onliner_done(&onliners);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_directories, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_bad_files, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_links, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_tree, tree_set_up, tree_tear_down),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
