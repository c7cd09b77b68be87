/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_COMMANDS_H
#define DAXBUS_DAXCTL_COMMANDS_H

#include "daxctl/run.h"

/* All commands of daxctl, in the order of --list-cmds. */
extern const struct daxctl_command daxctl_commands_all[];
extern const size_t daxctl_commands_n;

#endif
