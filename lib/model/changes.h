/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_CHANGES_H
#define DAXBUS_MODEL_CHANGES_H

#include "model/event.h"
#include "model/selector.h"

/*
 * What happened between two snapshots. The kernel announces devices, drivers and memory blocks;
 * sizes, flags and settings it does not announce, which only comparing shows.
 */

/* What the kernel, or a watched directory, has announced. */
struct announced {
	enum event_kind kind;
	uint64_t time;
	uint64_t block; /* number of the memory block, if it is one */
	char *device;	/* or NULL */
	char *value;	/* driver, file, or NULL */
};

/*
 * struct burst - announcements that are reported together
 * @items: the @n announcements, in their order
 * @lost: some are missing
 * @seen: anything happened that is a reason to compare
 * @begin: when the first thing happened, in microseconds since 1970
 */
struct burst {
	struct announced *items;
	size_t n;
	bool lost;
	bool seen;
	uint64_t begin;
};

/* Return: 0; -ENOMEM. */
int changes_burst_add(struct burst *b, enum event_kind kind, uint64_t time, const char *device,
		      const char *value) _must_check_;
int changes_burst_add_block(struct burst *b, enum event_kind kind, uint64_t time,
			    uint64_t block) _must_check_;
void changes_burst_done(struct burst *b);

/* What a snapshot must have (enum need) to be compared. */
extern const unsigned int changes_needs;

/*
 * changes_find() - turn what was announced, and what differs, into events
 * @b: what was announced. If something is missing, devices, drivers and memory blocks are compared
 *     too, and its announcements about them are ignored
 * @before: the snapshot before; every device of it
 * @now: the one after
 * @selection: events of other devices are left out. Events without a device count if it selects
 *	       everything
 * @ret: the events are added to it; announcements about memory blocks of one device as one event
 *
 * Return: 0; -ENOMEM.
 */
int changes_find(const struct burst *b, const struct daxbus_snapshot *before,
		 const struct daxbus_snapshot *now, const struct selectors *selection,
		 struct events *ret) _must_check_;

#endif
