/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_CXL_H
#define DAXBUS_PLAN_CXL_H

#include "plan/builder.h"

/*
 * Regions of volatile memory on the CXL bus. These functions plan which decoders a region takes, or
 * gives back. Until the last step, which deletes the region, each step can be undone.
 *
 * Return: 0 if steps were added; 1 if the request was refused; -ENOMEM.
 */

/*
 * After these steps the device exists, without a driver: the rest of the request is planned then.
 */
int plan_cxl_create(struct plan_builder *p) _must_check_;
int plan_cxl_destroy(struct plan_builder *p) _must_check_;

/*
 * plan_cxl_add_device() - add the device that `create` would create to a snapshot
 * @s: receives it, and its region
 * @bus: the CXL bus
 * @request: its memory devices, size and granularity
 *
 * Return: a device without driver and memory; NULL if memory ran out.
 */
struct device *plan_cxl_add_device(struct daxbus_snapshot *s, const struct cxl_bus *bus,
				   const struct daxbus_request *request);

/*
 * The same for a region of the CXL bus that has no device and that `destroy` is to destroy: it
 * takes the form of a device with the name of the region.
 */
struct device *plan_cxl_add_region(struct daxbus_snapshot *s, const char *name);

#endif
