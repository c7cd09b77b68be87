/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_BLOCK_PAGES_H
#define DAXBUS_SCAN_BLOCK_PAGES_H

#include "model/block-runs.h"

/*
 * block_pages_count_used() - count the pages of memory blocks that are in use
 * @fd: /proc/kpageflags, from sysfs_open_numbers()
 * @runs: the blocks
 * @block_size: their size
 *
 * Neither pages that are free count, nor those that hold the memmap, which stay where they are.
 *
 * Return: 0; -ENOMEM; errno of pread(2).
 */
int block_pages_count_used(int fd, const struct block_runs *runs, uint64_t block_size,
			   uint64_t *ret) _must_check_;

#endif
