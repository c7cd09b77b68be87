/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_DIFF_H
#define DAXBUS_API_DIFF_H

#include "api/policy.h"
#include "model/state.h"

/* States that 'daxbus diff' compares. Only the tool uses them. */

/*
 * api_diff_observe() - read the state of all devices
 * @ctx: the context; not NULL
 * @tree: a captured tree, instead of that of the context, or of the running kernel; or NULL
 * @ret: receives it; release with state_done()
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0; errors of daxbus_set_sysroot() and daxbus_scan().
 */
int api_diff_observe(const struct daxbus_ctx *ctx, const char *tree, struct state *ret,
		     struct daxbus_error *error) _must_check_;

/* The same as the policies would have it. Return: also errors of api_policy_read(). */
int api_diff_policy(struct daxbus_ctx *ctx, const char *root, struct state *ret,
		    struct daxbus_error *error) _must_check_;

/*
 * api_diff_layout() - the state of the devices of a saved layout
 * @request: has the layout, see daxbus_request_set_layout()
 *
 * Return: 0; -ENOMEM.
 */
int api_diff_layout(const struct daxbus_request *request, struct state *ret,
		    struct daxbus_error *error) _must_check_;

/*
 * api_diff_history() - the state after a change of the history, or before it
 * @root: as for api_history_find()
 * @ret: has only the regions that the change concerned
 *
 * Return: 0; errors of api_history_find(); -ENODATA: there is no state before the change.
 */
int api_diff_history(const struct daxbus_ctx *ctx, const char *root, uint64_t number, bool before,
		     struct state *ret, struct daxbus_error *error) _must_check_;

/* Remove regions of @state that @only does not have. */
void api_diff_restrict(struct state *state, const struct state *only);

#endif
