/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_LIST_RANGE_H
#define DAXBUS_OUTPUT_LIST_RANGE_H

#include "output/list.h"

/*
 * The lines of a table: one object each, except that neighbouring memory blocks are one line if
 * they are equal in all columns that can be equal, and --split was not given.
 */

/*
 * struct list_ranges - an iteration over the lines
 * @listing: the listing
 * @number: the field in which neighbours differ by one; NULL if each object is a line
 * @common: columns that are equal in all objects of a line
 * @values: their values in this line
 * @first: the first object of this line
 * @first_number: its @number
 * @last: the last one
 * @count: the number of objects of this line
 * @next: the first object of the next line, or NULL
 */
struct list_ranges {
	const struct listing *listing;
	const struct daxbus_field *number;
	struct columns common;
	struct daxbus_value *values;
	const struct daxbus_object *first;
	uint64_t first_number;
	const struct daxbus_object *last;
	uint64_t count;
	const struct daxbus_object *next;
};

/* Start the iteration. Return: 0; -ENOMEM. */
int list_range_init(struct list_ranges *ranges, const struct listing *listing) _must_check_;
void list_range_done(struct list_ranges *ranges);

/* Start again at the first line. */
void list_range_rewind(struct list_ranges *ranges);

/* Return: whether there is a line, which is the next one. */
bool list_range_next(struct list_ranges *ranges);

/* Append what the line shows in a column. */
void list_range_add_cell(const struct list_ranges *ranges, struct string *text,
			 const struct daxbus_field *field);

#endif
