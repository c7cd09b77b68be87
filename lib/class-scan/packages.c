/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/packages.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/array.h"
#include "class-scan/rpm.h"

/* The largest list of Debian 12 has a megabyte. */
#define LIST_MAX   (16UL << 20)
#define FILE_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* A path as a list may have it. */
struct name_of_owner {
	char *path;
	struct package *owner;
};

struct search {
	struct name_of_owner *names; /* sorted by path */
	size_t n;
};

static void search_done(struct search *search)
{
	for (size_t i = 0; i < search->n; i++)
		free(search->names[i].path);
	free(search->names);
}

static int add_name(struct search *search, struct package *owner, const char *prefix,
		    const char *path)
{
	char *name = NULL;

	if (array_grow(&search->names, search->n, sizeof(*search->names)) < 0 ||
	    asprintf(&name, "%s%s", prefix, path) < 0)
		return -ENOMEM;
	search->names[search->n++] = (struct name_of_owner){ name, owner };
	return 0;
}

/*
 * Where /lib is a link to /usr/lib, packages made before that, and lists of them, still say /lib.
 */
static bool is_merged(const char *path)
{
	return starts_with(path, "/bin/") || starts_with(path, "/sbin/") ||
	       starts_with(path, "/lib");
}

static int add_names(struct search *search, struct package *owner)
{
	int r = add_name(search, owner, "", owner->path);

	if (r == 0 && starts_with(owner->path, "/usr") && is_merged(owner->path + 4))
		r = add_name(search, owner, "", owner->path + 4);
	else if (r == 0 && is_merged(owner->path))
		r = add_name(search, owner, "/usr", owner->path);
	return r;
}

static int compare_names(const void *a, const void *b)
{
	const struct name_of_owner *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* Of several users in one file each has its owner. */
static int set_package(struct search *search, const char *path, const char *package, size_t n)
{
	const struct name_of_owner key = { .path = (char *)path };
	struct name_of_owner *found =
		bsearch(&key, search->names, search->n, sizeof(key), compare_names);

	if (!found)
		return 0;
	while (found > search->names && streq(found[-1].path, path))
		found--;
	for (; found < search->names + search->n && streq(found->path, path); found++) {
		if (found->owner->package)
			continue;
		found->owner->package = strndup(package, n);
		if (!found->owner->package)
			return -ENOMEM;
	}
	return 0;
}

/* "NAME.list", or "NAME:ARCHITECTURE.list". */
static int read_list(struct search *search, int folder, const char *name)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *text = NULL;
	char *rest, *line;
	size_t length;
	int r = root_open_once(folder, name, FILE_FLAGS, &fd);

	if (r == 0)
		r = root_read_all(fd, LIST_MAX, &text, &length);
	rest = text;
	while (r == 0 && (line = strsep(&rest, "\n")))
		r = set_package(search, line, name,
				strcspn(name, ":") < strlen(name) ? strcspn(name, ":")
								  : strlen(name) - strlen(".list"));
	/* A list that cannot be read leaves the files of one package without it. */
	return r == -ENOMEM ? r : 0;
}

static bool is_list(const char *name)
{
	size_t n = strlen(name), m = strlen(".list");

	return n > m && streq(name + n - m, ".list");
}

static int read_lists(struct search *search, int folder)
{
	_Alignas(struct dirent64) char buffer[32 << 10];
	ssize_t n = 0;
	int r = 0;

	while (r == 0 && (n = getdents64(folder, buffer, sizeof(buffer))) > 0)
		for (ssize_t i = 0; r == 0 && i < n;) {
			const struct dirent64 *entry = (const void *)(buffer + i);

			i += entry->d_reclen;
			if (is_list(entry->d_name) &&
			    (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN))
				r = read_list(search, folder, entry->d_name);
		}
	return r;
}

static int ask_dpkg(struct root *door, struct search *search)
{
	_cleanup_close_ int folder = -1, fd = -1;
	_cleanup_free_ char *path = NULL;
	int r = root_open_directory(door, "/var/lib/dpkg/info", &folder, &path);

	if (r == 0)
		r = root_open_once(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, &fd);
	if (r == 0)
		r = read_lists(search, fd);
	return r == -ENOMEM ? r : 0;
}

static int hear_rpm(void *data, const char *package, const char *path)
{
	return set_package(data, path, package, strlen(package));
}

static int ask_rpm(const struct log *log, struct root *door, struct search *search)
{
	for (size_t i = 0; i < search->n; i++)
		if (!search->names[i].owner->package)
			return rpm_list(log, door, hear_rpm, search);
	return 0;
}

int packages_find(const struct log *log, struct root *door, struct package *owners, size_t n)
{
	_cleanup_(search_done) struct search search = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = add_names(&search, &owners[i]);
	if (r < 0 || !n)
		return r;
	qsort(search.names, search.n, sizeof(*search.names), compare_names);
	return ask_dpkg(door, &search) ?: ask_rpm(log, door, &search);
}
