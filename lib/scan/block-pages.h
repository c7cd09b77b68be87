/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_BLOCK_PAGES_H
#define DAXBUS_SCAN_BLOCK_PAGES_H

#include "io/sysfs.h"
#include "model/block-runs.h"
#include "model/forecast.h"

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

/* The two files of page frames, and room for a part of each. */
struct block_pages {
	int kpageflags, kpagecount;
	uint64_t *flags, *counts;
};
#define BLOCK_PAGES_INIT                                                                           \
	{                                                                                          \
		.kpageflags = -1, .kpagecount = -1                                                 \
	}

/* Return: 0; -EROFS: a captured tree; -ENOENT: the kernel has no such files; -EACCES; -ENOMEM. */
int block_pages_open(struct block_pages *b, struct sysfs *fs) _must_check_;
void block_pages_close(struct block_pages *b);
/*
 * block_pages_classify() - count pages by what they hold
 * @page: the first of @n page frames, in one memory block
 * @pages: receives the numbers, in addition to what it has
 *
 * Source: /proc/kpageflags, /proc/kpagecount.
 *
 * Return: 0; errno of pread(2).
 */
int block_pages_classify(const struct block_pages *b, uint64_t page, uint64_t n,
			 uint64_t pages[_PAGE_KIND_MAX]) _must_check_;

#endif
