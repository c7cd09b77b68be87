/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_KERNEL_VERSION_H
#define DAXBUS_BASE_KERNEL_VERSION_H

#include "base/util.h"

/* The release of a kernel as a comparable number. */
#define KERNEL(major, minor, patch)                                                                \
	((uint64_t)(major) << 32 | (uint64_t)(minor) << 16 | (uint64_t)(patch))

/*
 * Whether kmem can be unbound from a device although it could not add all of its ranges: kernels
 * without a fix of early 2026 dereference the pointer of the missing range.
 */
static inline bool kernel_version_survives_partial(uint64_t kernel)
{
	return kernel >= KERNEL(7, 0, 0) ||
	       (kernel >= KERNEL(6, 12, 107) && kernel < KERNEL(6, 13, 0));
}

/* "6.12.95+deb12-amd64" as KERNEL(6, 12, 95); 0 if it is not a release. */
uint64_t kernel_version_parse(const char *release);

#endif
