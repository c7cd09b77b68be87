/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_WATCH_H
#define DAXBUS_IO_WATCH_H

#include "base/util.h"

/*
 * Directories of the running system that are watched by inotify(7), those that do not exist yet
 * too: then the nearest directory above is watched until they do.
 */
struct watch_item {
	const char *directory; /* borrowed */
	const char *name;      /* only the entry of that name counts; NULL: all; borrowed */
	int id;
	size_t length; /* of the part of @directory that is watched */
};

struct watch {
	int fd;
	struct watch_item *items;
	size_t n;
};
#define WATCH_INIT                                                                                 \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* Return: 0; errors of inotify_init1(2). */
int watch_start(struct watch *w) _must_check_;
/* Return: 0; -ENOMEM; errors of inotify_add_watch(2), except that it does not exist. */
int watch_add(struct watch *w, const char *directory, const char *name) _must_check_;
void watch_done(struct watch *w);

/* @name is NULL when it is not known what has changed in the directory. */
typedef int (*watch_fn)(void *data, const char *directory, const char *name);

/*
 * Call @fn for what has changed, without waiting. Return: 0; a negative value of @fn; -ENOMEM;
 * errors of read(2).
 */
int watch_read(struct watch *w, watch_fn fn, void *data) _must_check_;

#endif
