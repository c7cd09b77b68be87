/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_EMPTY_HINT_H
#define DAXBUS_CLI_EMPTY_HINT_H

#include "cli/session.h"

/*
 * empty_hint_print() - print a line to standard error about why there may be no device
 * @has_bus: whether the kernel has a dax bus
 *
 * Devices come from providers. On a terminal, the line includes the state of their drivers, which
 * is unknown for a captured tree.
 */
void empty_hint_print(struct session *s, bool has_bus);

#endif
