/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/capability.h"

#include <linux/capability.h>
#include <sys/syscall.h>

bool capability_is_admin(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { 0 };

	/* glibc has no function for capget(2). */
	if (syscall(SYS_capget, &head, data) < 0)
		return false;
	return data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN);
}
