/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_UNSAFE_H
#define DAXBUS_SCAN_UNSAFE_H

#include "model/fields.h"

/* What must be read to name the commands. */
#define UNSAFE_NEEDS (NEED_MEMORY | NEED_PMEM | NEED_CXL)

/*
 * unsafe_name_commands() - name the commands of other tools that would lose memory now
 * @s: an unfinished snapshot with what UNSAFE_NEEDS stands for; receives the commands
 *
 * Each of them takes a device, or the provider of it, away while memory of the device is online:
 * they succeed, and the memory is lost until the next reboot (see scan/orphan.h). None for a device
 * without online memory.
 *
 * Return: 0; -ENOMEM.
 */
int unsafe_name_commands(struct daxbus_snapshot *s) _must_check_;

#endif
