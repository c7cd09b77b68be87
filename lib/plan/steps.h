/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_STEPS_H
#define DAXBUS_PLAN_STEPS_H

#include "plan/builder.h"

/* The steps of a plan whose guards have passed, in their order. */

/* From @p->from, if any, to @p->driver. */
void steps_rebind(struct plan_builder *p);
/* From @p->from to none. */
void steps_unbind(struct plan_builder *p);
/* From @p->from, if any, to @driver of the nd bus: to the other model. */
void steps_switch_model(struct plan_builder *p, const char *driver);
/* To the driver that the kernel chooses. */
void steps_probe(struct plan_builder *p);
/* Bring unplugged memory back, in @p->zone. */
void steps_plug(struct plan_builder *p);
/* Take blocks of the device offline that are in @zones: @n of them, without the first @skip. */
void steps_offline(struct plan_builder *p, unsigned int zones, uint64_t skip, uint64_t n);
/* Bring the first @n blocks of @from that are in @zones, and offline by then, into @p->zone. */
void steps_online(struct plan_builder *p, const struct block_runs *from, unsigned int zones,
		  uint64_t n);

#endif
