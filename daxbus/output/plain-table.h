/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_PLAIN_TABLE_H
#define DAXBUS_OUTPUT_PLAIN_TABLE_H

/*
 * Aligned columns of printable ASCII text, which is what nearly all tables are, and which need no
 * library: libsmartcols converts each cell to wide characters several times, and to open it takes
 * longer than to list a few devices. output/table.h uses this where the result is the same.
 *
 * Cells are added in order, line by line.
 */

#include <stdio.h>

#include "base/string.h"

/*
 * struct plain_column - a column
 * @header: its heading
 * @is_right: aligned to the right
 * @width: of the widest cell that was measured or added, and of the heading
 */
struct plain_column {
	char *header;
	bool is_right;
	size_t width;
};

/*
 * struct plain_table - columns, and lines that were not yet printed; initialise with zero
 * @columns: columns
 * @n_columns: number of @columns
 * @cells: text of the cells, each with its NUL
 * @start: where the last cell begins in @cells
 * @n_cells: number of cells
 */
struct plain_table {
	struct plain_column *columns;
	size_t n_columns;
	struct string cells;
	size_t start;
	size_t n_cells;
};

void plain_table_done(struct plain_table *t);

/* Return: 0; -ENOMEM. */
int plain_table_add_column(struct plain_table *t, const char *header, bool is_right) _must_check_;

/* The text of the last cell, from plain_table.start on. */
const char *plain_table_last_cell(const struct plain_table *t);

/* Whether the text of a cell is printable ASCII; no other text can be part of the table. */
bool plain_table_accepts(const char *text);

/* Widen a column for a text of @width characters. */
void plain_table_widen(struct plain_table *t, size_t column, size_t width);

/* Keep the last cell, or remove it. */
void plain_table_end_cell(struct plain_table *t);
void plain_table_drop_cell(struct plain_table *t);

/* Print the lines, and remove them. */
void plain_table_print(struct plain_table *t, bool headings, FILE *out);
void plain_table_clear(struct plain_table *t);

#endif
