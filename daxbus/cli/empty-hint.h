/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_EMPTY_HINT_H
#define DAXBUS_CLI_EMPTY_HINT_H

#include "cli/session.h"

/*
 * hint_empty() - say on stderr, in a line, why there may be no device
 * @has_bus: whether the kernel has a dax bus at all
 *
 * Devices come from providers, so what the kernel has of their drivers is the next thing to look
 * at, and on a terminal they are told. Of a captured tree nothing is known of them.
 */
void hint_empty(struct session *s, bool has_bus);

#endif
