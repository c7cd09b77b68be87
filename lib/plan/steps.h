/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_STEPS_H
#define DAXBUS_PLAN_STEPS_H

#include "plan/builder.h"

/*
 * Add the steps of a plan, in their order, after its guards have passed. Each function returns 0 or
 * -ENOMEM.
 */

/* From @p->from, if any, to @p->driver. */
int steps_rebind(struct plan_builder *p) _must_check_;
/* From @p->from, if any, to no driver. */
int steps_unbind(struct plan_builder *p) _must_check_;
/*
 * The same in parts, for a device that goes with its provider: keep drivers from taking devices
 * that appear, and so the one that an undo restores; leave @p->from, if any; reset what was set.
 */
int steps_hold_devices(struct plan_builder *p) _must_check_;
int steps_leave(struct plan_builder *p) _must_check_;
int steps_reset(struct plan_builder *p) _must_check_;
/* From @p->from, if any, to @driver of the nd bus, that is, to the other device model. */
int steps_switch_model(struct plan_builder *p, const char *driver) _must_check_;
/* To the driver that the kernel chooses. */
int steps_probe(struct plan_builder *p) _must_check_;
/* Take blocks offline that are in @zones: skip the first @skip, then take @n. */
int steps_offline(struct plan_builder *p, unsigned int zones, uint64_t skip,
		  uint64_t n) _must_check_;
/* The same for all of @runs. */
int steps_offline_runs(struct plan_builder *p, const struct block_runs *runs) _must_check_;
/* Bring the first @n blocks of @from that are in @zones, and offline by then, into @p->zone. */
int steps_online(struct plan_builder *p, const struct block_runs *from, unsigned int zones,
		 uint64_t n) _must_check_;
/*
 * Bring blocks of @from online that are online in @p->request->blocks, and offline by then, each in
 * the zone that it has there.
 */
int steps_online_as_wanted(struct plan_builder *p, const struct block_runs *from) _must_check_;

#endif
