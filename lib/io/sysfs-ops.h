/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_SYSFS_OPS_H
#define DAXBUS_IO_SYSFS_OPS_H

#include <sys/types.h>

#include "base/log.h"
#include "io/path.h"
#include "io/root.h"

struct sysfs;
struct sysfs_observer;

/*
 * A directory: its descriptor (O_PATH), and its canonical path, whatever links it was opened
 * through. Zeroed with fd -1 is "not open"; initialise with SYSFS_DIR_INIT.
 */
struct sysfs_dir {
	struct sysfs *fs;
	int fd;
	char *path;
};
#define SYSFS_DIR_INIT                                                                             \
	{                                                                                          \
		.fs = NULL, .fd = -1, .path = NULL                                                 \
	}

/* A file that is open. Zeroed with fd -1 is "not open"; initialise with SYSFS_FILE_INIT. */
struct sysfs_file {
	const struct sysfs *fs;
	int fd;	      /* -1 in a tree without descriptors */
	void *handle; /* of such a tree */
};
#define SYSFS_FILE_INIT                                                                            \
	{                                                                                          \
		.fs = NULL, .fd = -1, .handle = NULL                                               \
	}

/*
 * What a tree of kernel files has to do, so that the functions of sysfs.h work on it: the files of
 * the running kernel, those of a captured tree (both in sysfs-ops.c), or a tree that something
 * else provides.
 *
 * Names have been checked: they lie below their directory, and say something. Each operation
 * returns 0, or a negative errno value: that of the system call, or the one that the kernel would
 * give.
 *
 * @is_live: values change, and may be written
 * @is_host: it is the machine's own tree, to whose facts other interfaces (libkmod, libndctl, the
 *           kernel log, capabilities) add
 */
struct sysfs_ops {
	bool is_live;
	bool is_host;

	/*
	 * Find a directory by its path from the root. *@ret_fd: its descriptor (O_PATH), -1 in a
	 * tree without descriptors. *@ret_path: its canonical path, which the caller frees.
	 */
	int (*open_directory)(struct sysfs *fs, const char *path, int *ret_fd, char **ret_path);
	/* Open a file; @flags: of open(2), for reading or for writing. */
	int (*open)(const struct sysfs_dir *dir, const char *name, int flags,
		    struct sysfs_file *ret);
	/* Read on from where the last call ended; *@ret_length 0 at the end. */
	int (*read)(struct sysfs_file *file, char *buffer, size_t size, size_t *ret_length);
	/* Write a whole value, which the kernel judges. Return: as sysfs_file_write(). */
	int (*write)(const struct sysfs_file *file, const char *value);
	void (*close)(struct sysfs_file *file);
	int (*read_link)(const struct sysfs_dir *dir, const struct name *name,
			 char target[PATH_MAX]);
	/* Whether something has this name; @ret_mode, which may be NULL: its type. */
	int (*find)(const struct sysfs_dir *dir, const char *name, mode_t *ret_mode);
	/* As root_list(). */
	int (*list)(const struct sysfs_dir *dir, int (*fn)(void *data, const char *name),
		    void *data);
	/* As sysfs_check_writable(). */
	int (*check_writable)(const struct sysfs_dir *dir);
};

/* @tree: what the operations work on; @door: the same for those of sysfs-ops.c. */
struct sysfs {
	const struct sysfs_ops *ops;
	void *tree;
	struct root door;
	const struct log *log;
	const struct sysfs_observer *observer;
};

/* The running kernel's, and a captured tree's. */
extern const struct sysfs_ops sysfs_ops_live;
extern const struct sysfs_ops sysfs_ops_captured;

#endif
