/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a line of /proc/PID/mounts. What is found is a part of the line, without a space.
 */
#include "fuzz.h"
#include "parsers/numa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line = strndup((const char *)data, size);
	_cleanup_free_ char *directory = NULL, *policy = NULL;

	fuzz_check(line);
	if (numa_mount_policy(line, &directory, &policy) < 0) {
		fuzz_check(!directory && !policy);
		return 0;
	}
	fuzz_check(strstr(line, directory) && !strchr(directory, ' '));
	fuzz_check(strstr(line, policy) && !strchr(policy, ' '));
	return 0;
}
