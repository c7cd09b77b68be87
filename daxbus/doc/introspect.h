/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DOC_INTROSPECT_H
#define DAXBUS_DOC_INTROSPECT_H

#include "cli/command.h"

extern const struct command introspect_command;

#endif
