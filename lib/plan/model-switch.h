/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_MODEL_SWITCH_H
#define DAXBUS_PLAN_MODEL_SWITCH_H

#include "plan/builder.h"

/*
 * Plan the move of a device of persistent memory between the device models, /sys/class/dax and the
 * dax bus. Return: 0 if steps were added; 1 if the request was refused; -ENOMEM.
 */

/* Move a device of the bus to the class, if the kernel has it. */
int plan_model_switch_to_class(struct plan_builder *p) _must_check_;
/*
 * Move a device of the class to the bus. The driver that it gets there is planned when the device
 * exists on the bus; reasons to refuse that are known now are checked now.
 */
int plan_model_switch_to_bus(struct plan_builder *p) _must_check_;

#endif
