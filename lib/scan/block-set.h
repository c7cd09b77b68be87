/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_BLOCK_SET_H
#define DAXBUS_SCAN_BLOCK_SET_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * A set of memory blocks, by number: those of a node, or of the machine. It comes from one listing,
 * so that a range is compared with what is there, never walked: a range of a captured tree may span
 * the address space.
 */
struct block_set {
	uint64_t *ids; /* ascending */
	size_t n;
};

/* Read the entries memoryN of a directory. Return: 0; errno of the directory; -ENOMEM. */
int block_set_read(struct sysfs *fs, struct block_set *ret, const char *path) _must_check_;
void block_set_done(struct block_set *set);

/*
 * The blocks of @set that lie wholly in START-END, as indices [ret_first, ret_first + n). Return:
 * n.
 */
size_t block_set_inside(const struct block_set *set, uint64_t start, uint64_t end,
			uint64_t block_size, size_t *ret_first);
/* How many blocks of @set lie wholly in the mappings of a device. */
size_t block_set_in_device(const struct block_set *set, const struct device *d,
			   uint64_t block_size);

#endif
