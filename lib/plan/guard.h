/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_GUARD_H
#define DAXBUS_PLAN_GUARD_H

#include "plan/builder.h"

/*
 * What must hold before a device is touched. Each returns true when the device is decided: it was
 * refused.
 */

/* What the device is: one of the bus, with memory, that is no duplicate and was not left behind. */
bool guard_device(struct plan_builder *p);
/* The same for one whose memory is about to be taken or given: it may have none. */
bool guard_shaped(struct plan_builder *p);
/* That it can leave the driver that it has. @keeps_online: memory is not taken offline for it. */
bool guard_leave(struct plan_builder *p, bool keeps_online);
/* That the wanted driver, or the one that the kernel chooses, can take it. Sets @p->load. */
bool guard_enter(struct plan_builder *p);
/* That a device of /sys/class/dax can leave it: nobody has it open or mapped. */
bool guard_class_leave(struct plan_builder *p);
/* That the kernel has the wanted driver, or its module. Sets @p->load. */
bool guard_driver(struct plan_builder *p);
/* That the module of a driver which is not there can be loaded; @module: enum daxbus_module. */
bool guard_module(struct plan_builder *p, const char *driver, const struct opt_u64 *module);
/* That kmem can make memory of it. */
bool guard_kmem(struct plan_builder *p);
/* That a memmap for its memory fits into memory. */
bool guard_memmap_fits(struct plan_builder *p);
/* That memmap_on_memory can be as requested. Sets @p->memmap. */
bool guard_memmap_on_memory(struct plan_builder *p);
/* That what is in use fits elsewhere when so many blocks are taken offline. */
bool guard_room(struct plan_builder *p, uint64_t blocks);

#endif
