/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_COLUMNS_H
#define DAXBUS_CLI_COLUMNS_H

#include <stddef.h>

#include "daxbus.h"

/* Fields in the order in which they are shown. Initialize with zero; free with columns_done(). */
struct columns {
	const struct daxbus_field **fields;
	size_t n;
};

/* The name of a kind: "device". */
const char *columns_kind_name(enum daxbus_kind kind);

/* The kind of that name; _DAXBUS_KIND_MAX if there is none. */
enum daxbus_kind columns_find_kind(const char *name);

/* The name of a field in capitals, allocated; NULL if out of memory. */
char *columns_header(const struct daxbus_field *field);

int columns_add(struct columns *c, const struct daxbus_field *field);

/*
 * columns_add_list() - add the columns of a list
 * @c: the columns
 * @kind: the kind of the fields, including those of its parents
 * @list: their names in any case, separated by commas
 * @error: receives the unknown name
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int columns_add_list(struct columns *c, enum daxbus_kind kind, const char *list,
		     struct daxbus_error *error);

/* Add every field of a kind. */
int columns_add_kind(struct columns *c, enum daxbus_kind kind);

/* The next field of an object of @kind: its own, then those of its parents; NULL after the last. */
const struct daxbus_field *columns_next_field(enum daxbus_kind kind,
					      const struct daxbus_field *previous);

/* Ask for a row of the field table; its own kind and name always find it again. */
static inline void columns_query(struct daxbus_query *query, const struct daxbus_field *field)
{
	daxbus_query_add_field(query, field->kind, field->name, NULL);
}

void columns_done(struct columns *c);

#endif
