/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_EXECUTOR_H
#define DAXBUS_EXECUTE_EXECUTOR_H

#include <time.h>

#include "base/log.h"
#include "base/progress.h"
#include "base/strv.h"
#include "execute/failure.h"
#include "io/kmsg.h"
#include "io/sysfs.h"
#include "model/fields.h"
#include "model/reason.h"
#include "model/selector.h"
#include "model/snapshot.h"
#include "model/step.h"

/*
 * Does the steps of a plan on a device, and undoes them. The properties of the device that it needs
 * are read once; state that others may change is read again each time.
 */
struct executor {
	struct sysfs *fs;
	const struct log *log;
	struct progress_fn progress_fn;
	struct kmsg kmsg;
	struct strv said;	    /* by the kernel, since the step began */
	struct selectors selection; /* the device */
	char *device;
	bool is_region;	 /* the device stands for a region of the CXL bus that has none */
	uint64_t kernel; /* KERNEL() */
	bool dynamic;
	bool off_bus; /* it is one of /sys/class/dax at the moment, or on the way there */
	bool force;
	enum reason
		held; /* why it is not taken from processes that use it; --force may override it */
	bool stopped; /* the progress function has asked to stop */
	bool undoing; /* signals do not count, and a step that cannot be undone does not end it */
	uint64_t timeout;	   /* seconds without progress after which a write is ended */
	struct timespec deadline;  /* when attempts to make room end; all 0: none are made */
	const struct steps *begun; /* those that make room are done again until the deadline */
	uint64_t block_size;	   /* 0: unknown */
	struct block_runs blocks;  /* all blocks that fit into the device */
	struct opt_u64 node;
	struct opt_u64 major;
	struct opt_u64 minor;
	uint64_t poisoned;	     /* blocks that stay offline because memory in them is broken */
	struct strv notes;	     /* what the user should know beside the result */
	struct daxbus_progress last; /* report */
};

/*
 * executor_init() - read what the executor needs of a device
 * @device: its name
 *
 * Return: 0; -ENODEV when it does not exist; -ENOMEM.
 */
int executor_init(struct executor *p, struct sysfs *fs, const struct log *log,
		  const struct progress_fn *progress_fn, const char *device) _must_check_;
/* The same for a device that has been read already, with NEED_EXECUTOR. */
int executor_init_with(struct executor *p, struct sysfs *fs, const struct log *log,
		       const struct progress_fn *progress_fn, const struct device *d) _must_check_;
#define NEED_EXECUTOR                                                                              \
	(NEED_UEVENT | NEED_SIZE | NEED_RANGES | NEED_TARGET_NODE | NEED_REGION | NEED_AVAILABLE | \
	 NEED_POLICY)
/* Its ranges have changed: read them again. Return: 0; -ENODEV; -ENOMEM. */
int executor_relearn(struct executor *p) _must_check_;
void executor_done(struct executor *p);

/*
 * executor_look() - read the device again
 * @needs: enum need
 * @ret: the snapshot that holds it
 *
 * Return: the device; NULL when it is gone, or memory ran out.
 */
const struct device *executor_look(const struct executor *p, unsigned int needs,
				   struct daxbus_snapshot **ret) _must_check_;

/* Read and write a file by its path from the root, links on the way followed. errno of the system
 * call. */
int executor_read(const struct executor *p, const char *path, char **ret) _must_check_;
int executor_write(const struct executor *p, const char *path, const char *value) _must_check_;
/* The same, of a file that changes the ranges of devices; and errno of range_lock_exclude(). */
int executor_write_ranges(const struct executor *p, const char *path,
			  const char *value) _must_check_;

/*
 * Mark the end of the kernel log; add the messages since then to @p->said. Return: 0; -ENOMEM.
 */
void executor_mark(struct executor *p);
int executor_hear(struct executor *p) _must_check_;

/*
 * Call the progress function. A wish to stop is remembered. Return: whether to go on; always true
 * while undoing.
 */
bool executor_tell(struct executor *p, const char *what, uint64_t done, uint64_t total);
/* The same once more: what was reported last is still going on. */
bool executor_repeat(struct executor *p);
/* Whether the progress function has asked to stop; false while undoing. */
bool executor_is_stopped(const struct executor *p);
/* Room is made, and there is time left, or none is left any more; false while undoing. */
bool executor_has_deadline(const struct executor *p);
bool executor_is_late(const struct executor *p);
/* Fail for that reason. Return: -EINTR. */
int executor_fail_stopped(struct failure *failure);

#endif
