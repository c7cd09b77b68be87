/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_TALLY_H
#define DAXBUS_SCAN_TALLY_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/* Counts of blocks on the way into a struct memory. */
struct tally {
	uint64_t online;
	uint64_t movable;
	uint64_t kernel;
	uint64_t offline;
	bool no_zones; /* a block is online in a zone that is not told */
	bool unreadable;
};

/* Add a block that is online in zone Movable, or in another zone. */
void tally_add_online(struct tally *tally, bool is_movable);
/* Add a block by the text of its file valid_zones. */
void tally_add_zones(struct tally *tally, const char *zones);
/* Set the counts of blocks by state and zone that are known. */
void tally_set_counts(const struct tally *tally, struct memory *ret);

/*
 * Read a file of a block and add it: valid_zones, or state on kernels without
 * CONFIG_MEMORY_HOTREMOVE. @memory is /sys/devices/system/memory. Return: 0; -ENOMEM.
 */
int tally_read_block(struct tally *tally, const struct sysfs_dir *memory, uint64_t id) _must_check_;
/* The same from state alone. */
int tally_read_state(struct tally *tally, const struct sysfs_dir *memory, uint64_t id) _must_check_;

#endif
