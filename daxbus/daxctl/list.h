/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_LIST_H
#define DAXBUS_DAXCTL_LIST_H

#include "daxctl/run.h"

/* "list": print regions and devices. */
int daxctl_list_run(struct daxctl_run *run);

/*
 * daxctl_list_print_devices() - print devices after a change
 * @run: the run; receives the reason of a failure
 * @snapshot: has the devices
 * @names: the names of the devices; nothing is printed if there is none
 *
 * Return: 0; -ENOMEM; -ELIBACC json-c is missing.
 */
int daxctl_list_print_devices(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			      const struct strv *names);

/*
 * A size for people, as daxctl prints it with --human: "1024.00 MiB (1073.74 MB)". Return: owned by
 * the caller; NULL if out of memory, and for sizes below 5000 KiB, which stay numbers.
 */
char *daxctl_list_human_size(uint64_t bytes);

#endif
