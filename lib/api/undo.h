/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_UNDO_H
#define DAXBUS_API_UNDO_H

#include "daxbus.h"
#include "base/util.h"

/* Restoring the state before a change of the history. Only the tool uses it. */

/*
 * api_undo() - restore the state before a change
 * @ctx: the context; not NULL
 * @number: number of the change; 0: the last one that changed something, and is not undone
 * @how: its settings "force", "wait" and "timeout" are used
 * @dry_run: only plan
 * @ret: receives a result for each device; release with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * The devices of the regions that the change concerned become what they were before it, which
 * undoes later changes in these regions, too. All of them are changed, or none.
 *
 * Return: as daxbus_apply(), or with @dry_run daxbus_plan(); also
 *   -ENOENT  there is no such change, or none to undo;
 *   -ESTALE  the devices are not as the last change left them (reason "changed-since"), or the
 *            state before cannot be restored (reason "state-lost").
 */
int api_undo(struct daxbus_ctx *ctx, uint64_t number, const struct daxbus_request *how,
	     bool dry_run, struct daxbus_results **ret, struct daxbus_error *error) _must_check_;

#endif
