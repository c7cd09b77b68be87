/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/kernel-version.h"

#include <ctype.h>
#include <stdio.h>

uint64_t kernel_version_parse(const char *release)
{
	unsigned int major, minor, patch = 0;

	if (!isdigit((unsigned char)*release) ||
	    sscanf(release, "%5u.%5u.%5u", &major, &minor, &patch) < 2 || major > UINT16_MAX ||
	    minor > UINT16_MAX)
		return 0;
	/* A distribution may add any suffix. */
	return KERNEL(major, minor, patch <= UINT16_MAX ? patch : 0);
}
