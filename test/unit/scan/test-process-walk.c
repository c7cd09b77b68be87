/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/process-walk.h"

#include <errno.h>
#include <stdio.h>

#include "tree.h"
#include "unit.h"

/* A process, and threads of it whose number is that of the process, then the next ones. */
static void make_process(const struct tree *t, unsigned int pid, const char *name,
			 unsigned int threads)
{
	tree_write(t, name, "/proc/%u/comm", pid);
	for (unsigned int i = 0; i < threads; i++) {
		tree_folder(t, "/proc/%u/task/%u", pid, pid + i);
		tree_folder(t, "/proc/%u/fd", pid + i);
	}
}

/* /proc of the whole machine */
static void show_all(const struct tree *t)
{
	make_process(t, 1, "init", 1);
	tree_link(t, "pid:[4026531836]", "/proc/self/ns/pid");
}

/* What the walk passes, one after the other. */
struct look {
	struct process_walk walk;
	char passed[256];
	const char *file; /* of mappings; NULL: descriptors */
	int answer;
};
#define LOOK_INIT                                                                                  \
	{                                                                                          \
		.walk = PROCESS_WALK_INIT                                                          \
	}

static void pass(struct look *look, const char *a, const char *b)
{
	size_t n = strlen(look->passed);

	snprintf(look->passed + n, sizeof(look->passed) - n, "%s%s:%s", n ? " " : "", a, b);
}

static int see_fd(void *data, const char *thread, const char *fd)
{
	struct look *look = data;

	pass(look, thread, fd);
	return look->answer;
}

static int see_line(void *data, const char *thread, char *line)
{
	struct look *look = data;

	pass(look, thread, line);
	return look->answer;
}

static int look_at_process(void *data)
{
	struct look *look = data;

	return look->file ? process_walk_mappings(&look->walk, look->file, see_line, look)
			  : process_walk_files(&look->walk, see_fd, look);
}

static void assert_passed(const struct tree *t, struct look *look, const char *passed,
			  bool incomplete)
{
	assert_int_equal(process_walk_run(&look->walk, t->fs, look_at_process, look), 0);
	assert_string_equal(look->passed, passed);
	assert_int_equal(look->walk.incomplete, incomplete);
	process_walk_done(&look->walk);
	*look = (struct look)LOOK_INIT;
}

/* Each thread may have a table of its own. */
static void test_files(void **state)
{
	const struct tree *t = *state;
	struct look look = LOOK_INIT;

	show_all(t);
	make_process(t, 10, "two", 2);
	tree_link(t, "/dev/null", "/proc/10/fd/3");
	tree_link(t, "/dev/null", "/proc/11/fd/4");
	tree_link(t, "/dev/null", "/proc/12/fd/5"); /* no process, and no thread */
	assert_passed(t, &look, "10:3 11:4", false);
	/* A thread that has gone has none. */
	tree_remove(t, "/proc/10/fd");
	assert_passed(t, &look, "11:4", false);
	/* One whose descriptors may not be listed may have any. */
	tree_write(t, "", "/proc/10/fd");
	assert_passed(t, &look, "11:4", true);
	tree_remove(t, "/proc/10/fd");
	look.answer = -EACCES;
	assert_passed(t, &look, "11:4", true);
}

/* Threads share mappings; one that has ended shows none. */
static void test_mappings(void **state)
{
	const struct tree *t = *state;
	struct look look = LOOK_INIT;

	show_all(t);
	make_process(t, 10, "two", 3);
	tree_write(t, "a\nb", "/proc/10/maps");
	tree_write(t, "c", "/proc/11/maps");
	look.file = "maps";
	assert_passed(t, &look, "10:a 10:b", false);
	tree_write_nothing(t, "/proc/10/maps");
	look.file = "maps";
	assert_passed(t, &look, "11:c", false);
	tree_remove(t, "/proc/10/maps");
	look.file = "maps";
	assert_passed(t, &look, "11:c", false);
	/* What may not be read makes the walk incomplete, and the next thread shows the same. */
	tree_folder(t, "/proc/10/maps");
	look.file = "maps";
	assert_passed(t, &look, "11:c", true);
	/* The end of a reading is none of the walk. */
	tree_remove(t, "/proc/10/maps");
	tree_write(t, "a\nb", "/proc/10/maps");
	look.file = "maps";
	look.answer = 1;
	assert_passed(t, &look, "10:a", false);
}

/* With another first process, or in another namespace, there are others that do not show. */
static void test_visible(void **state)
{
	const struct tree *t = *state;
	struct look look = LOOK_INIT;

	tree_folder(t, "/proc");
	assert_passed(t, &look, "", true);
	show_all(t);
	assert_passed(t, &look, "", false);
	tree_remove(t, "/proc/1");
	assert_passed(t, &look, "", true);
	make_process(t, 1, "init", 1);
	tree_remove(t, "/proc/self/ns/pid");
	tree_link(t, "pid:[4026532000]", "/proc/self/ns/pid");
	assert_passed(t, &look, "", true);
	tree_remove(t, "/proc");
	assert_int_equal(process_walk_run(&look.walk, t->fs, look_at_process, &look), -ENOENT);
}

static int stop(void *data)
{
	++*(unsigned int *)data;
	return -EINTR;
}

static void test_stop(void **state)
{
	_cleanup_(process_walk_done) struct process_walk walk = PROCESS_WALK_INIT;
	const struct tree *t = *state;
	unsigned int n = 0;

	show_all(t);
	make_process(t, 10, "two", 1);
	assert_int_equal(process_walk_run(&walk, t->fs, stop, &n), -EINTR);
	assert_int_equal(n, 1);
}

static bool refuse(void *data, const struct daxbus_progress *progress)
{
	assert_string_equal(progress->what, "examining processes");
	++*(unsigned int *)data;
	return false;
}

static int wait_for_tick(void *data _unused_)
{
	const struct timespec pause = { .tv_nsec = 300 * 1000000L };

	nanosleep(&pause, NULL);
	return 0;
}

/* The walk ends when it is asked to, and that is not taken for "nobody". */
static void test_progress(void **state)
{
	_cleanup_(process_walk_done) struct process_walk walk = PROCESS_WALK_INIT;
	const struct tree *t = *state;
	unsigned int n = 0;
	const struct progress_fn fn = { refuse, &n };
	struct opt_strv found = { 0 };

	show_all(t);
	make_process(t, 10, "two", 1);
	walk.progress_fn = &fn;
	assert_int_equal(process_walk_run(&walk, t->fs, wait_for_tick, NULL), -EINTR);
	assert_int_equal(n, 1);
	assert_int_equal(process_walk_result(&walk, -EINTR, &found), -EINTR);
	assert_int_equal(found.is, DAXBUS_UNKNOWN);
}

/* --- those found ------------------------------------------------------------------------------ */

static int find(void *data)
{
	struct process_walk *walk = data;

	return streq(walk->pid, "1") ? 0 : process_walk_add(walk, "here");
}

static void read_found(const struct tree *t, struct opt_strv *ret)
{
	_cleanup_(process_walk_done) struct process_walk walk = PROCESS_WALK_INIT;
	int r = process_walk_run(&walk, t->fs, find, &walk);

	*ret = (struct opt_strv){ 0 };
	assert_int_equal(process_walk_result(&walk, r, ret), 0);
}

static void assert_found(const struct tree *t, enum daxbus_presence is, size_t n, const char *item)
{
	_cleanup_(opt_strv_done) struct opt_strv found;

	read_found(t, &found);
	assert_int_equal(found.is, is);
	assert_int_equal(found.v.n, n);
	if (item)
		assert_true(strv_has(&found.v, item));
}

static void test_found(void **state)
{
	const struct tree *t = *state;

	assert_found(t, DAXBUS_UNKNOWN, 0, NULL);
	tree_folder(t, "/proc/self/ns");
	assert_found(t, DAXBUS_UNKNOWN, 0, NULL);
	show_all(t);
	assert_found(t, DAXBUS_NONE, 0, NULL);
	for (unsigned int i = 1; i <= 5; i++)
		make_process(t, i * 10, "a\033[1m\nb\177", 1);
	assert_found(t, DAXBUS_KNOWN, 5, "a?[1m?b? (50): here");
	make_process(t, 60, "more", 1);
	make_process(t, 70, "more", 1);
	assert_found(t, DAXBUS_KNOWN, 6, "and 2 more");
	/* One is enough to know, whatever else is hidden. */
	tree_remove(t, "/proc/1");
	for (unsigned int i = 2; i <= 7; i++)
		tree_remove(t, "/proc/%u", i * 10);
	tree_remove(t, "/proc/10/comm");
	assert_found(t, DAXBUS_KNOWN, 1, "? (10): here");
}

int main(void)
{
#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)
	const struct CMUnitTest tests[] = {
		IN_TREE(test_files), IN_TREE(test_mappings), IN_TREE(test_visible),
		IN_TREE(test_stop),  IN_TREE(test_progress), IN_TREE(test_found),
	};

	return cmocka_run_group_tests_name("process-walk", tests, NULL, NULL);
}
