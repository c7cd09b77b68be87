/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a line of /proc/PID/cgroup. What is found is a part of it, and no path.
 */
#include "fuzz.h"
#include "parsers/cgroup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *s = fuzz_string(data, size), *unit = NULL, *container = NULL;
	int r = cgroup_find(s, &unit, &container);

	fuzz_check(r == 0 || r == 1);
	fuzz_check(r || (!unit && !container));
	fuzz_check(!unit || (*unit && strstr(s, unit) && !strpbrk(unit, "/\n")));
	fuzz_check(!container ||
		   (*container && strstr(s, container) && !strpbrk(container, "/\n")));
	return 0;
}
