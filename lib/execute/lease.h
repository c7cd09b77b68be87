/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_LEASE_H
#define DAXBUS_EXECUTE_LEASE_H

#include "base/strv.h"

/*
 * A change that is undone when its holder gives it back or ends. It begins as any other one, and
 * its journal stays; then the journal is renamed to "lease.daxX.Y", so that other changes can go
 * on. At each moment, one of both files says how to undo it. The holder has the file locked
 * (flock(2)): if it is killed, the lock is gone, and `daxbus recover` undoes the change.
 *
 * All of these are called with the lock of lock.h.
 */

/* The file of a device. */
struct lease_name {
	char s[64];
};
struct lease_name lease_name(const char *device);
/* The device of a file that lease_find_orphans() has found; a part of @name. */
const char *lease_device(const char *name);

/* Whether the device is leased, by a process that lives or not. */
bool lease_exists(int directory, const char *device);
/*
 * Make the journal a lease. @ret: receives the descriptor that holds it, to be closed. Return: 0;
 * errno of open(2), flock(2) and rename(2), with the journal as it was.
 */
int lease_begin(int directory, const char *device, int *ret) _must_check_;
/* Make a lease the journal again, to be undone. Return: 0; errno of rename(2). */
int lease_to_journal(int directory, const char *name) _must_check_;
/*
 * Find the leases whose holders have ended. @ret: receives the names of their files, to be released
 * with strv_done(). Return: 0; -ENOMEM; errno of openat(2), such as -EACCES for another user than
 * root if there is any lease.
 */
int lease_find_orphans(int directory, struct strv *ret) _must_check_;

#endif
