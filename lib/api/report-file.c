/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/report-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/string.h"
#include "io/rootfs.h"

/* The directory of a file; the name is the part of @path behind the last slash. */
static int open_parent_of(const char *path, const char *name)
{
	_cleanup_free_ char *directory = NULL;
	int fd;

	if (string_format(&directory, "%.*s", (int)(name - path), path) < 0)
		return -ENOMEM;
	fd = open(*directory ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A device or a pipe would be replaced, too: /dev/null by a file, for all programs. */
static bool is_special(int directory, const char *name)
{
	struct stat st;

	return fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(st.st_mode) &&
	       !S_ISLNK(st.st_mode) && !S_ISDIR(st.st_mode);
}

int api_report_file_write(const char *path, const char *text, mode_t mode,
			  struct daxbus_error *error)
{
	_cleanup_close_ int directory = -1;
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	int r;

	if (!*name || streq(name, ".") || streq(name, ".."))
		return error_set(error, -EINVAL, "'%s' is not the name of a file", path);
	directory = open_parent_of(path, name);
	if (directory >= 0 && is_special(directory, name))
		return error_set(error, -EINVAL,
				 "cannot replace %s: it is not a regular file; redirect standard "
				 "output to it",
				 path);
	r = directory < 0 ? directory : rootfs_replace_in(directory, name, text, mode);
	return r < 0 ? error_set(error, r, "cannot write %s: %s", path, strerror(-r)) : 0;
}
