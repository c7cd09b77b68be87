/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_RESIZE_H
#define DAXBUS_PLAN_RESIZE_H

#include "plan/builder.h"

/*
 * Plan which ranges of its region a device gets or gives up. daxbus chooses the ranges and passes
 * them to the kernel one by one: a range that the kernel chooses need not start at a multiple of
 * the alignment of the device, and a device of 1 GiB pages would then map memory of its neighbour.
 *
 * Return: 0 if steps were added: the plan goes on with the device as it will be; 1 if the request
 * was refused or there is nothing to do; -ENOMEM.
 */

/*
 * @p->d: a device that does not exist yet, see plan_resize_add_device(); if the request has
 * @refill, an existing device without memory.
 */
int plan_resize_create(struct plan_builder *p) _must_check_;
/* @p->d must be able to leave its driver; the steps for that are added, too. */
int plan_resize_change(struct plan_builder *p) _must_check_;
/* Whether the request takes free memory for a device that has @have bytes. */
bool plan_resize_grows(const struct daxbus_request *request, uint64_t have);
/* Give the memory of the device back, unless it has all of its region: then nothing is added. */
int plan_resize_clear(struct plan_builder *p) _must_check_;
/* Sets @p->goal.gone, except for instance 0, which the kernel keeps. */
int plan_resize_destroy(struct plan_builder *p) _must_check_;

/*
 * plan_resize_add_device() - add the device that `create` would create
 * @s: contains all devices of @region
 * @region: the region of the device
 * @instance: its least instance; the kernel uses the lowest one that is free
 *
 * Return: a device of @s without driver and memory; NULL if memory ran out.
 */
struct device *plan_resize_add_device(struct daxbus_snapshot *s, struct region *region,
				      uint32_t instance);

#endif
