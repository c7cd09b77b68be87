/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

int fd_write_all(int fd, const char *s, size_t length)
{
	while (length) {
		ssize_t n = write(fd, s, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		s += n;
		length -= (size_t)n;
	}
	return 0;
}

bool fd_is_own(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & 022) &&
	       (S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_nlink == 1));
}

int fd_check_room(unsigned int n)
{
	int fd = n ? open("/", O_PATH | O_CLOEXEC) : -1;
	int r = n && fd < 0 ? -errno : 0;

	if (r == 0 && n)
		r = fd_check_room(n - 1);
	close_p(&fd);
	return r;
}

int fd_rename_new(int directory, const char *from, const char *to)
{
	if (renameat2(directory, from, directory, to, RENAME_NOREPLACE) == 0)
		return 0;
	/* Not every file system can. A link never replaces either. */
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (linkat(directory, from, directory, to, 0) < 0)
		return -errno;
	return unlinkat(directory, from, 0) < 0 ? -errno : 0;
}
