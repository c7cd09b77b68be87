/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CMD_MIGRATE_H
#define DAXBUS_CMD_MIGRATE_H

#include <errno.h>

#include "api/migrate.h"
#include "cli/command.h"

/* Common parts of the commands of the group "migrate". */

/* clang-format off */
#define MIGRATE_ROOT_ROW(member)                                                                \
	{ .name = "root", .argument = "DIR",                                                    \
	  .help = "use the system installed in DIR, with all its kernels, instead of the "      \
		  "running one",                                                                \
	  .type = OPTION_STRING, .offset = (member), .complete = COMPLETE_DIRECTORIES,              \
	  .excludes = EXCLUDE_NOW }
/* clang-format on */

/* A captured tree shows a machine, another root only an installed system. */
static inline int migrate_check_root(struct session *s, const char *root)
{
	return root && s->common.sysroot
		       ? session_fail(&s->error, -EINVAL,
				      "options --root and --sysroot cannot be combined")
		       : 0;
}

/* A path that is no directory is an error in the command line. */
static inline int migrate_root_status(int result)
{
	return result == -ENOTDIR ? -EINVAL : result;
}

#endif
