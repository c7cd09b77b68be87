/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>

#include "base/fd.h"
#include "base/parse.h"
#include "execute/journal.h"
#include "io/root.h"

#define PREFIX "lease."

struct lease_name lease_name(const char *device)
{
	struct lease_name name;

	snprintf(name.s, sizeof(name.s), PREFIX "%s", device);
	return name;
}

const char *lease_device(const char *name)
{
	return name + strlen(PREFIX);
}

bool lease_exists(int directory, const char *device)
{
	return faccessat(directory, lease_name(device).s, F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
	       errno != ENOENT;
}

static int open_lease(int directory, const char *name, int *ret)
{
	_cleanup_close_ int fd =
		openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (!fd_is_own(fd))
		return -EACCES;
	*ret = TAKE_FD(fd);
	return 0;
}

int lease_begin(int directory, const char *device, int *ret)
{
	_cleanup_close_ int fd = -1;
	int r = open_lease(directory, JOURNAL_NAME, &fd);

	if (r < 0)
		return r;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 ||
	    renameat2(directory, JOURNAL_NAME, directory, lease_name(device).s, RENAME_NOREPLACE) <
		    0)
		return -errno;
	*ret = TAKE_FD(fd);
	return 0;
}

int lease_to_journal(int directory, const char *name)
{
	return renameat2(directory, name, directory, JOURNAL_NAME, RENAME_NOREPLACE) < 0 ? -errno
											 : 0;
}

struct orphan_search {
	int directory;
	struct strv found;
};

static bool is_lease(const char *name)
{
	uint32_t region, instance;

	return starts_with(name, PREFIX) &&
	       parse_device_name(name + strlen(PREFIX), &region, &instance) == 0;
}

static int look_at_lease(void *data, const char *name)
{
	struct orphan_search *search = data;
	_cleanup_close_ int fd = -1;
	int r = is_lease(name) ? open_lease(search->directory, name, &fd) : -ENOENT;

	/* Only root can see whether its holder lives. */
	if (r == -EACCES && faccessat(search->directory, name, R_OK, AT_EACCESS) < 0)
		return r;
	if (r < 0 || flock(fd, LOCK_SH | LOCK_NB) < 0)
		return 0;
	return strv_push(&search->found, name);
}

int lease_find_orphans(int directory, struct strv *ret)
{
	struct orphan_search search = { .directory = directory };
	int r = root_list(directory, look_at_lease, &search);

	if (r < 0) {
		strv_done(&search.found);
		return r;
	}
	*ret = search.found;
	return 0;
}
