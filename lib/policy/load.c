/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/load.h"

#include <errno.h>

#include "base/array.h"
#include "base/string.h"
#include "io/libinih.h"
#include "io/rootfs.h"
#include "parsers/policy-reader.h"

/* In the order in which they hide each other. */
static const char *const directories[] = {
	POLICY_DIRECTORY,
	"/run/daxbus/policy.d",
	"/usr/lib/daxbus/policy.d",
};

const char *policy_load_directory(size_t i)
{
	return i < ARRAY_SIZE(directories) ? directories[i] : NULL;
}

bool policy_load_is_name(const char *name)
{
	return *name != '.' && ends_with(name, ".conf");
}

/* A name, and the first directory that has it. */
struct entry {
	char *name;
	size_t directory;
};

struct loading {
	int fds[ARRAY_SIZE(directories)]; /* -1: the directory is not there, or not trusted */
	struct entry *entries;
	size_t n;
	size_t directory; /* that is being listed */
	const struct log *log;
	struct policy_set *set;
};

static void loading_done(struct loading *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(directories); i++)
		close_p(&l->fds[i]);
	for (size_t i = 0; i < l->n; i++)
		free(l->entries[i].name);
	free(l->entries);
}

/* --- a file ----------------------------------------------------------------------------------- */

static int read_section(void *data, unsigned int line, const char *name)
{
	return policy_reader_section(data, line, name);
}

static int read_key(void *data, unsigned int line, const char *name, const char *value)
{
	return policy_reader_key(data, line, name, value);
}

static int read_malformed(void *data, unsigned int line, const char *what)
{
	return policy_reader_malformed(data, line, what);
}

static int add_file(struct policy_set *set, const char *path, struct policy_file **ret)
{
	_cleanup_(policy_file_free_p) struct policy_file *file = policy_file_new(path);

	if (!file || ARRAY_PUSH(set->files, set->n_files, file) < 0)
		return -ENOMEM;
	*ret = TAKE_PTR(file);
	return 0;
}

int policy_load_text(const char *path, const char *text, const struct log *log,
		     struct policy_set *set, struct daxbus_error *err)
{
	struct policy_reader policy = { .set = set };
	const struct libinih_reader reader = { read_section, read_key, read_malformed, &policy };
	int r = add_file(set, path, &policy.file);

	/* The byte order mark of some editors. */
	if (starts_with(text, "\xef\xbb\xbf"))
		text += 3;
	if (r == 0)
		r = libinih_read(text, log, &reader, err);
	if (r == 0)
		r = policy_reader_end(&policy);
	return r == -ENOMEM ? error_oom(err) : r;
}

static const char *why_unreadable(int r)
{
	switch (r) {
	case -ELOOP:
		return "it is a link; only a link to /dev/null has a meaning";
	case -EBADMSG:
		return "it is not a regular file of text";
	case -EFBIG:
		return "it is larger than 1 MiB";
	case -EPERM:
		return "others than root can write to it";
	default:
		return strerror(-r);
	}
}

/* The file counts, so that what it hides does not. */
static int refuse_file(struct policy_set *set, const char *path, int reason)
{
	struct policy_file *file;
	int r = add_file(set, path, &file);

	if (r < 0)
		return r;
	file->is_broken = true;
	return policy_add_problem(set, path, 0, true, "%s", why_unreadable(reason));
}

/* What cannot be read is a problem of this file, and not a failure. */
static int load_in(struct root *root, int directory, const char *name, const char *path,
		   const struct log *log, struct policy_set *set, struct daxbus_error *err)
{
	_cleanup_free_ char *text = NULL;
	int r = rootfs_read_trusted_in(root, directory, name, POLICY_SIZE_MAX, &text);

	if (r == -ENOENT)
		return r;
	if (r == 0)
		return *text ? policy_load_text(path, text, log, set, err) : 0;
	return r == -ENOMEM || refuse_file(set, path, r) < 0 ? error_oom(err) : 0;
}

int policy_load_file(struct root *root, const char *full, const char *path, const struct log *log,
		     struct policy_set *set, struct daxbus_error *err)
{
	const char *slash = strrchr(full, '/');
	_cleanup_free_ char *parent = strndup(full, (size_t)(slash - full) + 1);
	_cleanup_close_ int directory = -1;
	int r = parent ? rootfs_open_directory(root, parent, false, &directory) : -ENOMEM;

	if (r == -ENOMEM)
		return error_oom(err);
	if (r == 0)
		r = load_in(root, directory, slash + 1, path, log, set, err);
	return r == -ENOENT || r == -ENOTDIR || r == -EACCES
		       ? error_set(err, r == -ENOTDIR ? -ENOENT : r, "cannot read %s: %s", path,
				   strerror(-r))
		       : r;
}

static int load_entry(struct root *root, struct loading *l, const struct entry *entry,
		      struct daxbus_error *err)
{
	_cleanup_free_ char *path = NULL;
	int fd = l->fds[entry->directory];
	int r;

	if (rootfs_is_mask_in(fd, entry->name))
		return 0;
	if (string_format(&path, "%s/%s", directories[entry->directory], entry->name) < 0)
		return error_oom(err);
	r = load_in(root, fd, entry->name, path, l->log, l->set, err);
	return r == -ENOENT ? 0 : r;
}

/* --- directories ------------------------------------------------------------------------------ */

static int add_policy_file(void *data, const char *name)
{
	struct loading *l = data;
	struct entry entry = { .directory = l->directory };

	if (!policy_load_is_name(name))
		return 0;
	for (size_t i = 0; i < l->n; i++)
		if (streq(l->entries[i].name, name))
			return 0;
	if (string_copy(&entry.name, name) < 0 || ARRAY_PUSH(l->entries, l->n, entry) < 0) {
		free(entry.name);
		return -ENOMEM;
	}
	return 0;
}

/* Problems of a directory are those of each file in it. */
static int list_policies(struct root *root, struct loading *l, size_t i)
{
	const char *path = directories[i];
	int r = rootfs_open_directory(root, path, false, &l->fds[i]);

	l->directory = i;
	if (r == 0)
		r = rootfs_check_trusted(l->fds[i]);
	if (r == 0)
		r = root_list(l->fds[i], add_policy_file, l);
	if (r == 0 || r == -ENOENT || r == -ENOMEM)
		return error_keep_oom(r);
	return policy_add_problem(l->set, path, 0, true, "%s",
				  r == -ENOTDIR ? "it is not a directory" : why_unreadable(r));
}

static int compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

int policy_load_all(struct root *root, const struct log *log, struct policy_set *ret,
		    struct daxbus_error *err)
{
	_cleanup_(policy_set_done) struct policy_set set = { 0 };
	_cleanup_(
		loading_done) struct loading l = { .fds = { -1, -1, -1 }, .log = log, .set = &set };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(directories); i++)
		r = list_policies(root, &l, i);
	if (r < 0)
		return error_oom(err);
	if (l.n)
		qsort(l.entries, l.n, sizeof(*l.entries), compare_entries);
	for (size_t i = 0; r == 0 && i < l.n; i++)
		r = load_entry(root, &l, &l.entries[i], err);
	if (r == 0)
		*ret = TAKE_STRUCT(set);
	return r;
}
