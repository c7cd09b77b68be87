/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_STATE_H
#define DAXBUS_MODEL_STATE_H

#include "model/block-runs.h"
#include "model/range-list.h"

/*
 * What devices are, as far as daxbus changes it: their ranges, alignment, driver, and the zone of
 * each memory block. It is kept in text, to be compared with another state and to be restored.
 */

/* The driver of a device of /sys/class/dax. */
#define STATE_CLASS "compat"

/*
 * struct state_device - a device
 * @name: "dax0.0"
 * @driver: its driver, STATE_CLASS, or NULL for none
 * @align: in bytes; 0: unknown
 * @memmap_on_memory: "1", "0"; NULL: unknown, or not in kmem
 * @ranges_known: whether @ranges are known
 * @runs_known: whether @runs are known
 * @runs: its memory blocks, if it is in kmem
 * @size: its size, if @ranges are unknown; 0: unknown
 * @any_driver: nothing is known about its driver; of layouts and policies
 * @online: where its memory is, as state_online() says, if @runs are unknown; a constant, or NULL
 */
struct state_device {
	char *name;
	char *driver;
	uint64_t align;
	char *memmap_on_memory;
	bool ranges_known;
	struct range_list ranges;
	bool runs_known;
	struct block_runs runs;
	uint64_t size;
	bool any_driver;
	const char *online;
};

/* A region; a text is NULL if it is unknown. */
struct state_region {
	uint64_t id;
	char *provider;
	char *path;
	char *identity;
	struct state_device *devices;
	size_t n;
};

struct state {
	struct state_region *regions;
	size_t n;
};

void state_done(struct state *state);
void state_region_done(struct state_region *region);
/* The new region or device, whose members the caller sets; NULL when memory ran out. */
struct state_region *state_add_region(struct state *state);
struct state_device *state_add_device(struct state_region *region);

/*
 * The text: a line for each region, followed by one for each of its devices. What is no word of
 * ASCII is unknown in it.
 */
void state_print(const struct state *state, struct string *add_to);
/* Add such a line, which is changed, to a state. Return: 0; -EINVAL; -ENOMEM. */
int state_parse_line(char *line, struct state *add_to) _must_check_;

/* The region of @state that is the same as @region, or NULL. */
const struct state_region *state_find_region(const struct state *state,
					     const struct state_region *region);
/*
 * Whether both regions have the same devices, whatever their names. Devices without memory and
 * driver do not count: the kernel may add and keep them. One that is not completely known is the
 * same as none.
 */
bool state_has_same_devices(const struct state_region *a, const struct state_region *b);
/* Whether both states have the same regions, with the same devices. */
bool state_is_same(const struct state *a, const struct state *b);

/*
 * Where the memory of a device in kmem is: "movable", "kernel", "no" (all of it is offline),
 * "mixed"; NULL if that is unknown, or for another driver.
 */
const char *state_online(const struct state_device *d);
/* Its mode, or its driver if that is not a mode; NULL for none. */
const char *state_mode(const struct state_device *d);

/* Whether a device has neither memory nor a driver. */
bool state_is_empty(const struct state_device *d);

#endif
