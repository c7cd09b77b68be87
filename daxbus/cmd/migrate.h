/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CMD_MIGRATE_H
#define DAXBUS_CMD_MIGRATE_H

#include <errno.h>

#include "cli/command.h"

/* What the commands of the group "migrate" share. */

/* clang-format off */
#define MIGRATE_ROOT_ROW(member)                                                                \
	{ .name = "root", .argument = "DIR",                                                    \
	  .help = "the system that is installed in DIR, every kernel of it, instead of the one " \
		  "that runs",                                                                  \
	  .type = OPTION_STRING, .offset = (member), .complete = COMPLETE_FOLDERS,              \
	  .excludes = EXCLUDE_NOW }
/* clang-format on */

/* A captured tree is of a machine, and another root of none. */
static inline int migrate_check_root(struct session *s, const char *root)
{
	return root && s->common.sysroot
		       ? fail(&s->error, -EINVAL, "--root and --sysroot exclude each other")
		       : 0;
}

/* A file where a folder belongs is a mistake of the command line. */
static inline int migrate_root_status(int result)
{
	return result == -ENOTDIR ? -EINVAL : result;
}

static inline void daxbus_migration_unref_p(struct daxbus_migration **m)
{
	daxbus_migration_unref(*m);
}

#endif
