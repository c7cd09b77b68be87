/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_FILE_TYPE_H
#define DAXBUS_CLASS_SCAN_FILE_TYPE_H

#include <sys/stat.h>

#include "class-scan/match.h"

/*
 * Which files can use a device, and how they are read: from their names and their first bytes, and
 * without a look at a file system.
 */

/* What a user of the class is. Scripts rely on the words: rows are added, never changed. */
/* clang-format off */
#define FILEKINDS(row)                                                                          \
	row(FILE_TYPE_PROGRAM, "program")                                                        \
	row(FILE_TYPE_LIBRARY, "library")                                                        \
	row(FILE_TYPE_SCRIPT, "script")                                                          \
	row(FILE_TYPE_UDEV, "udev-rule")                                                         \
	row(FILE_TYPE_UNIT, "systemd-unit")                                                      \
	row(FILE_TYPE_MODPROBE, "modprobe")                                                      \
	row(FILE_TYPE_CONFIGURATION, "configuration")
/* clang-format on */

#define FILE_TYPE_ROW(name, word) name,
enum file_type { FILEKINDS(FILE_TYPE_ROW) _FILEKIND_MAX };

const char *file_type_word(enum file_type kind);

/* Bytes of a file that file_type_of() wants to see, where there are so many. */
#define FILE_TYPE_HEAD 4096

/*
 * Whether a file of that name is never a user: documentation, pictures, what is compressed, what
 * programs are made of. Such a file need not be opened.
 */
bool file_type_is_idle_name(const char *name);
/* Whether a directory, whose path this is, holds nothing else. */
bool file_type_is_idle_directory(const char *path);

/*
 * file_type_of() - what a file is, and how it is to be read
 * @path: its path from the root
 * @mode: as stat(2) has it
 * @head: its first bytes, @n of them
 * @n: how many
 * @ret_syntax: receives how
 *
 * Return: the kind; _FILEKIND_MAX when it is data, that is, neither a program nor what configures
 * one.
 */
enum file_type file_type_of(const char *path, mode_t mode, const char *head, size_t n,
			    enum syntax *ret_syntax);

#endif
