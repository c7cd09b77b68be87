/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_FD_H
#define DAXBUS_BASE_FD_H

#include <stdbool.h>

#include "base/util.h"

/* Write all bytes, with several calls if necessary. Return: 0; -errno of write(2), never -EINTR. */
int fd_write_all(int fd, const char *s, size_t length) _must_check_;

/*
 * Whether a descriptor is a regular file with one name, or a directory, that only the user of this
 * process can write to: what another user has put into a directory is not trusted.
 */
bool fd_is_own(int fd);

/*
 * Rename a file in a directory without replacing another one. Return: 0; -EEXIST: @to exists; errno
 * of renameat2(2), linkat(2) and unlinkat(2).
 */
int fd_rename_new(int directory, const char *from, const char *to) _must_check_;

/* Whether the process can open @n more descriptors. Return: 0; -EMFILE, -ENFILE. */
int fd_check_room(unsigned int n) _must_check_;

#endif
