/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_ROOM_H
#define DAXBUS_PLAN_ROOM_H

#include "plan/builder.h"

/*
 * room_add_steps() - add the steps that make room for memory that goes offline
 *
 * None if the request does not ask for it. They are added in front of the step that takes it
 * offline. Return: 0; -ENOMEM.
 */
int room_add_steps(struct plan_builder *p) _must_check_;
/* Whether steps of room_add_steps() restore the pools of huge pages of the node when undone. */
bool room_has_pools(const struct plan_builder *p);

#endif
