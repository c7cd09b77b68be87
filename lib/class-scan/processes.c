/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/processes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "base/string.h"
#include "scan/holders.h"
#include "scan/process-walk.h"

struct class_device {
	char *path; /* the real directory */
	uint64_t major, minor;
	bool has_number;
};

/* A file or a directory, as /proc/PID/fdinfo names what is watched. */
struct watched {
	uint64_t device, inode;
};

struct process_search {
	struct sysfs *fs;
	struct sysfs_dir class;
	struct process_walk walk;
	struct class_device *devices;
	size_t n_devices;
	struct watched *watched;
	size_t n_watched;
	int (*fn)(void *data, const struct process *running);
	void *data;
	uint64_t n, unreadable;
	char *self;
	/* of the process that is being examined */
	char *program, *open, *watches;
};

static void process_search_done(struct process_search *search)
{
	for (size_t i = 0; i < search->n_devices; i++)
		free(search->devices[i].path);
	free(search->devices);
	free(search->watched);
	sysfs_dir_done(&search->class);
	process_walk_done(&search->walk);
	free(search->self);
	free(search->program);
	free(search->open);
	free(search->watches);
}

/* --- what there is of the class --------------------------------------------------------------- */

/* As the kernel keeps numbers of devices, and prints them in fdinfo. */
static int add_watched(struct process_search *search, const struct sysfs_dir *dir, const char *name)
{
	struct watched w;

	if (sysfs_stat_inode(dir, &w.device, &w.inode, "%s", name) < 0)
		return 0;
	return ARRAY_PUSH(search->watched, search->n_watched, w);
}

struct directory {
	struct process_search *search;
	struct sysfs_dir *dir;
};

static int add_entry(void *data, const char *name)
{
	const struct directory *directory = data;

	return add_watched(directory->search, directory->dir, name);
}

/* A directory and all that is in it. */
static int add_directory(struct process_search *search, const char *path)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT, parent = SYSFS_DIR_INIT;
	struct directory directory = { search, &dir };
	_cleanup_free_ char *above = strdup(path);
	char *name = above ? string_cut_path_name(above) : NULL;
	int r;

	if (!above)
		return -ENOMEM;
	if (!name)
		return 0;
	r = sysfs_dir_open(search->fs, &parent, "%s", above)
		?: add_watched(search, &parent, name)
		?: sysfs_dir_open(search->fs, &dir, "%s", path)
		?: sysfs_list(&dir, add_entry, &directory);
	return error_keep_oom(r);
}

static void read_number(const struct sysfs_dir *class, const char *name,
			struct class_device *device)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *number = NULL;

	if (sysfs_dir_open(class->fs, &dir, "%s/%s", class->path, name) == 0 &&
	    sysfs_read_str(&dir, &number, "dev") == 0)
		device->has_number =
			sscanf(number, "%" SCNu64 ":%" SCNu64, &device->major, &device->minor) == 2;
}

static int add_class_device(void *data, const char *name)
{
	struct process_search *search = data;
	struct class_device device = { 0 };
	int r = sysfs_read_link(&search->class, &device.path, "%s", name);

	if (r < 0)
		return error_keep_oom(r);
	read_number(&search->class, name, &device);
	if (ARRAY_PUSH(search->devices, search->n_devices, device) < 0) {
		free(device.path);
		return -ENOMEM;
	}
	return add_directory(search, device.path);
}

static int read_class(struct process_search *search)
{
	int r = sysfs_dir_open(search->fs, &search->class, "/sys/class/dax");

	if (r < 0)
		return r;
	return add_directory(search, search->class.path)
		       ?: sysfs_list(&search->class, add_class_device, search);
}

/* --- one process ------------------------------------------------------------------------------ */

static bool is_below(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	return strncmp(path, directory, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static bool is_of_class(const struct process_search *search, const char *path)
{
	if (is_below(path, search->class.path))
		return true;
	for (size_t i = 0; i < search->n_devices; i++)
		if (is_below(path, search->devices[i].path))
			return true;
	return false;
}

static bool is_watched(const struct process_search *search, uint64_t device, uint64_t inode)
{
	for (size_t i = 0; i < search->n_watched; i++)
		if (search->watched[i].inode == inode && search->watched[i].device == device)
			return true;
	return false;
}

/* "inotify wd:1 ino:2a sdev:15 mask:100 ...", "fanotify ino:2a sdev:15 ..." */
static bool parse_watch(const char *line, uint64_t *ret_device, uint64_t *ret_inode)
{
	const char *inode = strstr(line, " ino:");

	return (starts_with(line, "inotify ") || starts_with(line, "fanotify ")) && inode &&
	       sscanf(inode, " ino:%" SCNx64 " sdev:%" SCNx64, ret_inode, ret_device) == 2;
}

static int look_at_watches(struct process_search *search, const char *thread, const char *fd)
{
	_cleanup_free_ char *info = NULL;
	uint64_t device, inode;
	char *rest, *line;
	int r = sysfs_read_file(&search->walk.proc, &info, "%s/fdinfo/%s", thread, fd);

	if (r < 0)
		return error_keep_oom(r);
	rest = info;
	while (!search->watches && (line = strsep(&rest, "\n"))) {
		if (!parse_watch(line, &device, &inode) || !is_watched(search, device, inode))
			continue;
		search->watches = strdup("/sys/class/dax");
		if (!search->watches)
			return -ENOMEM;
	}
	return 0;
}

/* @what: a link in the directory of the process, or of one of its threads */
static int look_at_link(struct process_search *search, const char *thread, const char *what,
			char **ret)
{
	int r = sysfs_read_link(&search->walk.proc, ret, "%s/%s", thread, what);

	if (r == 0 && !search->open && is_of_class(search, *ret))
		r = string_copy(&search->open, *ret);
	return process_walk_note(&search->walk, r);
}

static int look_at_directory(struct process_search *search, const char *what)
{
	_cleanup_free_ char *target = NULL;

	return look_at_link(search, search->walk.pid, what, &target);
}

static int look_at_fd(void *data, const char *thread, const char *fd)
{
	struct process_search *search = data;
	_cleanup_free_ char *what = NULL, *target = NULL;
	int r = string_format(&what, "fd/%s", fd) ?: look_at_link(search, thread, what, &target);

	if (r < 0 || !target)
		return r;
	if (strstr(target, "/anon_inode:inotify") || strstr(target, "/anon_inode:[fanotify]"))
		return look_at_watches(search, thread, fd);
	return 0;
}

static int report(struct process_search *search, const char *name, enum finding use,
		  const char *what)
{
	const struct process running = { .pid = search->walk.pid,
					 .name = name,
					 .program = search->program,
					 .use = use,
					 .what = what };

	return what ? search->fn(search->data, &running) : 0;
}

static int tell_devices(struct process_search *search, const char *name)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < search->n_devices; i++) {
		const struct class_device *device = &search->devices[i];
		_cleanup_free_ char *node = NULL;
		bool open = false, mapped = false;

		if (!device->has_number)
			continue;
		r = holders_process_holds(&search->walk, device->major, device->minor, &open,
					  &mapped);
		if (r < 0 || !(open || mapped))
			continue;
		r = string_format(&node, "/dev%s", strrchr(device->path, '/'))
			    ?: report(search, name, mapped ? USE_DEVICE_MAPPED : USE_DEVICE_OPEN,
				      node);
	}
	return r;
}

static int look_at_parts(struct process_search *search)
{
	_cleanup_free_ char *name = NULL;
	const struct process_walk *walk = &search->walk;

	return look_at_directory(search, "cwd")
		?: look_at_directory(search, "root")
		?: process_walk_files(&search->walk, look_at_fd, search)
		?: process_walk_name(&walk->proc, walk->pid, &name)
		?: error_keep_oom(sysfs_read_link(&walk->proc, &search->program, "%s/exe", walk->pid))
		?: report(search, name, USE_OPEN, search->open)
		?: report(search, name, USE_WATCHED, search->watches)
		?: tell_devices(search, name);
}

static int examine_process(void *data)
{
	struct process_search *search = data;
	int r;

	/* This process has the class open itself, at the moment. */
	if (streq(search->walk.pid, search->self))
		return 0;
	search->walk.incomplete = false;
	r = look_at_parts(search);
	free(search->program);
	free(search->open);
	free(search->watches);
	search->program = search->open = search->watches = NULL;
	search->n++;
	search->unreadable += search->walk.incomplete ? 1 : 0;
	return r;
}

static int read_self(struct process_search *search)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir proc = SYSFS_DIR_INIT;

	return sysfs_dir_open(search->fs, &proc, "/proc")
		       ?: sysfs_read_link_name(&proc, &search->self, "self");
}

int processes_find(struct sysfs *fs, int (*fn)(void *data, const struct process *running),
		   void *data, uint64_t *ret_n, uint64_t *ret_unreadable)
{
	_cleanup_(process_search_done) struct process_search search = {
		.fs = fs,
		.class = SYSFS_DIR_INIT,
		.walk = PROCESS_WALK_INIT,
		.fn = fn,
		.data = data,
	};
	int r;

	*ret_n = *ret_unreadable = 0;
	if (!sysfs_is_host(fs))
		return 0;
	r = read_class(&search);
	if (r < 0)
		return error_keep_oom(r);
	r = read_self(&search) ?: process_walk_run(&search.walk, fs, examine_process, &search);
	if (r < 0)
		return r;
	*ret_n = search.n;
	*ret_unreadable = search.unreadable;
	return 0;
}

/* --- what a process runs ---------------------------------------------------------------------- */

static int add_path(struct strv *paths, const char *path)
{
	return strv_has(paths, path) ? 0 : strv_push(paths, path);
}

/* The files that are mapped to be run. */
static int add_mapped(const struct sysfs_dir *proc, const char *pid, struct strv *ret)
{
	_cleanup_free_ char *maps = NULL;
	char *rest, *line, *path;
	int r = sysfs_read_file(proc, &maps, "%s/maps", pid);

	rest = maps;
	while (r == 0 && (line = strsep(&rest, "\n"))) {
		path = strchr(line, '/');
		if (path && path - line > 20 && memchr(line, 'x', (size_t)(path - line)))
			r = add_path(ret, path);
	}
	return r;
}

/* The first operand of the command line, if it is a path. */
static int add_script(const struct sysfs_dir *proc, const char *pid, const char *command,
		      struct strv *ret)
{
	_cleanup_free_ char *words = strdup(command), *cwd = NULL, *path = NULL;
	char *rest = words, *word;

	if (!words)
		return -ENOMEM;
	strsep(&rest, "\n");
	while ((word = strsep(&rest, "\n")) && *word == '-')
		;
	if (!word || !*word)
		return 0;
	if (*word == '/')
		return add_path(ret, word);
	return sysfs_read_link(proc, &cwd, "%s/cwd", pid)
		?: string_format(&path, "%s/%s", cwd, word)
		?: add_path(ret, path);
}

static int same_files(const struct sysfs_dir *proc, const char *pid)
{
	_cleanup_free_ char *theirs = NULL, *ours = NULL;
	int r = sysfs_read_link(proc, &theirs, "%s/ns/mnt", pid)
			?: sysfs_read_link(proc, &ours, "%d/ns/mnt", (int)getpid());

	if (r < 0)
		return r;
	return streq(strrchr(theirs, '/'), strrchr(ours, '/')) ? 0 : -ENOENT;
}

int processes_files(struct sysfs *fs, const char *pid, struct strv *ret, char **ret_command)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir proc = SYSFS_DIR_INIT;
	_cleanup_free_ char *program = NULL, *command = NULL;
	int r = sysfs_dir_open(fs, &proc, "/proc")
		?: same_files(&proc, pid)
		?: sysfs_read_link(&proc, &program, "%s/exe", pid)
		?: add_path(ret, program)
		?: sysfs_read_words(&proc, &command, "%s/cmdline", pid)
		?: add_mapped(&proc, pid, ret)
		?: add_script(&proc, pid, command, ret);

	if (r == 0)
		*ret_command = TAKE_PTR(command);
	return r == 0 || r == -ENOMEM ? r : -ENOENT;
}
