/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_COLUMNS_H
#define DAXBUS_CLI_COLUMNS_H

#include <stddef.h>

#include "daxbus.h"

/* Fields in the order in which they are shown. Starts as zero, ends with columns_done(). */
struct columns {
	const struct daxbus_field **fields;
	size_t n;
};

/* "device", one word for each kind. */
const char *kind_name(enum daxbus_kind kind);

/* The kind of that name; _DAXBUS_KIND_MAX for none. */
enum daxbus_kind kind_find(const char *name);

/* A field's name in capitals, to be freed; NULL when memory ran out. */
char *column_header(const struct daxbus_field *field);

int columns_add(struct columns *c, const struct daxbus_field *field);

/*
 * columns_add_list() - add the columns of a list
 * @c: the columns
 * @kind: whose fields, those of its parents included
 * @list: their names in any case, separated by commas
 * @error: receives which name is unknown
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int columns_add_list(struct columns *c, enum daxbus_kind kind, const char *list,
		     struct daxbus_error *error);

/* Add every field of a kind. */
int columns_add_kind(struct columns *c, enum daxbus_kind kind);

/*
 * The next field that an object of @kind has, its own and then those of its parents; NULL after the
 * last.
 */
const struct daxbus_field *columns_next_field(enum daxbus_kind kind,
					      const struct daxbus_field *previous);

void columns_done(struct columns *c);

#endif
