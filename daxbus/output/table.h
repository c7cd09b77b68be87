/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_TABLE_H
#define DAXBUS_OUTPUT_TABLE_H

/*
 * Tables, by libsmartcols, which is opened with the first one.
 *
 * A failure to get memory sticks to the table and comes out of table_print(), so that filling it
 * needs no checks.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "daxbus.h"

struct table;
struct table_line;

/*
 * enum table_format - how a table is written
 * @TABLE_ALIGNED: columns, for people
 * @TABLE_RAW: cells separated by one blank; blanks in them are written \x20
 * @TABLE_PAIRS: HEADER="cell"
 */
enum table_format {
	TABLE_ALIGNED,
	TABLE_RAW,
	TABLE_PAIRS,
};

enum table_column_flags {
	TABLE_RIGHT = 1 << 0,
	TABLE_TREE = 1 << 1,
};

int table_new(struct table **ret, enum table_format format, bool headings,
	      struct daxbus_error *error);
void table_free(struct table *t);
void table_add_column(struct table *t, const char *header, unsigned int flags);

/*
 * @parent is the line above it in the tree, or NULL. The line belongs to the table; NULL when
 * memory ran out.
 */
struct table_line *table_add_line(struct table *t, struct table_line *parent);

/* @text is the cell, which is taken over; NULL is memory that ran out. */
void table_set_take(struct table *t, struct table_line *line, size_t column, char *text);

/* A table without lines prints nothing, headings neither. */
int table_print(struct table *t, FILE *out, struct daxbus_error *error);

static inline void table_free_p(struct table **t)
{
	table_free(*t);
}

#endif
