/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_REGION_PARTS_H
#define DAXBUS_OUTPUT_REGION_PARTS_H

#include "output/bar.h"

/* The ranges of a region, of which a map is drawn. */

/* Marks of ranges without a mode; that of a mode is its first letter. */
#define MARK_NO_DRIVER	  'n'
#define MARK_OTHER_DRIVER 'o'
#define MARK_UNKNOWN_MODE 'u'
#define MARK_NOT_SHOWN	  '~'

/*
 * struct region_parts - the ranges
 * @items: @n ranges of devices and free ones, ascending, without a gap
 * @trouble: why there is no map; NULL if there is one, and @n is at least 1
 * @begins_unknown: the region may be larger at both ends
 */
struct region_parts {
	struct bar_part *items;
	size_t n;
	const char *trouble;
	bool begins_unknown;
};

/*
 * Collect the ranges of a region of a snapshot with the fields of devices, mappings and extents.
 * Return: 0; -ENOMEM.
 */
int region_parts_collect(const struct daxbus_object *region, struct region_parts *ret) _must_check_;
void region_parts_done(struct region_parts *parts);

/* The mark of a device. */
char region_parts_mark(const struct daxbus_object *device);

/* The value of a field; DAXBUS_NONE if the object has no such field. */
struct daxbus_value region_parts_field(const struct daxbus_object *object, const char *name);
/* Return: whether the number is known. */
bool region_parts_number(const struct daxbus_object *object, const char *name, uint64_t *ret);

#endif
