/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fd.h"

#include <errno.h>

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
