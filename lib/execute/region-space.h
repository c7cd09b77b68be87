/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_REGION_SPACE_H
#define DAXBUS_EXECUTE_REGION_SPACE_H

#include "base/log.h"
#include "io/sysfs.h"
#include "model/range-list.h"
#include "model/snapshot.h"

/*
 * A region while devices are made in it, one after the other. Reading it takes as long as it has
 * devices, so that it is read once, and what each new device takes is subtracted. The kernel gives
 * no byte to two devices and says which name a new one has: what others do in the meantime can
 * make a device fail, and nothing else.
 */
struct region_space {
	struct daxbus_snapshot *snapshot;
	struct region *region; /* of that; NULL: there is none */
	uint32_t instance;     /* no number below is free */
};

void region_space_done(struct region_space *room);

/* Read the region named @region ("region0"). Return: 0, also when there is none; -ENOMEM. */
int region_space_read(struct region_space *room, struct sysfs *fs, const struct log *log,
		      const char *region, unsigned int needs) _must_check_;
/*
 * Whether it was read, and nobody else has taken or given back memory since. @live: what was given
 * was given by the kernel, too, and is not planned only.
 */
bool region_space_is_current(const struct region_space *room, struct sysfs *fs, bool live);
/*
 * The device that would be created next; see plan_resize_add_device(), plan_namespace_add_device().
 * NULL when memory ran out.
 */
struct device *region_space_add_device(struct region_space *room) _must_check_;
/* It has @layout now. Return: 0; -ENOMEM. */
int region_space_give(struct region_space *room, struct device *d,
		      const struct range_list *layout) _must_check_;

#endif
