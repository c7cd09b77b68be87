/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_FILE_H
#define DAXBUS_CLASS_SCAN_FILE_H

#include "class-scan/file-type.h"
#include "class-scan/match.h"

/*
 * file_inspect() - read a file once, and find its uses of the class
 * @m: receives the uses, none for a file of data; initialised with a buffer of FILE_BUFFER bytes
 * @path: absolute path below the root
 * @fd: the file, at its start; borrowed
 * @st: its status; the function does not read beyond st_size, even if the file grows
 * @named: whether the user named this file, or a process runs it: text is a script then
 * @ret_kind: receives the type
 * @ret_read: receives the number of bytes read
 * @ret_cut: receives whether the rest of the file was not read because it is huge
 *
 * Return: 0; -ENOMEM; errno of read(2) and lseek(2).
 */
int file_inspect(struct matches *m, const char *path, int fd, const struct stat *st, bool named,
		 enum file_type *ret_kind, uint64_t *ret_read, bool *ret_cut) _must_check_;

/* Fits into the processor's cache. */
#define FILE_BUFFER (256U << 10)

#endif
