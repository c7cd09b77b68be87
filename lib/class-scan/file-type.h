/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_FILE_TYPE_H
#define DAXBUS_CLASS_SCAN_FILE_TYPE_H

#include <sys/stat.h>

#include "class-scan/match.h"

/* The type of a file, from its path and its first bytes. Nothing here reads a file. */

/* Scripts rely on the words: add rows; never change them. */
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

/* Return: the word for a type, a constant. */
const char *file_type_word(enum file_type kind);

/* Number of bytes at the start of a file that file_type_of() examines. */
#define FILE_TYPE_HEAD 4096

/*
 * Return: whether files of that name never use the class, so that they need not be opened:
 * documentation, images, sources, compressed files.
 */
bool file_type_is_idle_name(const char *name);
/* Return: whether the directory with that path contains only such files. */
bool file_type_is_idle_directory(const char *path);

/*
 * file_type_of() - determine the type and the syntax of a file
 * @path: absolute path below the root
 * @mode: st_mode of stat(2)
 * @head: first bytes of the file; need not end with NUL
 * @n: number of bytes in @head; FILE_TYPE_HEAD unless the file is shorter
 * @ret_syntax: receives the syntax; undefined for _FILEKIND_MAX
 *
 * Return: the type; _FILEKIND_MAX for data: neither an executable nor configuration.
 */
enum file_type file_type_of(const char *path, mode_t mode, const char *head, size_t n,
			    enum syntax *ret_syntax);

#endif
