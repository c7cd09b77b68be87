/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_OBSERVED_H
#define DAXBUS_PLAN_OBSERVED_H

#include "model/fields.h"
#include "model/state.h"

/* What a snapshot must have to become a state, beside NEED_BLOCKS if observed_needs_blocks(). */
#define OBSERVED_NEEDS                                                                             \
	(NEED_UEVENT | NEED_ALIGN | NEED_DETAIL | NEED_RANGES | NEED_MAPPINGS | NEED_MEMORY |      \
	 NEED_FLAGS | NEED_REGION | NEED_AVAILABLE | NEED_IDENTITY | NEED_POLICY)

/* Whether counts of memory blocks do not say where each block of its devices is. */
bool observed_needs_blocks(const struct daxbus_snapshot *s);

/*
 * observed_state() - the state of the devices of a snapshot
 * @s: the snapshot; second devices of the same memory (phantoms) are left out
 * @ret: its regions with devices are added to it
 *
 * Return: 0; -ENOMEM.
 */
int observed_state(const struct daxbus_snapshot *s, struct state *ret) _must_check_;

#endif
