/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_RANGE_LOCK_H
#define DAXBUS_IO_RANGE_LOCK_H

#include "base/fd.h"
#include "base/util.h"

/*
 * Keeps reading the ranges of devices apart from changing them. The kernel does not: a write to
 * `size` that takes a range away holds the lock of the region and waits until nobody reads
 * mappingN, and a process that reads mappingN/start or end waits for the lock of the region. Both
 * wait until the reader is killed (seen on Linux 6.12 and 7.3; drivers/dax/bus.c, size_store() and
 * get_dax_range()).
 *
 * A device that has one range shows its start in `resource`, too, which takes no lock: only several
 * ranges are read in mappingN (scan/mapping.c).
 *
 * The lock is one of flock(2) on a file below /run/daxbus that only root can open, as only root can
 * read these addresses. It holds for processes of daxbus only.
 */
#define RANGE_LOCK_FILE "/run/daxbus/ranges"

/*
 * range_lock_share() - wait until no process changes ranges
 * @ret: receives a descriptor, which close() unlocks; -1 if there is nothing to wait for: no
 * process has changed ranges since the boot, or this one may not know
 *
 * Return: 0; -EBUSY a process has been changing them for seconds.
 */
int range_lock_share(int *ret) _must_check_;

/*
 * range_lock_exclude() - wait until no process reads ranges, and let others wait
 * @ret: receives a descriptor, which close() unlocks
 *
 * Return: 0; -EBUSY a process has been reading them for seconds; -EACCES the file is not one that
 * only this user can write to; errno of open(2).
 */
int range_lock_exclude(int *ret) _must_check_;

#endif
