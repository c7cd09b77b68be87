/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_ROOTFS_H
#define DAXBUS_IO_ROOTFS_H

#include "io/root.h"

/*
 * Files of an installed system below a root: configuration, lists of modules, what is in /boot.
 * Other than those of the kernel (sysfs.h) they may be links, which are resolved inside the root,
 * may be empty, and some are written.
 *
 * Return of all: 0, or the errno of the system call. Beyond those:
 * -EBADMSG  what is there is no regular file, or holds a NUL byte
 */

/*
 * The text of a file, up to 16 MiB, behind links too. @ret_path, or NULL, receives its path, which
 * may be "/dev/null": an empty text.
 */
int rootfs_read(struct root *root, const char *path, char **ret, char **ret_path) _must_check_;
/* When what is at the end of a path was last changed, in nanoseconds since 1970. */
int rootfs_changed_at(struct root *root, const char *path, uint64_t *ret) _must_check_;
/*
 * A directory that files are written into; -1 is none. @make: where it is not there, for everybody
 * to read.
 */
int rootfs_open_directory(struct root *root, const char *path, bool make, int *ret) _must_check_;
/* The text of a file in it, which is no link: -ELOOP. */
int rootfs_read_in(const struct root *root, int directory, const char *name,
		   char **ret) _must_check_;
/*
 * The same of a file that decides what root does: up to @max bytes (-EFBIG), of root or the user
 * who runs daxbus, and that nobody else can write to (-EPERM).
 */
int rootfs_read_trusted_in(const struct root *root, int directory, const char *name, size_t max,
			   char **ret) _must_check_;
/* Check a directory in the same way. Return: 0; -EPERM; errno of fstat(2). */
int rootfs_check_trusted(int fd) _must_check_;
/* Whether a name in a directory is a link to /dev/null, which masks other files of that name. */
bool rootfs_is_mask_in(int directory, const char *name);
/*
 * A new file in it, all of it or none, for everybody to read: -EEXIST when something of that name
 * is there, whatever it is.
 */
int rootfs_create_in(int directory, const char *name, const char *text) _must_check_;
/* The same, in place of a file of that name, and with these permissions, whatever the umask is. */
int rootfs_replace_in(int directory, const char *name, const char *text, mode_t mode) _must_check_;
/* modprobe and the tools of all users read it. */
#define ROOTFS_FOR_ALL 0644
int rootfs_remove_in(int directory, const char *name) _must_check_;

#endif
