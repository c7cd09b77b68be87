/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_FREE_SPACE_H
#define DAXBUS_SCAN_FREE_SPACE_H

#include "io/sysfs.h"
#include "model/range-list.h"

/* What is free in a region: what its devices leave of it. */

/*
 * free_space_subtract() - what ranges leave of a whole
 * @whole: the whole
 * @taken: @n ranges of it, which are put into order
 * @ret: room for @n + 1 ranges; receives what is left, ascending
 * @ret_n: receives how many
 *
 * Return: 0; -EBADMSG when ranges overlap, reach out of the whole or end before they start.
 */
int free_space_subtract(struct range whole, struct range *taken, size_t n, struct range *ret,
			size_t *ret_n) _must_check_;

/*
 * free_space_find_whole() - the entry of /proc/iomem that can only be a region
 * @iomem: its text, which is cut up
 * @size: size of the region
 * @inside: from the first to the last byte of it that devices have
 * @ret: receives where the region begins
 *
 * That is an entry of exactly that size that holds all of @inside: entries lie within each other or
 * apart, so that two of one size that share a byte are the same range.
 *
 * Return: 0; -ENOENT.
 */
int free_space_find_whole(char *iomem, uint64_t size, struct range inside,
			  uint64_t *ret) _must_check_;

/*
 * free_space_read() - find where each region begins, and what is free in it
 * @s: a snapshot that is not finished, with all devices of the regions that matter and their
 * ranges; where something showed the start of a region already it is there
 *
 * Return: 0, with UNKNOWN what cannot be told; -ENOMEM.
 */
int free_space_read(struct sysfs *fs, struct daxbus_snapshot *s) _must_check_;

#endif
