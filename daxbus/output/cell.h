/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CELL_H
#define DAXBUS_OUTPUT_CELL_H

#include "base/string.h"
#include "base/util.h"
#include "daxbus.h"

/*
 * cell_add() - a field's value as a table shows it
 * @text: receives it
 * @object: whose value
 * @field: which
 * @bytes: sizes as numbers of bytes
 *
 * "?" is unknown, "-" is none. Lists are joined by commas.
 */
void cell_add(struct string *text, const struct daxbus_object *object,
	      const struct daxbus_field *field, bool bytes);

/*
 * A size as people write it: 1.5G. Exact: what has no short form stays in a smaller unit, or in
 * bytes.
 */
void cell_add_size(struct string *text, uint64_t bytes);

#endif
