/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_MODEL_SWITCH_H
#define DAXBUS_PLAN_MODEL_SWITCH_H

#include "plan/builder.h"

/*
 * Plans for devices of persistent memory that change the model, between /sys/class/dax and the dax
 * bus; pure. Each returns true when the device is decided: it was refused.
 */

/* The device, which is on the bus, becomes one of the class, if the kernel has that. */
bool plan_model_switch_to_class(struct plan_builder *p);
/*
 * The device, which is one of the class, comes to the bus. What follows there is planned when it
 * is there, but what can be seen now is looked at.
 */
bool plan_model_switch_to_bus(struct plan_builder *p);

#endif
