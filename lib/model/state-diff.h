/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_STATE_DIFF_H
#define DAXBUS_MODEL_STATE_DIFF_H

#include "model/state.h"

/* The differences between two states. */

enum state_diff_kind {
	STATE_DIFF_VALUE,   /* a value of a device */
	STATE_DIFF_REMOVED, /* only the first state has the device */
	STATE_DIFF_ADDED,   /* only the second one has it */
};

/*
 * struct state_difference - a difference
 * @code: "differs", "removed" or "added"
 * @device: its name in the second state; if it is not there, in the first
 * @region: identity or path of its region; NULL: unknown
 * @key: of STATE_DIFF_VALUE, which value: ranges, size, align, mode, online, memmap_on_memory
 * @a, @b: the value in each state; NULL: none
 * @message: a sentence
 */
struct state_difference {
	enum state_diff_kind kind;
	const char *code;
	char *device;
	char *region;
	const char *key;
	char *a;
	char *b;
	char *message;
};

struct state_differences {
	struct state_difference *items;
	size_t n;
};
void state_diff_done(struct state_differences *differences);

/*
 * state_diff() - compare two states
 * @a, @b: the states
 * @ret: receives the differences, by region and device; release with state_diff_done()
 *
 * A device is the one of the other state that has the same ranges; else the one in the same region
 * that begins at the same address, or has the same name. What is unknown in one of them is no
 * difference.
 *
 * Return: 0; -ENOMEM.
 */
int state_diff(const struct state *a, const struct state *b,
	       struct state_differences *ret) _must_check_;

#endif
