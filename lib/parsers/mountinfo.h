/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_MOUNTINFO_H
#define DAXBUS_PARSERS_MOUNTINFO_H

#include "base/util.h"

/*
 * struct mountinfo - a line of /proc/PID/mountinfo; the strings are parts of it
 * @major, @minor: number of the device of the file system
 * @directory: the mount point, with octal escapes for spaces and the like
 * @type: of the file system: "ext4", "famfs"
 * @source: what was mounted: "/dev/pmem0"
 */
struct mountinfo {
	uint32_t major, minor;
	const char *directory;
	const char *type;
	const char *source;
};

/* Cut a line up. Return: false: it is none. */
bool mountinfo_parse(char *line, struct mountinfo *ret);

#endif
