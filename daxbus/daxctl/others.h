/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_OTHERS_H
#define DAXBUS_DAXCTL_OTHERS_H

#include "daxctl/run.h"

/* The commands that change no device. */
int daxctl_others_version(struct daxctl_run *run);
int daxctl_others_help(struct daxctl_run *run);
int daxctl_others_split_acpi(struct daxctl_run *run);
int daxctl_others_migrate(struct daxctl_run *run);

#endif
