/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_COMMANDS_H
#define DAXBUS_COMMANDS_H

#include "cli/command.h"

/* All commands, in the order of --help; NULL after the last. */
extern const struct command *const commands_all[];

#endif
