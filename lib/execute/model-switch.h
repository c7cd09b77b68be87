/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_MODEL_SWITCH_H
#define DAXBUS_EXECUTE_MODEL_SWITCH_H

#include "execute/executor.h"

/*
 * A device of persistent memory between /sys/class/dax and the dax bus: its nd device leaves one
 * driver of the nd bus and is bound to the other one. What is in the memory stays: the info block
 * that both drivers read is not written. The nd device is known by the UUID in that block.
 */

/* It is what the plan found. */
int execute_model_switch_prepare(struct executor *p, struct step *step,
				 struct failure *failure) _must_check_;

/*
 * Unbind it, bind it, and read back: the device is there by its name, in the other model, with the
 * size that it had. Refuses when somebody has it open or mapped (unless forced): the kernel takes
 * it away from them.
 */
int execute_model_switch(struct executor *p, const struct step *step,
			 struct failure *failure) _must_check_;

/* Back to the driver that it had, from the other one or none. Refuses under kmem. */
int execute_model_switch_undo(struct executor *p, const struct step *step,
			      struct failure *failure) _must_check_;

#endif
