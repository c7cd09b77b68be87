/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_TEST_OWN_RUN_H
#define DAXBUS_TEST_OWN_RUN_H

#include <sched.h>
#include <sys/mount.h>

/* Give this process an empty /run of its own. Return: whether it may have one. */
static inline bool own_run_mount(void)
{
	/* valgrind reports NULL as a type, which the kernel ignores here. */
	return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", "", MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", "/run", "tmpfs", 0, "mode=755") == 0;
}

#endif
