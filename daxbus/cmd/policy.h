/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CMD_POLICY_H
#define DAXBUS_CMD_POLICY_H

#include <errno.h>

#include "cmd/commands.h"
#include "output/policy.h"

/* Common parts of the commands of the group "policy". */

/* clang-format off */
#define POLICY_ROOT_ROW(member)                                                                 \
	{ .name = "root", .argument = "DIR",                                                    \
	  .help = "use the policies of the system installed in DIR instead of those of the "    \
		  "running one",                                                                \
	  .type = OPTION_STRING, .offset = (member), .complete = COMPLETE_DIRECTORIES }
/* clang-format on */

/* A path that is no directory is an error in the command line. */
static inline int policy_root_status(int result)
{
	return result == -ENOTDIR ? -EINVAL : result;
}

#endif
