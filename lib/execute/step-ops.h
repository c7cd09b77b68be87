/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_STEP_OPS_H
#define DAXBUS_EXECUTE_STEP_OPS_H

#include "execute/executor.h"

/*
 * step_ops_prepare() - read what a step must know to be undone
 * @p: has the steps before it, for a STEP_RESET, which restores the first value
 * @step: its @before is set
 */
int step_ops_prepare(struct executor *p, struct step *step, struct failure *failure) _must_check_;
/* Do a step, and read back that it is done. Return: 0; a negative errno value, with @failure. */
int step_ops_do(struct executor *p, const struct step *step, struct failure *failure) _must_check_;
/* The change is done: note what a step has left behind. Return: 0; -ENOMEM. */
int step_ops_finish(struct executor *p, const struct step *step) _must_check_;
/*
 * step_ops_set_again() - before steps are undone for a second time: the settings that they made
 *
 * An undo that failed, or was killed, may have restored them.
 *
 * Return: 0; a negative errno value, with @failure.
 */
int step_ops_set_again(struct executor *p, const struct steps *steps,
		       struct failure *failure) _must_check_;
/*
 * Make it as if the step had not been done: it may have been done, half done, or not begun. What
 * somebody else has changed since is left to them.
 */
int step_ops_undo(struct executor *p, const struct step *step,
		  struct failure *failure) _must_check_;

#endif
