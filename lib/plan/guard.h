/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_GUARD_H
#define DAXBUS_PLAN_GUARD_H

#include "plan/builder.h"

/*
 * Conditions that must hold before a device is changed. Each function returns 0 if the condition
 * holds, 1 if it refused the request, or -ENOMEM.
 */

/* The device is on the bus and has memory, is no duplicate, and is not stuck. */
int guard_device(struct plan_builder *p) _must_check_;
/* It is on the bus, or memory without a device that the request brings online or takes offline. */
int guard_orphan(struct plan_builder *p) _must_check_;
/* The same as guard_device(), for a request that changes its ranges: it may have no memory. */
int guard_shaped(struct plan_builder *p) _must_check_;
/* It can leave its current driver. @keeps_online: the plan takes no memory offline for that. */
int guard_leave(struct plan_builder *p, bool keeps_online) _must_check_;
/* The requested driver, or the one that the kernel chooses, can bind it. Sets @p->load. */
int guard_enter(struct plan_builder *p) _must_check_;
/* No process has the device, one of /sys/class/dax or of devdax mode, open or mapped. */
int guard_holders(struct plan_builder *p) _must_check_;
/* The kernel has the requested driver, or its module. Sets @p->load. */
int guard_driver(struct plan_builder *p) _must_check_;
/* The module of a driver that is not registered can be loaded; @module: enum daxbus_module. */
int guard_module(struct plan_builder *p, const char *driver,
		 const struct opt_u64 *module) _must_check_;
/* kmem can add its memory. */
int guard_kmem(struct plan_builder *p) _must_check_;
/* There is enough free memory for the memmap of its memory. */
int guard_memmap_fits(struct plan_builder *p) _must_check_;
/* memmap_on_memory can have the requested value. Sets @p->memmap. */
int guard_memmap_on_memory(struct plan_builder *p) _must_check_;
/*
 * @blocks of its memory blocks can go offline: their data fits into other memory, and nobody is
 * bound to a node that has no memory then.
 */
int guard_offline(struct plan_builder *p, uint64_t blocks) _must_check_;

#endif
