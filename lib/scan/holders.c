/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/holders.h"

#include <errno.h>
#include <inttypes.h>

#include "base/parse.h"
#include "base/string.h"

/*
 * The least that an open character device holds of the module of its driver: chrdev_open() takes
 * it for the cdev and for the file operations.
 */
#define USES_OF_A_FILE 2

/*
 * @walk: the walk over the processes; its current process is being searched
 * @major, @minor: number of the device
 * @name: its own name, NONE until it is needed
 * @open, @mapped: the process has the device open, or mapped
 * @files: at least so many files and mappings of devices of this major number exist
 */
struct search {
	struct process_walk *walk;
	uint64_t major, minor;
	struct opt_str name;
	bool open, mapped;
	uint64_t files;
};

static void search_done(struct search *search)
{
	free(search->name.v);
}

static bool is_forbidden(int r)
{
	return r == -EACCES || r == -EPERM;
}

/* Count a device of the driver. Return: whether it is the one that is searched for. */
static bool count_file(struct search *search, uint64_t major, uint64_t minor)
{
	search->files += major == search->major;
	return major == search->major && minor == search->minor;
}

/* --- open ------------------------------------------------------------------------------------- */

static int look_at_fd(void *data, const char *thread, const char *fd)
{
	struct search *search = data;
	uint64_t major, minor;
	int r;

	if (search->open)
		return 0;
	r = sysfs_stat_device(&search->walk->proc, &major, &minor, "%s/fd/%s", thread, fd);
	if (r == 0)
		search->open = count_file(search, major, minor);
	/* Where one may not be followed none may. What fails otherwise is a file of some file
	 * system, not a device. */
	return is_forbidden(r) ? r : 0;
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
	r = sysfs_dir_open(search->walk->proc.fs, &dir, "/sys/dev/char")
		    ?: sysfs_read_link_name(&dir, &search->name.v, "%" PRIu64 ":%" PRIu64,
					    search->major, search->minor);
	search->name.is = r == 0 ? DAXBUS_KNOWN : DAXBUS_UNKNOWN;
	return error_keep_oom(r);
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
		search->walk->incomplete = true;
		return 0;
	}
	if (length >= strlen(deleted) && streq(name + length - strlen(deleted), deleted))
		length -= strlen(deleted);
	search->mapped =
		strlen(search->name.v) == length && strncmp(search->name.v, name, length) == 0;
	return 0;
}

static int look_at_map(struct search *search, const char *thread, const struct map *map)
{
	uint64_t major, minor;
	int r = sysfs_stat_device(&search->walk->proc, &major, &minor,
				  "%s/map_files/%" PRIx64 "-%" PRIx64, thread, map->start,
				  map->end);

	if (r == 0)
		search->mapped = count_file(search, major, minor);
	return is_forbidden(r) ? compare_names(search, map) : 0;
}

static int look_at_line(void *data, const char *thread, char *line)
{
	struct search *search = data;
	struct map map;

	if (search->mapped || !parse_map(line, &map) || !may_be_device(&map))
		return 0;
	return look_at_map(search, thread, &map);
}

/* --- all of them ------------------------------------------------------------------------------ */

static int search_process(struct search *search)
{
	search->open = search->mapped = false;
	return process_walk_files(search->walk, look_at_fd, search)
		       ?: process_walk_mappings(search->walk, "maps", look_at_line, search);
}

int holders_process_holds(struct process_walk *walk, uint64_t major, uint64_t minor, bool *ret_open,
			  bool *ret_mapped)
{
	_cleanup_(search_done) struct search search = { .walk = walk,
							.major = major,
							.minor = minor };
	int r = search_process(&search);

	*ret_open = search.open;
	*ret_mapped = search.mapped;
	return r;
}

static int look_at_process(void *data)
{
	struct search *search = data;
	int r = search_process(search);

	if (r == 0 && (search->open || search->mapped))
		r = process_walk_add(search->walk, search->mapped ? "mapped" : "open");
	return r;
}

static int count_entry(void *data, const char *name _unused_)
{
	++*(uint64_t *)data;
	return 0;
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

/* Files that no process was seen to have: the kernel itself has them, or a hidden process. */
static bool has_more_uses(struct sysfs *fs, const char *driver, const struct search *search)
{
	struct opt_u64 uses = read_uses(fs, driver);

	return is_known(&uses) && uses.v > search->files * USES_OF_A_FILE;
}

int holders_read(struct sysfs *fs, const char *driver, uint64_t major, uint64_t minor,
		 struct opt_strv *ret)
{
	_cleanup_(process_walk_done) struct process_walk walk = PROCESS_WALK_INIT;
	_cleanup_(search_done) struct search search = { .walk = &walk,
							.major = major,
							.minor = minor };
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
	r = process_walk_run(&walk, fs, look_at_process, &search);
	if (r == 0 && !walk.n_found)
		walk.incomplete |= has_more_uses(fs, driver, &search);
	return process_walk_result(&walk, r, ret);
}
