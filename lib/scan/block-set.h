/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_BLOCK_SET_H
#define DAXBUS_SCAN_BLOCK_SET_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * A set of memory blocks, by number: those of a node, or of the machine. It comes from one
 * directory listing. Code compares a range with the set and never walks the range, because a range
 * in a captured tree can span the whole address space.
 */
struct block_set {
	uint64_t *ids; /* ascending */
	size_t n;
};

/*
 * Read the entries memoryN of the directory @path; release the set with block_set_done(). Return:
 * 0; the error of the directory; -ENOMEM.
 */
int block_set_read(struct sysfs *fs, struct block_set *ret, const char *path) _must_check_;
void block_set_done(struct block_set *set);

/*
 * Find the blocks of @set that are completely inside of @start to @end, both included. Return:
 * their number; @ret_first receives the index of the first.
 */
size_t block_set_inside(const struct block_set *set, uint64_t start, uint64_t end,
			uint64_t block_size, size_t *ret_first);
/* Return: the number of blocks of @set that are completely inside of a mapping of @d. */
size_t block_set_in_device(const struct block_set *set, const struct device *d,
			   uint64_t block_size);

#endif
