/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/config-file.h"

#include "base/string.h"

/* As many as the kernel follows. */
#define LINKS_MAX 40

/* --- one file --------------------------------------------------------------------------------- */

void config_file_tell(struct sysfs *fs, const char *path, const char *text)
{
	if (fs->observer && fs->observer->file)
		fs->observer->file(fs->observer->data, path, text, (ssize_t)strlen(text));
}

/* An observer has not heard of what sysfs_read_words() read. */
static int tell(const struct sysfs_dir *dir, const char *name, const char *text)
{
	_cleanup_free_ char *path = NULL;

	if (string_format(&path, "%s/%s", dir->path, name) < 0)
		return -ENOMEM;
	config_file_tell(dir->fs, path, text);
	return 0;
}

static int read_here(const struct sysfs_dir *dir, const char *name, bool (*cut)(char *text),
		     char **ret)
{
	_cleanup_free_ char *text = NULL;
	int r = sysfs_read_words(dir, &text, "%s", name);

	if (r < 0)
		return r;
	if (cut && !cut(text))
		return -ENODATA;
	r = tell(dir, name, text);
	if (r == 0)
		*ret = TAKE_PTR(text);
	return r;
}

/* Open the directory of a path. @ret_name: the last component, a part of @path. */
static int open_place(struct sysfs *fs, const char *path, struct sysfs_dir *ret,
		      const char **ret_name)
{
	const char *slash = strrchr(path, '/');

	if (!slash || !slash[1])
		return -EISDIR;
	*ret_name = slash + 1;
	return slash == path ? sysfs_dir_open(fs, ret, "/")
			     : sysfs_dir_open(fs, ret, "%.*s", (int)(slash - path), path);
}

int config_file_read(struct sysfs *fs, const char *path, bool (*cut)(char *text), char **ret)
{
	_cleanup_free_ char *target = NULL;

	for (int i = 0; i < LINKS_MAX; i++) {
		_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
		char *next = NULL;
		const char *name;
		int r;

		/* How a file is masked. */
		if (streq(path, "/dev/null"))
			return string_copy(ret, "");
		r = open_place(fs, path, &dir, &name);
		if (r < 0)
			return r;
		/* EINVAL: it is no link. */
		r = sysfs_read_link(&dir, &next, "%s", name);
		if (r == -EINVAL)
			return read_here(&dir, name, cut, ret);
		if (r < 0)
			return r;
		free(target);
		path = target = next;
	}
	return -ELOOP;
}

bool config_file_keep_lines(char *text, bool (*is_kept)(const char *line), bool numbered)
{
	char *to = text, *end = text;

	for (char *line = text, *next; *line; line = next) {
		size_t n = strcspn(line, "\n");
		bool ends = line[n] == '\n', kept;

		next = line + n + ends;
		line[n] = '\0';
		kept = is_kept(line);
		if (kept) {
			memmove(to, line, n);
			to += n;
			end = to + ends;
		}
		if (ends && (kept || numbered))
			*to++ = '\n';
	}
	*end = '\0';
	return end != text;
}

/* --- directories ------------------------------------------------------------------------------ */

struct config_listing {
	const struct config_directories *where;
	const char *directory;
	struct strv *names; /* of all directories: the first one counts */
	struct strv *paths;
};

static int take_name(void *data, const char *name)
{
	struct config_listing *listing = data;
	char *path;
	int r;

	if (!listing->where->is_file(name) || strv_has(listing->names, name))
		return 0;
	r = strv_push(listing->names, name)
		    ?: string_format(&path, "%s/%s", listing->directory, name)
		    ?: strv_push_take(listing->paths, path);
	return r;
}

static int by_name(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	return strcmp(strrchr(x, '/'), strrchr(y, '/'));
}

int config_file_list(struct sysfs *fs, const struct config_directories *where, struct strv *ret)
{
	_cleanup_(strv_done) struct strv names = { 0 };
	struct config_listing listing = { .where = where, .names = &names, .paths = ret };
	int r = 0;

	for (size_t i = 0; r == 0 && (listing.directory = where->directories[i]); i++) {
		_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;

		r = error_keep_oom(sysfs_dir_open(fs, &dir, "%s", listing.directory)
					   ?: sysfs_list(&dir, take_name, &listing));
	}
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), by_name);
	return r;
}
