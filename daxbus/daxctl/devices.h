/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_DEVICES_H
#define DAXBUS_DAXCTL_DEVICES_H

#include "daxctl/run.h"

/* The commands that change each selected device, and print how many they have changed. */
int daxctl_devices_run(struct daxctl_run *run);
int daxctl_devices_reconfigure(struct daxctl_run *run);

#endif
