/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_LONG_WRITE_H
#define DAXBUS_EXECUTE_LONG_WRITE_H

#include "execute/executor.h"

/* Fewer memory blocks take a second or so, and no thread: 32 GiB in blocks of 128 MiB. */
#define LONG_WRITE_BLOCKS 256

/*
 * long_write() - write a value, and report progress while the write lasts
 * @file: open for writing
 * @value: what is written, in one call
 * @what: the name of the operation in progress reports
 * @blocks_min: without this many memory blocks the write is done without reports
 *
 * Binding a terabyte to kmem takes minutes, in which the kernel brings memory online block after
 * block. A separate thread writes (execute/writer); the calling thread counts the blocks in
 * /proc/zoneinfo and calls the progress function several times a second.
 *
 * A write that has begun is not interrupted. When the progress function asks to stop, @p
 * remembers it and executor_tell() returns false from then on.
 *
 * Return: 0; errno of write(2); -ENXIO, -EIO when only a part was written.
 */
int long_write(struct executor *p, const struct sysfs_file *file, const char *value,
	       const char *what, uint64_t blocks_min) _must_check_;

#endif
