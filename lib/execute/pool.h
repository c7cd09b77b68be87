/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_POOL_H
#define DAXBUS_EXECUTE_POOL_H

#include "execute/executor.h"

/* Steps about pools of huge pages: nr_hugepages of a node, the file of the step. */

/*
 * Read how many pages it has, into @step->before. A step that changes nothing has it for
 * pool_undo() and pool_finish().
 */
int pool_prepare(struct executor *p, struct step *step, struct failure *failure) _must_check_;
/* Write the number back if the kernel has dissolved some. */
int pool_undo(struct executor *p, const struct step *step, struct failure *failure) _must_check_;
/* Note how many the kernel has dissolved. Return: 0; -ENOMEM. */
int pool_finish(struct executor *p, const struct step *step) _must_check_;

/* Write the number @step->value. It fails if the kernel cannot allocate as many. */
int pool_resize(struct executor *p, const struct step *step, struct failure *failure) _must_check_;
/* Write the number of before. It does not fail: trying again would not help. */
int pool_undo_resize(struct executor *p, const struct step *step,
		     struct failure *failure) _must_check_;

#endif
