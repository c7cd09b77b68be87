/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_GROUP_H
#define DAXBUS_EXECUTE_GROUP_H

#include "execute/transaction.h"

/*
 * Changes of several devices that are undone together: with apply_context.keep, each leaves its
 * record in the journal when it is done.
 */

/*
 * group_undo() - undo all changes that the journal has
 * @apply: where
 * @results: those from @first on are of these changes: what was changed is undone, or has failed
 * @code: why
 * @why: the same as a sentence, without its end
 * @err: receives why the journal could not be read
 *
 * Return: 0, whatever became of the devices; a negative errno of journal_read() or -ENOMEM.
 */
int group_undo(const struct apply_context *apply, struct daxbus_results *results, size_t first,
	       enum reason code, const char *why, struct daxbus_error *err) _must_check_;

/* Only set the results, as if that had been done. Return: 0; -ENOMEM. */
int group_set_undone(struct daxbus_results *results, size_t first, enum reason code,
		     const char *why) _must_check_;

/* Whether one of the results from @first on is none of success. */
bool group_has_failed(const struct daxbus_results *results, size_t first);

#endif
