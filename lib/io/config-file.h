/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_CONFIG_FILE_H
#define DAXBUS_IO_CONFIG_FILE_H

#include "base/strv.h"
#include "io/sysfs.h"

/*
 * Configuration files of the system whose kernel is read: of modprobe, of udev, of the kernel
 * itself. Other than those of the kernel they may be links, and empty. They are read through the
 * same door as the others, so that a captured tree contains those that matter.
 */

/*
 * config_file_read() - read a file, behind links too
 * @path: its path from the root
 * @cut: takes what does not matter out of the text, in place; false: nothing of it matters; NULL:
 *       all does. An observer hears what is left, and nothing of a file that does not matter
 * @ret: receives what is left, owned by the caller; of a link to /dev/null, ""
 *
 * Return: 0; -ENODATA: nothing of it matters; -ELOOP: too many links; -ENOMEM; as
 * sysfs_read_words().
 */
int config_file_read(struct sysfs *fs, const char *path, bool (*cut)(char *text),
		     char **ret) _must_check_;

/*
 * config_file_keep_lines() - take the lines out of a text that do not matter
 * @is_kept: whether one does
 * @numbered: the other lines keep their numbers: those between them are empty then
 *
 * Return: whether any line is left.
 */
bool config_file_keep_lines(char *text, bool (*is_kept)(const char *line), bool numbered);

/*
 * config_file_tell() - let an observer hear of a text that no file has
 * @path: the path under which a captured tree has it
 *
 * It is read from there with config_file_read().
 */
void config_file_tell(struct sysfs *fs, const char *path, const char *text);

/* The directories of some configuration files, and what makes a name one of them. */
struct config_directories {
	/* The one that counts most first; NULL behind the last. */
	const char *const *directories;
	bool (*is_file)(const char *name);
};

/*
 * config_file_list() - list configuration files
 * @ret: their paths, by name; of files of the same name, the one in the first directory
 *
 * Return: 0, also if directories cannot be read; -ENOMEM.
 */
int config_file_list(struct sysfs *fs, const struct config_directories *where,
		     struct strv *ret) _must_check_;

#endif
