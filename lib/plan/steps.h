/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_STEPS_H
#define DAXBUS_PLAN_STEPS_H

#include "plan/builder.h"

/* The steps of a plan whose guards have passed, in their order. */

/* From @p->from, if any, to @p->driver. */
void sequence_rebind(struct planning *p);
/* From @p->from to none. */
void sequence_unbind(struct planning *p);
/* From @p->from, if any, to @driver of the nd bus: to the other model. */
void sequence_move(struct planning *p, const char *driver);
/* To the driver that the kernel chooses. */
void sequence_probe(struct planning *p);
/* Bring unplugged memory back, in @p->zone. */
void sequence_plug(struct planning *p);
/* Take blocks of the device offline that are in @zones: @n of them, without the first @skip. */
void sequence_offline(struct planning *p, unsigned int zones, uint64_t skip, uint64_t n);
/* Bring the first @n blocks of @from that are in @zones, and offline by then, into @p->zone. */
void sequence_online(struct planning *p, const struct step *from, unsigned int zones, uint64_t n);

#endif
