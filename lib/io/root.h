/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_ROOT_H
#define DAXBUS_IO_ROOT_H

#include "base/error.h"
#include "base/log.h"
#include "io/path.h"

/*
 * Opening below a root, and never outside it: openat2(2), or where the kernel has none (before 5.6,
 * or under a filter) the walk, which takes a path component by component. sysfs.h says what is read
 * through it.
 */
struct root {
	int fd;
	bool live;	 /* the root is the machine's own */
	bool walk;	 /* there is no openat2() */
	char *real_root; /* as /proc names it, without links; NULL until needed */
	/* Hears of every link that root_open_directory() goes through; NULL when nobody listens. */
	void (*on_link)(void *data, const struct path *path, const char *target);
	void *data;
};
#define ROOT_INIT ((struct root){ .fd = -1 })

/* @root NULL or "/": the running system. */
int root_open(struct root *door, const char *root, const struct log *log,
	      struct daxbus_error *err) _must_check_;
void root_close(struct root *door);

/* Open a directory by its path from the root; *@ret_path is the canonical one. */
int root_open_directory(struct root *door, const char *path, int *ret_fd,
			char **ret_path) _must_check_;
/* Open a name below the open directory @directory, with no component that is a link. */
int root_open_beneath(const struct root *door, int directory, const char *name, int flags,
		      int *ret_fd) _must_check_;
/*
 * The directory that holds a name, for the calls that have no way to resolve safely. *@ret_owned is
 * the descriptor to close: most names have one component, and then it is the directory that is open
 * already and there is nothing to close.
 */
int root_open_parent(const struct root *door, int directory, const struct name *name, int *ret_at,
		     int *ret_owned) _must_check_;

/*
 * struct root_location - where a path ends
 * @directory: the directory of the last component, open; -1: none
 * @path: the canonical path: no component is a link, except the last one if it was not followed
 * @name: its last component
 */
struct root_location {
	int directory;
	struct path path;
	const char *name;
};
#define ROOT_LOCATION_INIT ((struct root_location){ .directory = -1 })

/*
 * Find where a path ends; @follow: behind the links that its last component may be. That component
 * need not exist. Return: 0; -ENOTDIR if there is none ("/", "a/.."); errno of openat(2).
 */
int root_find(struct root *door, const char *path, bool follow,
	      struct root_location *ret) _must_check_;
void root_location_done(struct root_location *location);

int root_open_once(int at, const char *name, int flags, int *ret_fd) _must_check_;
int root_read_link_at(int at, const char *name, char buffer[PATH_MAX]) _must_check_;
int root_read_some(int fd, char *buffer, size_t size, size_t *ret_length) _must_check_;
/*
 * Call @fn for each entry of a directory except "." and "..", in the kernel's order, until it
 * returns a negative errno. @at may be a descriptor of O_PATH. Return: 0; errno of openat(2) and
 * getdents64(2); what @fn returned.
 */
int root_list(int at, int (*fn)(void *data, const char *name), void *data) _must_check_;
/* Everything that @read_on gives, as read(2) does, up to @max bytes, or -EFBIG. */
int root_read_whole(int (*read_on)(void *data, char *buffer, size_t size, size_t *ret_length),
		    void *data, size_t max, char **ret, size_t *ret_length) _must_check_;
/* The same of a descriptor. */
int root_read_all(int fd, size_t max, char **ret, size_t *ret_length) _must_check_;

#endif
