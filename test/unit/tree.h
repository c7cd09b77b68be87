/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_TREE_H
#define DAXBUS_TREE_H

#include "io/sysfs.h"

/*
 * A small real tree in a folder of its own. Paths are written from its root; folders on the way
 * are made. Whatever cannot be made fails the test.
 */
struct tree {
	char *folder;
	struct sysfs *fs;
};

/* Setup and teardown of cmocka: *state is the tree, empty. */
int tree_set_up(void **state);
int tree_tear_down(void **state);

void tree_folder(const struct tree *t, const char *format, ...) _format_(2, 3);
/* Write @text and a newline, over what is there. */
void tree_write(const struct tree *t, const char *text, const char *format, ...) _format_(3, 4);
void tree_write_u64(const struct tree *t, uint64_t number, const char *format, ...) _format_(3, 4);
void tree_write_hex(const struct tree *t, uint64_t number, const char *format, ...) _format_(3, 4);
/* A file of no byte: a capture's word for what could not be read. */
void tree_write_nothing(const struct tree *t, const char *format, ...) _format_(2, 3);
void tree_link(const struct tree *t, const char *target, const char *format, ...) _format_(3, 4);
void tree_remove(const struct tree *t, const char *format, ...) _format_(2, 3);

/* A process with one thread, and @mebibytes of huge pages on node 1. */
void tree_process(const struct tree *t, unsigned int pid, const char *name, unsigned int mebibytes);

#endif
