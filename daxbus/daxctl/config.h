/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_CONFIG_H
#define DAXBUS_DAXCTL_CONFIG_H

#include "daxctl/run.h"

/*
 * daxctl_config_read() - read what the configuration of daxctl says about the device
 * @run: the run, of which the options about memory are set; receives the reason of a failure
 * @ret_mode: receives the mode, owned by the caller; NULL if no section has the UUID of its
 *            namespace
 *
 * Return: 0; -EINVAL a malformed file; errors of daxctl_run_scan(), glob(3) and open(2); -ELIBACC
 * libinih is missing.
 */
int daxctl_config_read(struct daxctl_run *run, char **ret_mode);

#endif
