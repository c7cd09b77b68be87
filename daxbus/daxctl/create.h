/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_CREATE_H
#define DAXBUS_DAXCTL_CREATE_H

#include "daxctl/run.h"

/* "create-device": create a device in each selected region. */
int daxctl_create_run(struct daxctl_run *run);

#endif
