/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_NAMESPACE_H
#define DAXBUS_PLAN_NAMESPACE_H

#include "model/namespace-spec.h"
#include "plan/builder.h"

/*
 * Devices on persistent memory: each is a namespace in devdax mode. These functions plan which
 * namespace to create or delete, and how. They refuse changes that lose data, or cannot be undone,
 * unless --force is given.
 *
 * Return: 0 if steps were added; 1 if the request was refused; -ENOMEM.
 */

/*
 * After these steps the device exists, with the driver that the kernel chose for it: the rest of
 * the request is planned then.
 */
int plan_namespace_create(struct plan_builder *p) _must_check_;
int plan_namespace_destroy(struct plan_builder *p) _must_check_;

/* Like plan_resize_add_device(), for a region of the nd bus. */
struct device *plan_namespace_add_device(struct daxbus_snapshot *s, struct region *region);

#endif
