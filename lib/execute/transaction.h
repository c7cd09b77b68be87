/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_TRANSACTION_H
#define DAXBUS_EXECUTE_TRANSACTION_H

/* The steps of a plan, done to a device as one: all of them, or none. */

#include "base/log.h"
#include "base/progress.h"
#include "execute/executor.h"
#include "execute/journal.h"
#include "execute/recorder.h"
#include "execute/results.h"
#include "io/sysfs.h"
#include "model/request.h"
#include "plan/plan.h"

/* What a plan rests on. */
#define NEED_PLAN (NEED_EXECUTOR | NEED_ALIGN | NEED_DETAIL | NEED_MEMORY | NEED_FLAGS)

/* Where changes are made. */
struct apply_context {
	struct sysfs *fs;
	const struct log *log;
	struct progress_fn progress_fn;
	int directory;	  /* of the journal; -1 to plan only */
	uint64_t timeout; /* of the request; executor.timeout */
	bool as_planned;  /* do not probe where regions start: the plan did not, either */
	bool keep;	  /* changes that are done stay in the journal, to be undone with others */
	struct recorder *recorder; /* NULL: nothing is recorded */
};

/* A device while it is changed. */
struct transaction {
	const struct apply_context *apply;
	const struct daxbus_request *request;
	struct result *result;
	const struct daxbus_snapshot *snapshot;
	const struct device *device;
	struct daxbus_snapshot *own; /* the snapshot, when it is this change's */
	struct plan plan;
	struct executor executor;
	struct journal journal;
	struct journal_before before;
	struct steps done; /* those that were begun */
	bool steps_undone; /* transaction_undo() has undone every step */
};

#define TRANSACTION_INIT(where, what)                                                              \
	{                                                                                          \
		.apply = (where), .request = (what), .executor = { .kmsg = KMSG_INIT },            \
		.journal = JOURNAL_INIT                                                            \
	}

/*
 * transaction_done() - release what a change holds
 *
 * The result belongs to the results, and @snapshot to the caller unless it is @own.
 */
void transaction_done(struct transaction *c);

/* The mode of a device in a word, or its driver's name where that is no mode; NULL without one. */
const char *transaction_mode(const struct device *d);

/*
 * transaction_read() - read the device again
 * @name: of it
 * @needs: what of it
 *
 * @c->device is NULL where it cannot be read, or has gone.
 *
 * Return: 0; -ENOMEM.
 */
int transaction_read(struct transaction *c, const char *name, unsigned int needs) _must_check_;

/* Make @c->plan for @c->device, with its notes. Return: 0; -EINTR; -ENOMEM. */
int transaction_plan(struct transaction *c, const struct daxbus_request *request) _must_check_;

/*
 * transaction_run() - do the steps of @c->plan
 *
 * Each is written into the journal, done, read back. When one fails, those that were begun are
 * undone in reverse. In the end the device is read once more and compared with the plan's goal, or
 * with what it was.
 *
 * Return: 0, with what became of the device in @c->result; -ENOMEM.
 */
int transaction_run(struct transaction *c) _must_check_;

/*
 * transaction_undo() - undo steps in reverse, all of them
 * @steps: those that were begun
 * @before: what the device was
 * @failure: receives the first thing that went wrong
 *
 * Return: 0, with the device in the state before; a negative errno. REASON_RACED with
 * @c->steps_undone: the steps are undone, and other memory blocks are online than before.
 */
int transaction_undo(struct transaction *c, const struct steps *steps,
		     const struct journal_before *before, struct failure *failure) _must_check_;

/* Move the messages of the kernel to @c->result. Return: 0; -ENOMEM. */
int transaction_hear(struct transaction *c) _must_check_;

#endif
