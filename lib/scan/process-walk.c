/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/process-walk.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/string.h"
#include "base/utf8.h"
#include "parsers/cgroup.h"
#include "parsers/numa.h"

/* The link in /proc/self/ns of a process in the first PID namespace, PROC_PID_INIT_INO. */
#define FIRST_PID_NAMESPACE "pid:[4026531836]"

void process_walk_done(struct process_walk *walk)
{
	sysfs_dir_done(&walk->proc);
	strv_done(&walk->threads);
	strv_done(&walk->found);
}

int process_walk_note(struct process_walk *walk, int r)
{
	if (r == -ENOMEM || r == -EINTR)
		return r;
	if (r < 0 && r != -ENOENT && r != -ESRCH)
		walk->incomplete = true;
	return 0;
}

/* --- progress --------------------------------------------------------------------------------- */

/* Milliseconds between two calls of the progress function. */
#define TICK_MS	     250
/* kB of page tables that the kernel walks in less than half a second: those of 8 GiB, in pages. */
#define TABLES_LARGE (16UL << 10)

static bool walk_goes_on(void *data)
{
	const struct daxbus_progress progress = { .what = "examining processes" };
	struct process_walk *walk = data;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((now.tv_sec - walk->tick.tv_sec) * 1000 + (now.tv_nsec - walk->tick.tv_nsec) / 1000000 <
	    TICK_MS)
		return true;
	walk->tick = now;
	return !walk->progress_fn || progress_fn_call(walk->progress_fn, &progress);
}

/* --- a process -------------------------------------------------------------------------------- */

/*
 * Whether the thread has the descriptors of the first one, which have been listed. If the kernel
 * does not say, they are listed again.
 */
static bool shares_files(const struct process_walk *walk, const char *thread)
{
	long pid = strtol(walk->pid, NULL, 10), task = strtol(thread, NULL, 10);

	return pid != task && sysfs_is_host(walk->proc.fs) &&
	       syscall(SYS_kcmp, pid, task, (long)KCMP_FILES, 0L, 0L) == 0;
}

struct files {
	int (*fn)(void *data, const char *thread, const char *fd);
	void *data;
	const char *thread;
};

static int pass_file(void *data, const char *name)
{
	const struct files *files = data;

	return files->fn(files->data, files->thread, name);
}

/* /proc/THREAD exists for every thread. */
static int list_files(struct process_walk *walk, struct files *files)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir fds = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(walk->proc.fs, &fds, "/proc/%s/fd", files->thread)
			?: sysfs_list(&fds, pass_file, files);

	return process_walk_note(walk, r);
}

int process_walk_files(struct process_walk *walk,
		       int (*fn)(void *data, const char *thread, const char *fd), void *data)
{
	struct files files = { fn, data, NULL };
	int r = 0;

	for (size_t i = 0; r == 0 && i < walk->threads.n; i++) {
		files.thread = walk->threads.items[i];
		if (!shares_files(walk, files.thread))
			r = list_files(walk, &files);
	}
	return r;
}

static int find_tables(void *data, char *line)
{
	static const char key[] = "VmPTE:";

	if (!starts_with(line, key))
		return 0;
	return numa_take_number(line + strlen(key), data) ? 1 : -EBADMSG;
}

/* For each mapping in numa_maps the kernel walks its page tables. */
static bool is_slow(const struct process_walk *walk, const char *thread, const char *file)
{
	uint64_t tables = 0;

	return sysfs_is_host(walk->proc.fs) && streq(file, "numa_maps") &&
	       sysfs_read_lines(&walk->proc, find_tables, &tables, "%s/status", thread) != 0 &&
	       tables >= TABLES_LARGE;
}

struct lines {
	struct process_walk *walk;
	int (*fn)(void *data, const char *thread, char *line);
	void *data;
	const char *thread;
	bool any;
};

static int pass_line(void *data, char *line)
{
	struct lines *lines = data;

	lines->any = true;
	return lines->fn(lines->data, lines->thread, line);
}

static bool go_on_reading(void *data)
{
	return walk_goes_on(((struct lines *)data)->walk);
}

static int read_lines(struct lines *lines, const char *file)
{
	const struct sysfs_dir *proc = &lines->walk->proc;
	int r = -EAGAIN;

	if (!walk_goes_on(lines->walk))
		return -EINTR;
	if (is_slow(lines->walk, lines->thread, file))
		r = sysfs_read_slow_lines(proc, pass_line, go_on_reading, lines, "%s/%s",
					  lines->thread, file);
	if (r == -EAGAIN)
		r = sysfs_read_lines(proc, pass_line, lines, "%s/%s", lines->thread, file);
	return r;
}

int process_walk_lines(struct process_walk *walk, const char *thread, const char *file,
		       int (*fn)(void *data, const char *thread, char *line), void *data)
{
	struct lines lines = { .walk = walk, .fn = fn, .data = data, .thread = thread };

	return read_lines(&lines, file);
}

int process_walk_mappings(struct process_walk *walk, const char *file,
			  int (*fn)(void *data, const char *thread, char *line), void *data)
{
	struct lines lines = { .walk = walk, .fn = fn, .data = data };
	int r = 0;

	for (size_t i = 0; r == 0 && !lines.any && i < walk->threads.n; i++) {
		lines.thread = walk->threads.items[i];
		r = process_walk_note(walk, read_lines(&lines, file));
	}
	return r;
}

/* --- all of them ------------------------------------------------------------------------------ */

bool process_walk_shows_all(const struct sysfs_dir *proc)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir self = SYSFS_DIR_INIT;
	_cleanup_free_ char *namespace = NULL;

	return sysfs_has(proc, "1") && sysfs_dir_open(proc->fs, &self, "/proc/self/ns") == 0 &&
	       sysfs_read_link_name(&self, &namespace, "pid") == 0 &&
	       streq(namespace, FIRST_PID_NAMESPACE);
}

static int add_thread(void *data, const char *name)
{
	struct process_walk *walk = data;

	return streq(name, walk->pid) ? 0 : strv_push(&walk->threads, name);
}

static int list_threads(struct process_walk *walk)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir tasks = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(walk->proc.fs, &tasks, "/proc/%s/task", walk->pid);

	strv_done(&walk->threads);
	return r ?: strv_push(&walk->threads, walk->pid) ?: sysfs_list(&tasks, add_thread, walk);
}

/*
 * Kernel threads are most of the processes of an idle machine. They have no program and one thread.
 * A process whose first thread has ended has no program either, but other threads.
 */
static bool has_program(const struct process_walk *walk)
{
	uint64_t major, minor;

	return walk->threads.n > 1 ||
	       sysfs_stat_device(&walk->proc, &major, &minor, "%s/exe", walk->pid) != -ENOENT;
}

static int examine(void *data, const char *name)
{
	struct process_walk *walk = data;
	uint64_t pid;
	int r;

	if (parse_u64(name, 10, &pid) < 0)
		return 0;
	if (!walk_goes_on(walk))
		return -EINTR;
	walk->pid = name;
	r = list_threads(walk);
	if (r < 0)
		return process_walk_note(walk, r);
	return has_program(walk) ? walk->fn(walk->data) : 0;
}

int process_walk_run(struct process_walk *walk, struct sysfs *fs, int (*fn)(void *data), void *data)
{
	int r = sysfs_dir_open(fs, &walk->proc, "/proc");

	if (r < 0)
		return r;
	walk->fn = fn;
	walk->data = data;
	clock_gettime(CLOCK_MONOTONIC, &walk->tick);
	walk->incomplete = !process_walk_shows_all(&walk->proc);
	return sysfs_list(&walk->proc, examine, walk);
}

/* --- those found ------------------------------------------------------------------------------ */

int process_walk_name(const struct sysfs_dir *proc, const char *pid, char **ret)
{
	int r = sysfs_read_str(proc, ret, "%s/comm", pid);

	if (r == 0)
		utf8_hide_controls(*ret);
	return error_keep_oom(r);
}

int process_walk_label(const struct sysfs_dir *proc, const char *pid, char **ret)
{
	_cleanup_free_ char *name = NULL;
	int r = process_walk_name(proc, pid, &name);

	return r ?: string_format(ret, "%s (%s)", name ?: "?", pid);
}

struct process_place {
	char **unit, **container;
};

static int look_at_place(void *data, char *line)
{
	const struct process_place *place = data;

	return cgroup_find(line, place->unit, place->container);
}

int process_walk_place(const struct process_walk *walk, char **ret_unit, char **ret_container)
{
	struct process_place place = { ret_unit, ret_container };
	int r = sysfs_read_lines(&walk->proc, look_at_place, &place, "%s/cgroup", walk->pid);

	utf8_hide_controls(*ret_unit);
	utf8_hide_controls(*ret_container);
	return error_keep_oom(r);
}

int process_walk_add(struct process_walk *walk, const char *how)
{
	_cleanup_free_ char *label = NULL;
	char *s;
	int r;

	if (walk->n_found++ >= PROCESS_WALK_NAMED)
		return 0;
	r = process_walk_label(&walk->proc, walk->pid, &label);
	return r ?: string_format(&s, "%s: %s", label, how) ?: strv_push_take(&walk->found, s);
}

int process_walk_result(struct process_walk *walk, int r, struct opt_strv *ret)
{
	char *s;

	if (r == 0 && walk->n_found > PROCESS_WALK_NAMED)
		r = string_format(&s, "and %" PRIu64 " more", walk->n_found - PROCESS_WALK_NAMED)
			    ?: strv_push_take(&walk->found, s);
	ret->is = DAXBUS_UNKNOWN;
	if (r < 0)
		return r == -EINTR ? r : error_keep_oom(r);
	if (walk->n_found)
		ret->is = DAXBUS_KNOWN;
	else if (!walk->incomplete)
		ret->is = DAXBUS_NONE;
	ret->v = TAKE_STRUCT(walk->found);
	return 0;
}
