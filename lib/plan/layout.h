/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_LAYOUT_H
#define DAXBUS_PLAN_LAYOUT_H

#include "model/request.h"
#include "model/snapshot.h"

/*
 * Which device becomes which one of a layout, and in which order. These are pure functions of the
 * snapshot (with ranges, drivers and identities) and of the wanted devices; the plan for each
 * device is that of its own request.
 */

/* How the device at the place of a wanted one comes to be it. */
enum layout_way {
	LAYOUT_NEW,	  /* it is created */
	LAYOUT_REFILLED,  /* one without memory gets the ranges */
	LAYOUT_RESHAPED,  /* one with other ranges gets these */
	LAYOUT_STAYS,	  /* one has these ranges */
	LAYOUT_DESTROYED, /* it is not wanted, and has memory of one that is */
};

struct layout_item {
	const struct saved_device *saved; /* NULL: LAYOUT_DESTROYED */
	struct region *region;		  /* NULL: there is none */
	const struct device *device;	  /* NULL: LAYOUT_NEW */
	enum layout_way way;
};

struct layout {
	struct layout_item *items;
	size_t n;
	const struct region **whole; /* @n_whole regions that have nothing but the layout */
	size_t n_whole;
};

void layout_done(struct layout *layout);

/*
 * layout_find_region() - the region of a wanted device
 *
 * It has the identity of the layout. If either has none, it is of the same provider and contains
 * the ranges; if its addresses are unknown, it has the same ID and path. Of several, the one with
 * the same path.
 *
 * Return: the region; NULL if there is none.
 */
struct region *layout_find_region(const struct daxbus_snapshot *s,
				  const struct saved_device *saved);

/*
 * layout_match() - find the devices of a layout, and an order in which they get their memory
 * @s: the snapshot
 * @saved: @n wanted devices, whose ranges do not overlap; borrowed
 * @exact: they are all devices of their regions: other ones are destroyed, and those without memory
 *         only name their regions
 * @ret: receives the items: no item needs memory that an item behind it gives back, unless each of
 *       several needs memory of another. Without such a need they are in the order of region,
 *       instance.
 *
 * A device with the wanted ranges stays. Else the one that starts at the same address gets them, or
 * the one of the same number; else one is created. What else has memory of the layout is destroyed.
 * Only regions that can be divided have devices that change.
 *
 * Return: 0; -ENOMEM.
 */
int layout_match(const struct daxbus_snapshot *s, const struct saved_device *saved, size_t n,
		 bool exact, struct layout *ret) _must_check_;

#endif
