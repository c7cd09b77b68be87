/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_EVACUATE_H
#define DAXBUS_EXECUTE_EVACUATE_H

#include "execute/executor.h"

/*
 * Steps that make room for memory that goes offline. What they do to caches and to the memory of
 * processes is not undone: the kernel fills caches again, and uses the node again.
 */

/* Drop clean caches: write to `reclaim` of the node, or to drop_caches. */
int evacuate_drop(struct executor *p, const struct step *step,
		  struct failure *failure) _must_check_;
/* Compact the memory of another node, in which huge pages must find room. */
int evacuate_compact(struct executor *p, const struct step *step,
		     struct failure *failure) _must_check_;
/* Move the memory of all processes from a node to the others that have memory. */
int evacuate_migrate(struct executor *p, const struct step *step,
		     struct failure *failure) _must_check_;
/*
 * Write a value by its path from the root, until the time of the change is over. Return: as
 * writer_write().
 */
int evacuate_write(struct executor *p, const char *path, const char *value) _must_check_;

/*
 * The attempts to take a memory block offline.
 *
 * @used: the least bytes in use that were seen in it
 * @progress: when that was
 */
struct evacuate {
	struct executor *p;
	uint64_t block;
	enum zone zone;
	uint64_t used;
	struct timespec progress;
};

void evacuate_start(struct evacuate *e, struct executor *p, uint64_t block, enum zone zone);
/*
 * After an attempt that failed: wait, and make room again, because memory has been allocated
 * meanwhile. Return: whether to try again; false if the change has no deadline, or it has passed.
 */
bool evacuate_again(struct evacuate *e);

/*
 * Add to @p->notes what is in a memory block that does not go offline, and whose it is. Return: 0;
 * -ENOMEM.
 */
int evacuate_explain(struct executor *p, uint64_t block, enum zone zone) _must_check_;

#endif
