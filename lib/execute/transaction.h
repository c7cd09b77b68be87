/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_TRANSACTION_H
#define DAXBUS_EXECUTE_TRANSACTION_H

/* The steps of a plan, done to a device as one: all of them, or none. */

#include "base/log.h"
#include "base/progress.h"
#include "execute/executor.h"
#include "execute/journal.h"
#include "execute/results.h"
#include "io/sysfs.h"
#include "model/request.h"
#include "plan/plan.h"

/* What a plan rests on. */
#define NEED_PLAN (NEED_PERFORMER | NEED_ALIGN | NEED_DETAIL | NEED_MEMORY | NEED_FLAGS)

/* Where changes are made. */
struct apply {
	struct sysfs *fs;
	const struct log *log;
	struct watch watch;
	int folder; /* of the journal; -1 to plan only */
};

/* A device while it is changed. */
struct change {
	const struct apply *apply;
	const struct daxbus_request *request;
	struct result *result;
	const struct daxbus_snapshot *snapshot;
	const struct device *device;
	struct daxbus_snapshot *own; /* the snapshot, when it is this change's */
	struct plan plan;
	struct performer performer;
	struct journal journal;
	struct before before;
	struct steps done; /* those that were begun */
};

/*
 * change_done() - release what a change holds
 *
 * The result belongs to the outcome, and @snapshot to the caller unless it is @own.
 */
void change_done(struct change *c);

/* The mode of a device in a word, or its driver's name where that is no mode; NULL without one. */
const char *change_mode(const struct device *d);

/*
 * change_read() - read the device again
 * @name: of it
 * @needs: what of it
 *
 * @c->device is NULL where it cannot be read, or has gone.
 *
 * Return: 0; -ENOMEM.
 */
int change_read(struct change *c, const char *name, unsigned int needs) _must_check_;

/*
 * change_run() - do the steps of @c->plan
 *
 * Each is written into the journal, done, read back. When one fails, those that were begun are
 * undone in reverse. In the end the device is read once more and compared with the plan's goal, or
 * with what it was.
 *
 * Return: 0, with what became of the device in @c->result; -ENOMEM.
 */
int change_run(struct change *c) _must_check_;

/*
 * change_undo() - undo steps in reverse, all of them
 * @steps: those that were begun
 * @before: what the device was
 * @failure: receives the first thing that went wrong
 *
 * Return: 0, with the device as it was; a negative errno.
 */
int change_undo(struct change *c, const struct steps *steps, const struct before *before,
		struct failure *failure) _must_check_;

/* Give @c->result what the kernel has said meanwhile. Return: 0; -ENOMEM. */
int change_hear(struct change *c) _must_check_;

#endif
