/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_EVENT_H
#define DAXBUS_MODEL_EVENT_H

#include "base/util.h"
#include "daxbus.h"

/*
 * The kinds of events: the word, which is stable, and its description. Add rows; never change the
 * words.
 */
/* clang-format off */
#define EVENTS(row) \
	row(EVENT_REGION_ADDED, "region-added", "the first device of a region has appeared, or a region of the CXL bus") \
	row(EVENT_REGION_REMOVED, "region-removed", "a region has gone") \
	row(EVENT_DEVICE_ADDED, "device-added", "a device has appeared") \
	row(EVENT_DEVICE_REMOVED, "device-removed", "a device has gone") \
	row(EVENT_DRIVER_BOUND, "driver-bound", "a device was bound to a driver; `to` is the driver") \
	row(EVENT_DRIVER_UNBOUND, "driver-unbound", "a device was unbound from its driver; `from` is the driver, if it is known") \
	row(EVENT_BLOCKS_ADDED, "blocks-added", "kmem has added memory blocks") \
	row(EVENT_BLOCKS_REMOVED, "blocks-removed", "kmem has removed memory blocks") \
	row(EVENT_BLOCKS_ONLINE, "blocks-online", "memory blocks went online") \
	row(EVENT_BLOCKS_OFFLINE, "blocks-offline", "memory blocks went offline") \
	row(EVENT_SIZE_CHANGED, "size-changed", "the size of a device is another one; `from` and `to` are in bytes") \
	row(EVENT_FLAG_SET, "flag-set", "a device has a flag of daxbus-list(1) now; `to` is the flag") \
	row(EVENT_FLAG_CLEARED, "flag-cleared", "a device does not have a flag any more; `from` is the flag") \
	row(EVENT_ORPHANED, "orphaned", "a device left the bus while its memory was online; `from` is the range of the memory") \
	row(EVENT_DRIVER_ADDED, "driver-added", "a driver of the dax bus was loaded; `to` is the driver") \
	row(EVENT_DRIVER_REMOVED, "driver-removed", "a driver of the dax bus was unloaded; `from` is the driver") \
	row(EVENT_AUTO_ONLINE_CHANGED, "auto-online-changed", "auto_online_blocks has another value; seen only with another event, because the kernel does not announce it") \
	row(EVENT_POLICY_CHANGED, "policy-changed", "a file that describes devices was written, replaced or removed; `to` is its path") \
	row(EVENT_LOST, "events-lost", "events came faster than they were read; the events that follow are the differences that reading again shows")
/* clang-format on */

#define EVENT_KIND(kind, word, help) kind,
enum event_kind { EVENTS(EVENT_KIND) _EVENT_MAX };

/* The rows of the table: @ret_word and @ret_help live as long as the library. */
bool event_describe(size_t kind, const char **ret_word, const char **ret_help);

/* An event; the strings of @shown are its own. */
struct event {
	enum event_kind kind;
	struct daxbus_event shown;
};

/* Events in the order in which they are reported. */
struct events {
	struct event *items;
	size_t n;
};
void events_done(struct events *events);

/* What events_add() copies; NULL and 0 are none. */
struct event_facts {
	const char *device;
	const char *region; /* name of it */
	const char *from;
	const char *to;
	uint64_t blocks;
	uint64_t time;
};

/* Add an event, with a message that follows from the facts. Return: 0; -ENOMEM. */
int events_add(struct events *events, enum event_kind kind,
	       const struct event_facts *facts) _must_check_;
/* Remove the last one. */
void events_drop_last(struct events *events);

#endif
