/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_GOAL_H
#define DAXBUS_PLAN_GOAL_H

#include "base/util.h"
#include "model/zone.h"

/*
 * The expected state of the device after the last step; the transaction compares it with a new
 * snapshot.
 */
struct goal {
	char *driver;	 /* NULL: none; see any_driver */
	bool any_driver; /* the kernel chooses */
	bool is_class;	 /* it is one of /sys/class/dax */
	bool gone;	 /* the device no longer exists; the other members do not matter */
	bool counted;	 /* @blocks is exact, and @online if @in_zone */
	uint64_t blocks; /* existing memory blocks */
	uint64_t online; /* at least so many are online */
	bool in_zone;	 /* all of these in @zone */
	enum zone zone;	 /* ZONE_OFFLINE: the zones are not compared */
};

#endif
