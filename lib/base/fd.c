/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
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
