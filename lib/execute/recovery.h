/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_RECOVERY_H
#define DAXBUS_EXECUTE_RECOVERY_H

#include "execute/transaction.h"

/*
 * recovery_run() - undo what a killed run left, by its journal
 * @apply: where; the journal is in @apply->directory
 * @only_show: say what would be undone, and undo nothing
 * @results: receives a result where there is something to undo
 * @err: receives why there is no such result
 *
 * Return: 0, whatever became of the device; a negative errno of journal_read() or -ENOMEM.
 */
int recovery_run(const struct apply_context *apply, bool only_show, struct daxbus_results *results,
		 struct daxbus_error *err) _must_check_;

/* Say what would be undone by a journal of another name: see lease.h. Return: as recovery_run(). */
int recovery_show(const struct apply_context *apply, const char *name,
		  struct daxbus_results *results, struct daxbus_error *err) _must_check_;

#endif
