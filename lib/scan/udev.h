/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_UDEV_H
#define DAXBUS_SCAN_UDEV_H

#include "io/sysfs.h"
#include "model/onliner.h"

/*
 * What brings memory online as it appears, other than the kernel: rules of udev(7), and agents.
 */

/*
 * Find rules in the files of the system, whether udev runs or not. A file that cannot be read, or
 * that is too large, is skipped. Return: 0; -ENOMEM.
 */
int udev_find_rules(struct sysfs *fs, const struct log *log, struct onliners *add_to) _must_check_;
/*
 * Find what is at work in the running system: rules while udev runs, and agents; nothing in a
 * captured tree. Return: 0; -ENOMEM.
 */
int udev_find_onliners(struct sysfs *fs, const struct log *log,
		       struct onliners *add_to) _must_check_;

bool udev_is_running(struct sysfs *fs);
/*
 * Whether udev has events of the kernel to read or to handle. False if that is not known: without
 * udev, or when it runs in another network namespace or cannot be seen in this container.
 */
bool udev_is_busy(struct sysfs *fs);

#endif
