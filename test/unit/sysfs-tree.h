/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_SYSFS_TREE_H
#define DAXBUS_SYSFS_TREE_H

#include "io/sysfs.h"

/*
 * Every test of a tree runs twice: with openat2(), where the kernel (or valgrind) has it, and with
 * the walk. The tree is FOLDER/tree; what lies beside it, and the machine's own files, must never
 * be seen.
 */
struct fixture {
	char *folder;
	char *tree;
	struct sysfs *fs;
	bool walk;
	bool have_node;
};

#define DEVICE	   "/sys/devices/platform/hmem.0/dax0.0"
#define ATTRIBUTES 4096
#define OUTSIDE	   "outside, not to be read\n"

char *_format_(1, 2) format_path(const char *format, ...);
void make_folder(const struct fixture *f, const char *path);
void make_text(const struct fixture *f, const char *path, const char *text);
void make_filled(const struct fixture *f, const char *path, size_t length, const char *end);
void make_link(const struct fixture *f, const char *path, const char *target);
int set_up_openat2(void **state);
int set_up_walk(void **state);
int tear_down(void **state);
struct sysfs_dir open_dir(struct sysfs *fs, const char *path);

#endif
