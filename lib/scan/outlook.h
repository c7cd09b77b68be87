/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_OUTLOOK_H
#define DAXBUS_SCAN_OUTLOOK_H

#include "base/progress.h"
#include "io/sysfs.h"
#include "model/forecast.h"
#include "model/snapshot.h"

/*
 * outlook_read() - forecast what becomes of the memory of a device when it goes offline
 * @progress_fn: called before each block; may end the reading
 * @d: a device in mode kmem, with target node and memory blocks
 * @block_size: size of a memory block in bytes
 * @ret: receives the forecast; release it with forecast_done()
 *
 * It reads two numbers for each page of the device: about 0.1 s for each GiB in pages of 4 KiB.
 *
 * Source: /proc/kpageflags, /proc/kpagecount, /proc/zoneinfo, nodeN/{meminfo,hugepages},
 * /sys/devices/system/node/has_memory.
 *
 * Return: 0; -EROFS: a captured tree has no such files; -ENOENT: the kernel has none of them, or
 * the state of a block is unknown; -EACCES: not root; -EINTR: the progress function has asked to
 * stop; -ENOMEM.
 */
int outlook_read(struct sysfs *fs, const struct progress_fn *progress_fn, const struct device *d,
		 uint64_t block_size, struct forecast *ret) _must_check_;

/*
 * outlook_read_block() - count the pages of a memory block by what they hold
 * @b: with number and zone; receives the bytes
 *
 * Return: 0; errors of outlook_read(), but -EINTR.
 */
int outlook_read_block(struct sysfs *fs, uint64_t block_size,
		       struct forecast_block *b) _must_check_;

#endif
