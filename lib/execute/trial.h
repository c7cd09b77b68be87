/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_TRIAL_H
#define DAXBUS_EXECUTE_TRIAL_H

#include "base/error.h"

/*
 * Changes that are done, and are undone unless somebody confirms them in time: their journal stays
 * until then. The process that waits has the file locked (flock(2)), and not the lock of lock.h, so
 * that another process can take that one and confirm, or recover. If it is killed, its lock is
 * gone, and the journal is like that of any run that was killed.
 *
 * Confirming renames the journal: at each moment, the changes are confirmed or will be undone. Both
 * ends do it with the lock of lock.h.
 */

struct trial {
	int directory;
	int fd; /* of the journal; -1: none */
};
#define TRIAL_INIT                                                                                 \
	{                                                                                          \
		.directory = -1, .fd = -1                                                          \
	}

/*
 * TRIAL_WAITS: the journal is there
 * TRIAL_CONFIRMED: another process has confirmed the changes
 * TRIAL_UNDONE: another process has undone them: daxbus recover
 */
enum trial_state {
	TRIAL_WAITS,
	TRIAL_CONFIRMED,
	TRIAL_UNDONE,
};

/* Begin to wait, with the lock. Return: 0; -ENOENT there is no journal; errno of open(2). */
int trial_begin(struct trial *trial, int directory) _must_check_;
void trial_done(struct trial *trial);
enum trial_state trial_look(const struct trial *trial);
/* Whether a process waits. */
bool trial_is_waiting(int directory);
/* Confirm its changes, with the lock. Return: 0; errno of rename(2). */
int trial_confirm(int directory) _must_check_;

#endif
