/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_CHANGE_H
#define DAXBUS_API_CHANGE_H

/* The public functions that plan and perform changes of devices; see daxbus.h. */
#include "api/context.h"
#include "execute/lock.h"
#include "execute/results.h"
#include "execute/transaction.h"

/*
 * As daxbus_plan() and daxbus_apply(), but append to existing results. @fingerprint: of the plan
 * that must not have changed, or NULL.
 */
int api_change_plan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		    const struct daxbus_request *request, struct daxbus_results *results,
		    struct daxbus_error *error) _must_check_;
int api_change_apply(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		     const struct daxbus_request *request, const char *fingerprint,
		     struct daxbus_results *results, struct daxbus_error *error) _must_check_;

/* Several changes under one lock; close with api_change_run_close(). */
struct api_run {
	struct lock lock;
	struct sysfs *fs;
	struct apply_context apply;
	struct recorder recorder;
};
#define API_RUN_INIT                                                                               \
	{                                                                                          \
		.lock = LOCK_INIT                                                                  \
	}

/*
 * api_change_run_open() - begin to change devices
 * @how: its settings "wait" and "timeout" are used
 * @dry_run: only plan, without the lock
 *
 * Return: 0; errors of daxbus_apply(), or with @dry_run of daxbus_plan().
 */
int api_change_run_open(struct daxbus_ctx *ctx, const struct daxbus_request *how, bool dry_run,
			struct api_run *ret, struct daxbus_error *error) _must_check_;
/* The same with a journal that another process has left, or keeps while it waits. */
int api_change_run_open_pending(struct daxbus_ctx *ctx, const struct daxbus_request *how,
				struct api_run *ret, struct daxbus_error *error) _must_check_;
void api_change_run_close(struct api_run *run);

/*
 * A device, and what is requested for it; or a region, in which one is to be created. Changes with
 * the same group, one after the other, are undone together if one of them fails; NULL: by itself.
 */
struct api_change {
	const char *device;
	const char *region;
	const char *group;
	struct daxbus_request request;
};

/*
 * api_change_each() - plan or carry out a request of its own for each device
 * @changes: @n devices, one after the other
 * @results: receives a result for each device
 *
 * With apply_context.keep, the first failure ends it, and nothing is undone but what has failed.
 *
 * Return: 0; -ENOMEM; -EINVAL a request is malformed; errors of group_undo().
 */
int api_change_each(struct api_run *run, const struct api_change *changes, size_t n,
		    struct daxbus_results *results, struct daxbus_error *error) _must_check_;

/*
 * Take the lock, so that no other process changes devices. @wait: seconds, or WAIT_FOREVER. Return:
 * errors of lock_take(); -EBUSY has the reason "locked".
 */
int api_change_lock(const struct daxbus_ctx *ctx, uint64_t wait, struct lock *lock,
		    struct daxbus_error *error) _must_check_;
/*
 * Check that no killed process left a journal or a lease in @directory, and none waits with a
 * journal. Return: 0; -EUCLEAN (reason "recover-first" or "on-trial"); errors of
 * lease_find_orphans().
 */
int api_change_check_journal(int directory, struct daxbus_error *error) _must_check_;
/*
 * api_change_abandon() - undo the changes that the journal has, after a failure
 * @apply: where; its directory has the journal
 * @r: the failure, a negative errno value, with which the results of these changes are lost
 * @error: has its message, and receives that changes are left, if they could not be undone
 *
 * Return: @r.
 */
int api_change_abandon(const struct apply_context *apply, int r, struct daxbus_error *error);
/* Keep changes that are in a journal in @directory: remove it. Return: 0; errno of unlink(2). */
int api_change_keep(int directory, struct daxbus_error *error) _must_check_;

#endif
