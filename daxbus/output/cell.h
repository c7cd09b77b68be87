/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CELL_H
#define DAXBUS_OUTPUT_CELL_H

#include "base/string.h"
#include "base/util.h"
#include "daxbus.h"

/* The value of a field; DAXBUS_NONE if the object has no such field. */
struct daxbus_value cell_value(const struct daxbus_object *object,
			       const struct daxbus_field *field);

/*
 * cell_add() - append the value of a field as a table shows it
 * @text: receives it
 * @object: the object
 * @field: the field
 * @bytes: print sizes in bytes
 *
 * "?" is an unknown value, "-" is none. Commas separate the items of a list.
 */
void cell_add(struct string *text, const struct daxbus_object *object,
	      const struct daxbus_field *field, bool bytes);

/* The same for the sum of @times equal numbers. */
void cell_add_times(struct string *text, const struct daxbus_object *object,
		    const struct daxbus_field *field, uint64_t times, bool bytes);

/* Append an exact size with a unit: 1.5G. Sizes without a short form use a smaller unit, or bytes.
 */
void cell_add_size(struct string *text, uint64_t bytes);

#endif
