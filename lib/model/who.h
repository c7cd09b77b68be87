/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_WHO_H
#define DAXBUS_MODEL_WHO_H

#include "base/util.h"

/* How somebody is in the way of a device: words for scripts. Add rows; never change them. */
/* clang-format off */
#define WHO_WAYS(row)                                                                             \
	row(WHO_OPEN, "open")		  /* a process has the device open */                     \
	row(WHO_MAPPED, "mapped")	  /* mapped, whether or not it is open */                 \
	row(WHO_MAY, "may-hold")	  /* a process has files that can hold pages unseen */    \
	row(WHO_MOUNTED, "mounted")	  /* a file system on the device, or on its region */     \
	row(WHO_MEMORY, "memory")	  /* a process has memory on the node */                  \
	row(WHO_BOUND, "bound")		  /* a process may use no other node */                   \
	row(WHO_HUGE, "hugetlb")	  /* pools of huge pages on the node */                   \
	row(WHO_KERNEL, "kernel")	  /* what the kernel itself has on the node */            \
	row(WHO_ONLINES, "brings-online") /* brings new memory online */
/* clang-format on */

#define WHO_NAME(name, word) name,
enum who_way { WHO_WAYS(WHO_NAME) _WHO_MAX };

/*
 * struct who_row - somebody
 * @device: the device
 * @way: its word
 * @pid: number of the process; 0: no process
 * @name: of the process, of the rule or agent, of the mount point; NULL: none
 * @unit: its service or scope of systemd; NULL: none
 * @container: ID or name of its container; NULL: none
 * @bytes: on the node; 0: not counted
 * @anon, @file, @shmem, @huge: of @bytes
 * @detail: what else is known: "bind:1", "io_uring"; NULL: nothing
 */
struct who_row {
	char *device;
	const char *way;
	unsigned int pid;
	char *name;
	char *unit;
	char *container;
	uint64_t bytes;
	uint64_t anon;
	uint64_t file;
	uint64_t shmem;
	uint64_t huge;
	char *detail;
};

/*
 * struct who - all of them, by device and way
 * @incomplete: not all processes could be examined
 */
struct who {
	struct who_row *items;
	size_t n;
	bool incomplete;
};

const char *who_word(enum who_way way);
/* Add a row, and take the strings of it, also after a failure. Return: 0; -ENOMEM. */
int who_take(struct who *who, struct who_row *row) _must_check_;
void who_row_done(struct who_row *row);
void who_done(struct who *who);

#endif
