/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/holders.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/string.h"
#include "base/strv.h"

/* So many are named. */
#define NAMED_MAX	    5
/* The link in /proc/self/ns of a process in the first PID namespace, PROC_PID_INIT_INO. */
#define FIRST_PID_NAMESPACE "pid:[4026531836]"
/*
 * The least that an open character device holds of the module of its driver: chrdev_open() takes
 * it for the cdev and for the file operations.
 */
#define USES_OF_A_FILE	    2

/*
 * @proc: the directory /proc
 * @major, @minor: number of the device
 * @name: its own name, NONE until it is needed
 * @pid: the process that is being searched
 * @task: the thread of it
 * @has_maps: mappings were found; the threads of a process share them
 * @open, @mapped: the process has the device open, or mapped
 * @incomplete: something could not be searched
 * @files: at least so many files and mappings of devices of this major number exist
 * @n: processes found
 * @holders: describes the first of them
 */
struct search {
	const struct sysfs_dir *proc;
	uint64_t major, minor;
	struct opt_str name;
	const char *pid, *task;
	bool has_maps;
	bool open, mapped;
	bool incomplete;
	uint64_t files;
	uint64_t n;
	struct strv *holders;
};

static void search_done(struct search *search)
{
	free(search->name.v);
}

/* What a failure says: a process or a descriptor that is gone holds nothing. */
static bool is_gone(int r)
{
	return r == -ENOENT || r == -ESRCH;
}

static bool is_forbidden(int r)
{
	return r == -EACCES || r == -EPERM;
}

/* What a failure to search a part of a process means for the whole. */
static int note_failure(struct search *search, int r)
{
	if (r < 0 && r != -ENOMEM && !is_gone(r))
		search->incomplete = true;
	return r == -ENOMEM ? r : 0;
}

int holders_process_name(const struct sysfs_dir *proc, const char *pid, char **ret)
{
	int r = sysfs_read_str(proc, ret, "%s/comm", pid);

	if (r == 0)
		string_hide_controls(*ret);
	return r;
}

/* Count a device of the driver. Return: whether it is the one that is searched for. */
static bool count_file(struct search *search, uint64_t major, uint64_t minor)
{
	search->files += major == search->major;
	return major == search->major && minor == search->minor;
}

/* --- open ------------------------------------------------------------------------------------- */

static int look_at_fd(void *data, const char *name)
{
	struct search *search = data;
	uint64_t major, minor;
	int r;

	if (search->open)
		return 0;
	r = sysfs_stat_device(search->proc, &major, &minor, "%s/fd/%s", search->task, name);
	if (r == 0)
		search->open = count_file(search, major, minor);
	/* Where one may not be followed none may. What fails otherwise is a file of some file
	 * system, not a device. */
	return is_forbidden(r) ? r : 0;
}

/*
 * Whether the thread has the descriptors of the first one, which have been searched. If the kernel
 * does not tell, they are searched again.
 */
static bool shares_files(const struct search *search)
{
	long pid = strtol(search->pid, NULL, 10), task = strtol(search->task, NULL, 10);

	return pid != task && syscall(SYS_kcmp, pid, task, (long)KCMP_FILES, 0L, 0L) == 0;
}

static int look_for_open(struct search *search)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir fds = SYSFS_DIR_INIT;
	int r;

	if (shares_files(search))
		return 0;
	r = sysfs_dir_open(search->proc->fs, &fds, "/proc/%s/fd", search->task);
	if (r == 0)
		r = sysfs_list(&fds, look_at_fd, search);
	return note_failure(search, r);
}

/* --- mapped ----------------------------------------------------------------------------------- */

/* A line of /proc/PID/maps, cut up: "START-END PERMISSIONS OFFSET DEVICE INODE    PATH". */
struct map {
	uint64_t start, end;
	const char *permissions;
	char *path;
};

static bool parse_map(char *line, struct map *ret)
{
	char *range = strsep(&line, " ");

	ret->permissions = line ? strsep(&line, " ") : NULL;
	for (int i = 0; i < 3 && line; i++)
		strsep(&line, " ");
	if (!line || parse_range(range, &ret->start, &ret->end) < 0)
		return false;
	ret->path = line + strspn(line, " ");
	return true;
}

/* Devices of this kind are mapped shared, or not at all. */
static bool may_be_device(const struct map *map)
{
	return strchr(map->permissions, 's') && *map->path == '/' &&
	       !starts_with(map->path, "/memfd:") && !starts_with(map->path, "/SYSV");
}

/* The device's name, as /sys/dev/char knows it. Return: 0, unknown there; -ENOMEM. */
static int read_device_name(struct search *search)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r;

	if (search->name.is != DAXBUS_NONE)
		return 0;
	r = sysfs_dir_open(search->proc->fs, &dir, "/sys/dev/char")
		    ?: sysfs_read_link_name(&dir, &search->name.v, "%" PRIu64 ":%" PRIu64,
					    search->major, search->minor);
	search->name.is = r == 0 ? DAXBUS_KNOWN : DAXBUS_UNKNOWN;
	return r == -ENOMEM ? r : 0;
}

/*
 * By the path that was mapped, without the right to follow /proc/PID/map_files: its name is the
 * device's, wherever a container has its devices.
 */
static int compare_names(struct search *search, const struct map *map)
{
	static const char deleted[] = " (deleted)";
	const char *name = strrchr(map->path, '/') + 1;
	size_t length = strlen(name);
	int r = read_device_name(search);

	if (r < 0)
		return r;
	if (search->name.is != DAXBUS_KNOWN) {
		search->incomplete = true;
		return 0;
	}
	if (length >= strlen(deleted) && streq(name + length - strlen(deleted), deleted))
		length -= strlen(deleted);
	search->mapped =
		strlen(search->name.v) == length && strncmp(search->name.v, name, length) == 0;
	return 0;
}

static int look_at_map(struct search *search, const struct map *map)
{
	uint64_t major, minor;
	int r = sysfs_stat_device(search->proc, &major, &minor, "%s/map_files/%" PRIx64 "-%" PRIx64,
				  search->task, map->start, map->end);

	if (r == 0)
		search->mapped = count_file(search, major, minor);
	return is_forbidden(r) ? compare_names(search, map) : 0;
}

static int look_at_line(void *data, char *line)
{
	struct search *search = data;
	struct map map;

	search->has_maps = true;
	if (search->mapped || !parse_map(line, &map) || !may_be_device(&map))
		return 0;
	return look_at_map(search, &map);
}

static int look_for_mapped(struct search *search)
{
	if (search->has_maps)
		return 0;
	return note_failure(search, sysfs_read_lines(search->proc, look_at_line, search, "%s/maps",
						     search->task));
}

/* --- threads ---------------------------------------------------------------------------------- */

static int look_at_task(void *data, const char *name)
{
	struct search *search = data;

	search->task = name;
	return look_for_open(search) ?: look_for_mapped(search);
}

/*
 * Each thread can have descriptors of its own, and of a process whose first thread has ended only
 * the other threads show descriptors and mappings. /proc/TID exists for every thread.
 */
static int look_at_tasks(struct search *search, const char *pid)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir tasks = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(search->proc->fs, &tasks, "/proc/%s/task", pid);

	search->pid = pid;
	search->open = search->mapped = search->has_maps = false;
	if (r == 0)
		r = sysfs_list(&tasks, look_at_task, search);
	return note_failure(search, r);
}

static int count_entry(void *data, const char *name _unused_)
{
	++*(uint64_t *)data;
	return 0;
}

/*
 * Kernel threads have neither descriptors nor mappings, and are most of the processes of an idle
 * machine. They have no program and one thread. A process whose first thread has ended has no
 * program either, but other threads.
 */
bool holders_process_has_no_program(const struct sysfs_dir *proc, const char *pid)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir tasks = SYSFS_DIR_INIT;
	uint64_t major, minor, n = 0;

	if (sysfs_stat_device(proc, &major, &minor, "%s/exe", pid) != -ENOENT)
		return false;
	return sysfs_dir_open(proc->fs, &tasks, "/proc/%s/task", pid) < 0 ||
	       (sysfs_list(&tasks, count_entry, &n) == 0 && n < 2);
}

/* --- all of them ------------------------------------------------------------------------------ */

static int add_holder(struct search *search)
{
	_cleanup_free_ char *name = NULL;
	char *s;
	int r;

	if (search->n++ >= NAMED_MAX)
		return 0;
	r = holders_process_name(search->proc, search->pid, &name);
	if (r == -ENOMEM)
		return r;
	return string_format(&s, "%s (%s): %s", name ?: "?", search->pid,
			     search->mapped ? "mapped" : "open")
		       ?: strv_push_take(search->holders, s);
}

int holders_process_holds(const struct sysfs_dir *proc, const char *pid, uint64_t major,
			  uint64_t minor, bool *ret_open, bool *ret_mapped, bool *ret_incomplete)
{
	_cleanup_(search_done) struct search search = { .proc = proc,
							.major = major,
							.minor = minor };
	int r = look_at_tasks(&search, pid);

	*ret_open |= search.open;
	*ret_mapped |= search.mapped;
	*ret_incomplete |= search.incomplete;
	return r;
}

static int look_at_process(void *data, const char *name)
{
	struct search *search = data;
	uint64_t pid;
	int r;

	if (parse_u64(name, 10, &pid) < 0 || holders_process_has_no_program(search->proc, name))
		return 0;
	r = look_at_tasks(search, name);
	if (r == 0 && (search->open || search->mapped))
		r = add_holder(search);
	return r;
}

static int add_rest(const struct search *search)
{
	char *s;

	if (search->n <= NAMED_MAX)
		return 0;
	return string_format(&s, "and %" PRIu64 " more", search->n - NAMED_MAX)
		       ?: strv_push_take(search->holders, s);
}

/*
 * Each open file of a character device keeps the module of its driver from being unloaded, and a
 * mapping keeps the file open (drivers/dax/device.c: the owner of dax_fops and of the cdev). So a
 * module that nobody uses has no device that somebody holds, in whatever namespace. A module that
 * needs this one (dax_pmem_compat before 5.17) is counted once, and no user of a device. A driver
 * built into the kernel has no such count.
 */
static struct opt_u64 read_uses(struct sysfs *fs, const char *driver)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir module = SYSFS_DIR_INIT,
						   needed_by = SYSFS_DIR_INIT;
	uint64_t uses, n = 0;

	if (driver && sysfs_dir_open(fs, &module, "/sys/bus/dax/drivers/%s/module", driver) == 0 &&
	    sysfs_read_u64(&module, &uses, 10, "refcnt") == 0 &&
	    sysfs_dir_open(fs, &needed_by, "%s/holders", module.path) == 0 &&
	    sysfs_list(&needed_by, count_entry, &n) == 0 && n <= uses)
		return known(uses - n);
	return unknown();
}

/* Files that no process was seen to have: the kernel itself has them, or a process that is hidden.
 */
static bool has_more_uses(struct sysfs *fs, const char *driver, const struct search *search)
{
	struct opt_u64 uses = read_uses(fs, driver);

	return is_known(&uses) && uses.v > search->files * USES_OF_A_FILE;
}

/* In a PID namespace of its own it shows those of the namespace. */
bool holders_are_visible(const struct sysfs_dir *proc)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir self = SYSFS_DIR_INIT;
	_cleanup_free_ char *namespace = NULL;

	if (!sysfs_has(proc, "1"))
		return false;
	return sysfs_dir_open(proc->fs, &self, "/proc/self/ns") == 0 &&
	       sysfs_read_link_name(&self, &namespace, "pid") == 0 &&
	       streq(namespace, FIRST_PID_NAMESPACE);
}

static int search_processes(struct search *search)
{
	search->incomplete = !holders_are_visible(search->proc);
	return sysfs_list(search->proc, look_at_process, search) ?: add_rest(search);
}

int holders_read(struct sysfs *fs, const char *driver, uint64_t major, uint64_t minor,
		 struct opt_strv *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir proc = SYSFS_DIR_INIT;
	_cleanup_(search_done) struct search search = {
		.proc = &proc, .major = major, .minor = minor, .holders = &ret->v
	};
	struct opt_u64 uses;
	int r;

	ret->is = DAXBUS_UNKNOWN;
	if (!sysfs_is_live(fs))
		return 0;
	uses = read_uses(fs, driver);
	if (is_known(&uses) && !uses.v) {
		ret->is = DAXBUS_NONE;
		return 0;
	}
	r = sysfs_dir_open(fs, &proc, "/proc");
	if (r == 0)
		r = search_processes(&search);
	if (r == -ENOMEM)
		return r;
	if (r == 0 && search.n)
		ret->is = DAXBUS_KNOWN;
	else if (r == 0 && !search.incomplete && !has_more_uses(fs, driver, &search))
		ret->is = DAXBUS_NONE;
	return 0;
}
