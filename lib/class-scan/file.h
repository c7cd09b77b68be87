/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_FILE_H
#define DAXBUS_CLASS_SCAN_FILE_H

#include "class-scan/file-type.h"
#include "class-scan/match.h"

/*
 * file_inspect() - read a file once, and find what it says of the class
 * @m: initialised; receives it. A file that is data says nothing
 * @path: its path from the root, which says what it is
 * @fd: the file, at its beginning
 * @st: of it. It is read as far as it was long then, however it grows
 * @named: somebody named this very file, or runs it: a text is a script then, by whatever name
 * @ret_kind: receives what it is
 * @ret_read: receives how many bytes were read
 * @ret_cut: receives whether that was less than the file, because it is huge
 *
 * Return: 0; -ENOMEM; errno of read(2).
 */
int file_inspect(struct matches *m, const char *path, int fd, const struct stat *st, bool named,
		 enum file_type *ret_kind, uint64_t *ret_read, bool *ret_cut) _must_check_;

/* A buffer for file_inspect(): small enough for the processor's cache. */
#define FILE_BUFFER (256U << 10)

#endif
