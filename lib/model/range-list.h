/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_RANGE_LIST_H
#define DAXBUS_MODEL_RANGE_LIST_H

#include "base/string.h"
#include "model/snapshot.h"

/* Bytes @start to @end of physical memory, the last one included. */
struct range {
	uint64_t start;
	uint64_t end;
};

/*
 * The ranges of a device, in the order of their offsets in the device, which need not be that of
 * their addresses; or ranges of free memory.
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
/* The number of ranges at the start of both lists that are the same. */
size_t range_list_common(const struct range_list *a, const struct range_list *b);
/* The first range that does not start at a multiple of @align, or NULL. */
const struct range *range_list_misaligned(const struct range_list *layout, uint64_t align);

/* The ranges of a device, whose mappings must be known or none. Return: 0; -ENOMEM. */
int range_list_of(const struct device *d, struct range_list *ret) _must_check_;

/* A range for people: "0x100000000-0x107ffffff". */
struct range_list_text {
	char s[40];
};
struct range_list_text range_list_text(uint64_t start, uint64_t end);
#define RANGE_TEXT(range) (range_list_text((range)->start, (range)->end).s)

#define LAYOUT_NOTHING	  "none"

/*
 * "100000000-107ffffff,140000000-147ffffff", each range in the form that the kernel's file
 * `mapping` accepts; "none". Return: the text, owned by the caller; NULL if memory ran out.
 */
char *range_list_print(const struct range_list *layout) _must_check_;
/* Add such a text to another one, in the form that people see: "0x100000000-0x107ffffff, ...". */
void range_list_describe(const char *text, struct string *add_to);
/* Parse a text of range_list_print(). Return: 0; -EINVAL; -ENOMEM. */
int range_list_parse(const char *text, struct range_list *ret) _must_check_;

/* --- free memory ------------------------------------------------------------------------------ */

/* Sort ranges by address. */
void range_list_sort(struct range_list *layout);
/* Sort ranges that do not overlap by address, and make one of those without a gap between them. */
void range_list_join(struct range_list *layout);
/* Remove the bytes of @range from ascending ranges. Return: 0; -ENOMEM. */
int range_list_subtract(struct range_list *layout, const struct range *range) _must_check_;

/*
 * range_list_place() - choose ranges of free memory
 * @free: ascending ranges; the chosen ones are removed
 * @size: bytes, a multiple of @unit; 0: all of the free memory
 * @unit: a power of two: each range starts and ends at a multiple of it
 * @ret: the chosen ranges are added to it
 *
 * Choose the lowest range that is large enough; if there is none, several ranges from the low end.
 *
 * Return: 0; -ENOSPC if it does not fit, with nothing chosen; -ENOMEM.
 */
int range_list_place(struct range_list *free, uint64_t size, uint64_t unit,
		     struct range_list *ret) _must_check_;
/* Bytes that range_list_place() could find. */
uint64_t range_list_available(const struct range_list *free, uint64_t unit);

/* Bytes of a range in whole units of @unit, a power of two, and where these start. */
uint64_t range_list_inside(uint64_t start, uint64_t end, uint64_t unit, uint64_t *ret_start);

#endif
