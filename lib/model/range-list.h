/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_RANGE_LIST_H
#define DAXBUS_MODEL_RANGE_LIST_H

#include "model/snapshot.h"

/* Bytes @start to @end of physical memory, the last one included. */
struct range {
	uint64_t start;
	uint64_t end;
};

/*
 * Where a device is, or is to be: its ranges in the order of their offsets in the device, which is
 * the order that they were given to it, and not that of their addresses.
 */
struct layout {
	struct range *items;
	size_t n;
};

static inline uint64_t range_size(const struct range *range)
{
	return range->end - range->start + 1;
}

int layout_add(struct layout *layout, uint64_t start, uint64_t end) _must_check_;
int layout_copy(const struct layout *from, struct layout *ret) _must_check_;
void layout_done(struct layout *layout);

uint64_t layout_bytes(const struct layout *layout);
bool layout_is_same(const struct layout *a, const struct layout *b);
/* How many ranges, from the first on, are the same in both. */
size_t layout_common(const struct layout *a, const struct layout *b);
/* The first range that does not begin on a multiple of @align, or NULL. */
const struct range *layout_misaligned(const struct layout *layout, uint64_t align);
/* Whether a range shares a byte with one of the layout. */
bool layout_touches(const struct layout *layout, const struct range *range);

/* That of a device, whose mappings must be known, or be none. Return: 0; -ENOMEM. */
int layout_of(const struct device *d, struct layout *ret) _must_check_;

#define LAYOUT_NOTHING "none"

/*
 * "100000000-107ffffff,140000000-147ffffff", as the kernel's file `mapping` takes each; "none".
 * Return: the text, owned by the caller; NULL when memory ran out.
 */
char *layout_print(const struct layout *layout) _must_check_;
/* Parse that. Return: 0; -EINVAL; -ENOMEM. */
int layout_parse(const char *text, struct layout *ret) _must_check_;

/* --- what is free ----------------------------------------------------------------------------- */

/* Take the bytes of @range out of ranges that ascend. Return: 0; -ENOMEM. */
int layout_subtract(struct layout *layout, const struct range *range) _must_check_;

/*
 * layout_place() - choose where memory is to come from
 * @free: what is free, ascending; what is chosen is taken out of it
 * @size: bytes, a multiple of @unit; 0: all that there is
 * @unit: a power of two: each range begins and ends on a multiple of it
 * @ret: receives the ranges, added behind what is there
 *
 * One range where there is one that is large enough, the lowest; else from the low end, as many as
 * it takes.
 *
 * Return: 0; -ENOSPC when it does not fit, with nothing chosen; -ENOMEM.
 */
int layout_place(struct layout *free, uint64_t size, uint64_t unit,
		 struct layout *ret) _must_check_;
/* Bytes that layout_place() could find. */
uint64_t layout_room(const struct layout *free, uint64_t unit);

/* Bytes of a range that are whole units of @unit, a power of two, and where they begin. */
uint64_t range_inside(uint64_t start, uint64_t end, uint64_t unit, uint64_t *ret_start);

#endif
