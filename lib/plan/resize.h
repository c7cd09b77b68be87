/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_RESIZE_H
#define DAXBUS_PLAN_RESIZE_H

#include "plan/builder.h"

/*
 * The memory of devices: which ranges of its region a device gets, or gives back, as steps of a
 * plan. The ranges are chosen here and given to the kernel one by one: what it chooses itself
 * need not begin on a multiple of the device's alignment, and a device of 1 GiB pages then maps
 * memory of its neighbour.
 *
 * Each returns true when the device is decided (refused, unchanged, failed); else steps were added,
 * and the plan goes on with the device as it will be.
 */

/*
 * @p->d: a device that is not there yet, see plan_resize_add_device(); or, where the request says
 * refill, one that is there without memory.
 */
bool plan_resize_create(struct plan_builder *p);
/* @p->d must be able to leave its driver; steps for that are added, too. */
bool plan_resize_change(struct plan_builder *p);
/* Whether that takes free memory, of a device that has @have bytes. */
bool plan_resize_grows(const struct daxbus_request *request, uint64_t have);
/* Sets @ret_gone: not for instance 0, which the kernel keeps. */
bool plan_resize_destroy(struct plan_builder *p, bool *ret_gone);

/*
 * plan_resize_add_device() - the device that `create` would make
 * @s: all devices of @region
 * @region: where
 * @instance: the kernel gives the lowest number that no device has; none below this one is free
 *
 * Return: a device of @s without driver and memory; NULL when memory ran out.
 */
struct device *plan_resize_add_device(struct daxbus_snapshot *s, struct region *region,
				      uint32_t instance);

#endif
