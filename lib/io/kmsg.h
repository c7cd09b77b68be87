/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_KMSG_H
#define DAXBUS_IO_KMSG_H

#include "base/strv.h"
#include "base/util.h"

/*
 * The kernel's messages since a point in time, from /dev/kmsg: what it says when a write fails is
 * often the only place where the reason stands.
 */
struct kmsg {
	int fd; /* -1: not to be had by this user */
};
#define KMSG_INIT                                                                                  \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/* Open it; without the right to, kmsg_since() finds nothing. */
void kmsg_open(struct kmsg *kmsg);
/* The same with all that the kernel's buffer has, as if marked before it. */
void kmsg_open_all(struct kmsg *kmsg);
/* Remember now. */
void kmsg_mark(struct kmsg *kmsg);
/*
 * Add what the kernel itself (not user space) has said since the mark to @ret, at most @max lines,
 * the last ones; without time stamps, control characters as '?'. Return: 0; -ENOMEM.
 */
int kmsg_since(struct kmsg *kmsg, struct strv *ret, size_t max) _must_check_;
void kmsg_done(struct kmsg *kmsg);

/* A record of /dev/kmsg as that line; NULL when it is not the kernel's, or memory ran out. */
char *kmsg_parse(const char *record) _must_check_;
/*
 * The number of the page frame that the kernel could not move away, if that is what a line says
 * (mm/memory_hotplug.c: "migrating pfn 108000 failed ret:1", "failed to isolate pfn 108000").
 */
bool kmsg_find_frame(const char *line, uint64_t *ret);

#endif
