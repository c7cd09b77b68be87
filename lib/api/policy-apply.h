/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_POLICY_APPLY_H
#define DAXBUS_API_POLICY_APPLY_H

#include "api/policy.h"

/* Changing devices to what policies want. Only the tool does that. */

/*
 * What policies change:
 * POLICY_ALL: missing regions are created, and devices change
 * POLICY_REGIONS: only the first; no device that exists changes
 * POLICY_DEVICES: only the second, as with api_policy_apply_try()
 */
enum policy_scope {
	POLICY_ALL,
	POLICY_REGIONS,
	POLICY_DEVICES,
};

/*
 * api_policy_apply() - change devices to what the policies want
 * @ctx: the context; not NULL
 * @from: as for api_policy_read()
 * @query: as for api_policy_read()
 * @how: its settings "force", "wait" and "timeout" are used
 * @scope: what is changed
 * @dry_run: only plan
 * @ret: receives a result for each policy that applies to nothing, and for each device that has a
 *       policy; release them with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * With selectors in @query, no region is created: a device in it could not be selected.
 *
 * If a policy changes the sizes of devices of a region, or creates some, and one of the changes
 * fails, all changes of this region are undone.
 *
 * The policies and the devices are read with the lock, and again after changes: if only that fails,
 * it is a result.
 *
 * Return: as daxbus_apply(), or with @dry_run daxbus_plan(); also errors of api_policy_read().
 */
int api_policy_apply(struct daxbus_ctx *ctx, const struct policy_source *from,
		     const struct daxbus_query *query, const struct daxbus_request *how,
		     enum policy_scope scope, bool dry_run, struct daxbus_results **ret,
		     struct daxbus_error *error) _must_check_;

/* What a person who was asked has answered so far. */
enum trial_answer {
	TRIAL_NO_ANSWER,
	TRIAL_KEEP,
	TRIAL_REVERT,
};

/*
 * struct trial_fn - who is asked whether changes are kept
 * @ask: called about ten times a second while the changes are there; @results: what was changed;
 *       @left: milliseconds until they are undone
 */
struct trial_fn {
	enum trial_answer (*ask)(void *data, const struct daxbus_results *results, uint64_t left);
	void *data;
};

/*
 * api_policy_apply_try() - change devices to what the policies want, and undo that unless it is
 * confirmed
 * @ctx, @from, @how: as for api_policy_apply()
 * @seconds: the time to confirm; at least 1
 * @fn: who is asked; another process may confirm, too (api_policy_apply_confirm())
 * @ret: as for api_policy_apply(); changes that are undone have the code "not-confirmed"
 * @error: receives the reason of a failure, or NULL
 *
 * If a policy cannot be used, nothing is changed. If a change fails, all are undone at once. If the
 * process is killed, daxbus_recover() undoes them.
 *
 * Return: as daxbus_apply(); also errors of api_policy_read().
 */
int api_policy_apply_try(struct daxbus_ctx *ctx, const struct policy_source *from,
			 const struct daxbus_request *how, uint64_t seconds,
			 const struct trial_fn *fn, struct daxbus_results **ret,
			 struct daxbus_error *error) _must_check_;

/*
 * api_policy_apply_confirm() - keep the changes that another process has made with
 * api_policy_apply_try()
 * @how: its setting "wait" is used
 * @ret: receives no result: nothing changes; release with daxbus_results_free()
 *
 * Return: 0; errors of daxbus_apply(); -ESRCH no process waits for it.
 */
int api_policy_apply_confirm(struct daxbus_ctx *ctx, const struct daxbus_request *how,
			     struct daxbus_results **ret, struct daxbus_error *error) _must_check_;

/* Parse a time to confirm: 1 to 86400 seconds. Return: 0; -EINVAL. */
int api_policy_apply_seconds(const char *text, uint64_t *ret,
			     struct daxbus_error *error) _must_check_;

#endif
