/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_APPLY_H
#define DAXBUS_EXECUTE_APPLY_H

#include "execute/region-space.h"
#include "execute/transaction.h"

/*
 * apply_device() - bring one device to where a request wants it
 * @apply: where
 * @request: what is wanted
 * @device: its name
 * @results: receives its result
 *
 * A fresh reading, the facts, the plan; then, unless only the plan is wanted, each step: written
 * into the journal, done, read back. When one fails, all are undone in reverse. In the end the
 * device is read once more and compared with the plan's goal, or with what it was.
 *
 * Return: 0, whatever became of the device; -ENOMEM.
 */
int apply_device(const struct apply_context *apply, const struct daxbus_request *request,
		 const char *device, struct daxbus_results *results) _must_check_;

/*
 * The same for a device that is to be created in @region ("region0"), with @request->count more to
 * come, itself included. @room goes from one to the next of these.
 */
int apply_create(const struct apply_context *apply, const struct daxbus_request *request,
		 const char *region, struct region_space *room,
		 struct daxbus_results *results) _must_check_;

/* The same for a region of the CXL bus that has no device ("region0") and is to be destroyed. */
int apply_destroy_region(const struct apply_context *apply, const struct daxbus_request *request,
			 const char *region, struct daxbus_results *results) _must_check_;

/* The same for the device of a region of the CXL bus that is created with it. */
int apply_create_region(const struct apply_context *apply, const struct daxbus_request *request,
			struct daxbus_results *results) _must_check_;

/*
 * apply_plan() - say what would be done to a device of a reading
 * @s: the reading, with NEED_PLAN and NEED_FREE
 * @d: a device of it, or one that plan_resize_add_device() added
 *
 * Return: 0, with a result that has the steps, or the refusal; -ENOMEM.
 */
int apply_plan(const struct apply_context *apply, const struct daxbus_request *request,
	       struct daxbus_snapshot *s, const struct device *d,
	       struct daxbus_results *results) _must_check_;

/*
 * apply_steps() - carry out steps that leave the driver and the memory of a device as they are
 * @steps: taken over
 * @done: what they lead to, a sentence for the result
 *
 * Return: 0, whatever became of the device; -ENOMEM.
 */
int apply_steps(const struct apply_context *apply, const struct daxbus_request *request,
		const char *device, struct steps *steps, const char *done,
		struct daxbus_results *results) _must_check_;

/* Why @device and the rest are not to be begun; REASON_NONE while there is no reason. */
enum reason apply_reason_to_stop(const struct apply_context *apply,
				 const struct daxbus_results *results, const char *device);
/* Refuse a device for such a reason. */
int apply_not_begun(const char *device, enum reason code,
		    struct daxbus_results *results) _must_check_;
/* The device is not begun: refuse it with that code. */
int apply_skip(const char *device, enum reason code, const char *message,
	       struct daxbus_results *results) _must_check_;

#endif
