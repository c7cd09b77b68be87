/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_NAMESPACE_H
#define DAXBUS_PLAN_NAMESPACE_H

#include "model/namespace-spec.h"
#include "plan/builder.h"

/*
 * Devices on persistent memory: what makes one there is a namespace in devdax mode. Which one, and
 * how, as steps of a plan; what cannot be undone for it would lose data is refused, or said.
 */

/*
 * Both return true when the device is decided (refused, failed); else steps were added. After those
 * of plan_namespace_create() the device is there, with whatever driver the kernel gave it: what is
 * left is planned when it can be looked at.
 */
bool plan_namespace_create(struct plan_builder *p);
bool plan_namespace_destroy(struct plan_builder *p);

/* As plan_resize_add_device(), in what the nd bus has left of a region. */
struct device *plan_namespace_add_device(struct daxbus_snapshot *s, struct region *region);

#endif
