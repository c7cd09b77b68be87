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
 * no byte to two devices and says which name a new one has: what others do meanwhile can make a
 * device fail, and nothing else.
 */
struct room {
	struct daxbus_snapshot *snapshot;
	struct region *region; /* of that; NULL: there is none */
	uint32_t instance;     /* no number below is free */
};

void room_done(struct room *room);

/* Read the region named @region ("region0"). Return: 0, also when there is none; -ENOMEM. */
int room_read(struct room *room, struct sysfs *fs, const struct log *log, const char *region,
	      unsigned int needs) _must_check_;
/*
 * Whether it was read, and nobody else has taken or given back memory since. @live: what was given
 * was given by the kernel, too, and is not planned only.
 */
bool room_is_current(const struct room *room, struct sysfs *fs, bool live);
/*
 * The device that would be created next; see shape_add_device(), namespace_add_device(). NULL when
 * memory ran out.
 */
struct device *room_add_device(struct room *room) _must_check_;
/* It has @layout now. Return: 0; -ENOMEM. */
int room_give(struct room *room, struct device *d, const struct layout *layout) _must_check_;

#endif
