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
struct range_list {
	struct range *items;
	size_t n;
};

static inline uint64_t range_size(const struct range *range)
{
	return range->end - range->start + 1;
}

int range_list_add(struct range_list *layout, uint64_t start, uint64_t end) _must_check_;
int range_list_copy(const struct range_list *from, struct range_list *ret) _must_check_;
void range_list_done(struct range_list *layout);

uint64_t range_list_bytes(const struct range_list *layout);
bool range_list_is_same(const struct range_list *a, const struct range_list *b);
/* How many ranges, from the first on, are the same in both. */
size_t range_list_common(const struct range_list *a, const struct range_list *b);
/* The first range that does not begin on a multiple of @align, or NULL. */
const struct range *range_list_misaligned(const struct range_list *layout, uint64_t align);

/* That of a device, whose mappings must be known, or be none. Return: 0; -ENOMEM. */
int range_list_of(const struct device *d, struct range_list *ret) _must_check_;

#define LAYOUT_NOTHING "none"

/*
 * "100000000-107ffffff,140000000-147ffffff", as the kernel's file `mapping` takes each; "none".
 * Return: the text, owned by the caller; NULL when memory ran out.
 */
char *range_list_print(const struct range_list *layout) _must_check_;
/* Parse that. Return: 0; -EINVAL; -ENOMEM. */
int range_list_parse(const char *text, struct range_list *ret) _must_check_;

/* --- what is free ----------------------------------------------------------------------------- */

/* Take the bytes of @range out of ranges that ascend. Return: 0; -ENOMEM. */
int range_list_subtract(struct range_list *layout, const struct range *range) _must_check_;

/*
 * range_list_place() - choose where memory is to come from
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
int range_list_place(struct range_list *free, uint64_t size, uint64_t unit,
		     struct range_list *ret) _must_check_;
/* Bytes that range_list_place() could find. */
uint64_t range_list_available(const struct range_list *free, uint64_t unit);

/* Bytes of a range that are whole units of @unit, a power of two, and where they begin. */
uint64_t range_list_inside(uint64_t start, uint64_t end, uint64_t unit, uint64_t *ret_start);

#endif
