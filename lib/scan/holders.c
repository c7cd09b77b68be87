/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/holders.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"
#include "base/string.h"
#include "base/strv.h"

/* So many are named. */
#define NAMED_MAX 5

struct search {
	const struct sysfs_dir *proc;
	uint64_t major, minor;
	struct opt_str name; /* the device's own, NONE until it is needed */
	const char *pid;     /* the process that is being looked at */
	bool open, mapped;
	bool incomplete; /* something could not be looked at */
	uint64_t n;
	struct strv *holders;
};

static void search_done(struct search *search)
{
	free(search->name.v);
}

/*
 * What a failure says: a process or a descriptor that is gone holds nothing, and a process without
 * memory of its own has empty files (-EBADMSG).
 */
static bool is_gone(int r)
{
	return r == -ENOENT || r == -ESRCH || r == -EBADMSG;
}

static bool is_forbidden(int r)
{
	return r == -EACCES || r == -EPERM;
}

int holders_process_name(const struct sysfs_dir *proc, const char *pid, char **ret)
{
	int r = sysfs_read_str(proc, ret, "%s/comm", pid);

	if (r == 0)
		string_hide_controls(*ret);
	return r;
}

/* --- open ------------------------------------------------------------------------------------- */

static int look_at_fd(void *data, const char *name)
{
	struct search *search = data;
	uint64_t major, minor;
	int r;

	if (search->open)
		return 0;
	r = sysfs_stat_device(search->proc, &major, &minor, "%s/fd/%s", search->pid, name);
	if (r == 0)
		search->open = major == search->major && minor == search->minor;
	/* Where one may not be followed none may. What fails otherwise is a file of some file
	 * system, not a device. */
	return is_forbidden(r) ? r : 0;
}

static int look_for_open(struct search *search)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir fds = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(search->proc->fs, &fds, "/proc/%s/fd", search->pid)
			?: sysfs_list(&fds, look_at_fd, search);

	if (r == -ENOMEM)
		return r;
	if (r < 0 && !is_gone(r))
		search->incomplete = true;
	return 0;
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
				  search->pid, map->start, map->end);

	if (r == 0)
		search->mapped = major == search->major && minor == search->minor;
	return is_forbidden(r) ? compare_names(search, map) : 0;
}

static int look_for_mapped(struct search *search)
{
	_cleanup_free_ char *maps = NULL;
	int r = sysfs_read_file(search->proc, &maps, "%s/maps", search->pid);
	char *rest = maps, *line;
	struct map map;

	if (r == -ENOMEM)
		return r;
	if (r < 0 && !is_gone(r))
		search->incomplete = true;
	while (r == 0 && !search->mapped && (line = strsep(&rest, "\n")))
		if (parse_map(line, &map) && may_be_device(&map))
			r = look_at_map(search, &map);
	return r == -ENOMEM ? r : 0;
}

/* --- all of them ------------------------------------------------------------------------------ */

static int add_holder(struct search *search)
{
	_cleanup_free_ char *name = NULL;
	char *s = NULL;
	int r;

	if (search->n++ >= NAMED_MAX)
		return 0;
	r = holders_process_name(search->proc, search->pid, &name);
	if (r == -ENOMEM)
		return r;
	if (asprintf(&s, "%s (%s): %s", name ?: "?", search->pid,
		     search->mapped ? "mapped" : "open") < 0)
		return -ENOMEM;
	return strv_push_take(search->holders, s);
}

/*
 * Kernel threads have neither descriptors nor mappings, and are most of the processes of an idle
 * machine. They have no program either; nor has a process at its very end, whose mappings are gone
 * by then.
 */
bool holders_process_has_no_program(const struct sysfs_dir *proc, const char *pid)
{
	uint64_t major, minor;

	return sysfs_stat_device(proc, &major, &minor, "%s/exe", pid) == -ENOENT;
}

int holders_process_holds(const struct sysfs_dir *proc, const char *pid, uint64_t major,
			  uint64_t minor, bool *ret_open, bool *ret_mapped, bool *ret_incomplete)
{
	_cleanup_(search_done) struct search search = {
		.proc = proc, .pid = pid, .major = major, .minor = minor
	};
	int r = look_for_open(&search) ?: look_for_mapped(&search);

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

	if (parse_u64(name, 10, &pid) < 0)
		return 0;
	search->pid = name;
	search->open = search->mapped = false;
	if (holders_process_has_no_program(search->proc, name))
		return 0;
	r = look_for_open(search) ?: look_for_mapped(search);
	if (r == 0 && (search->open || search->mapped))
		r = add_holder(search);
	return r;
}

static int add_rest(const struct search *search)
{
	char *s = NULL;

	if (search->n <= NAMED_MAX)
		return 0;
	if (asprintf(&s, "and %" PRIu64 " more", search->n - NAMED_MAX) < 0)
		return -ENOMEM;
	return strv_push_take(search->holders, s);
}

/*
 * Each open file of a character device keeps the module of its driver from being unloaded, and a
 * mapping keeps the file open (drivers/dax/device.c: the owner of dax_fops and of the cdev). So a
 * module that nobody uses has no device that somebody holds, in whatever namespace; the other way
 * round it says nothing. A driver built into the kernel has no such count.
 */
static bool is_unused(struct sysfs *fs, const char *driver)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir module = SYSFS_DIR_INIT;
	uint64_t users;

	return sysfs_dir_open(fs, &module, "/sys/bus/dax/drivers/%s/module", driver) == 0 &&
	       sysfs_read_u64(&module, &users, 10, "refcnt") == 0 && users == 0;
}

int holders_read(struct sysfs *fs, const char *driver, uint64_t major, uint64_t minor,
		 struct opt_strv *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir proc = SYSFS_DIR_INIT;
	_cleanup_(search_done) struct search search = {
		.proc = &proc, .major = major, .minor = minor, .holders = &ret->v
	};
	int r;

	ret->is = DAXBUS_UNKNOWN;
	if (!sysfs_is_live(fs))
		return 0;
	if (driver && is_unused(fs, driver)) {
		ret->is = DAXBUS_NONE;
		return 0;
	}
	r = sysfs_dir_open(fs, &proc, "/proc");
	/* A /proc that hides the processes of others (hidepid) does not have the first one. */
	if (r == 0 && !sysfs_has(&proc, "1"))
		search.incomplete = true;
	if (r == 0)
		r = sysfs_list(&proc, look_at_process, &search) ?: add_rest(&search);
	if (r == -ENOMEM)
		return r;
	if (r == 0 && search.n)
		ret->is = DAXBUS_KNOWN;
	else if (r == 0 && !search.incomplete)
		ret->is = DAXBUS_NONE;
	return 0;
}
