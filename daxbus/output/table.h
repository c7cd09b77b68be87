/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_TABLE_H
#define DAXBUS_OUTPUT_TABLE_H

/*
 * Tables. Aligned columns of ASCII text are printed by output/plain-table, the others by
 * libsmartcols, which is opened when the first table needs it. The result is the same.
 *
 * The table remembers if memory runs out or the library is missing, and table_print() returns it,
 * so that callers need not check.
 *
 * Each line is kept until the table is printed. To print many lines in little memory, measure the
 * cells of all of them, then add them and print the table after each TABLE_LINES_MAX.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/string.h"
#include "daxbus.h"

/* The number of lines that a table should have at most when it is printed. */
#define TABLE_LINES_MAX 1024

struct table;
struct table_line;

/*
 * enum table_format - format of a table
 * @TABLE_ALIGNED: columns, for people
 * @TABLE_RAW: cells separated by one space; spaces in cells are written as \x20
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
/* A tree is in the first column. */
void table_add_column(struct table *t, const char *header, unsigned int flags);

/*
 * Cells in order, line by line: append the text to table_cell(), then end the cell. Or measure it
 * as part of a column, to make room for a cell that is added later, after the table was printed for
 * the first time. Control characters in cells are printed as '?'.
 */
struct string *table_cell(struct table *t);
void table_end_cell(struct table *t);
/* The same for a text from a format, and for a size for people, of which 0 is "-". */
#define TABLE_ADD(t, ...) (string_add(table_cell(t), __VA_ARGS__), table_end_cell(t))
void table_add_bytes(struct table *t, uint64_t bytes);
void table_measure(struct table *t, size_t column);

/*
 * Lines of a tree, or lines that lack cells. @parent is the parent, or NULL. Return: the line,
 * owned by the table; NULL if out of memory.
 */
struct table_line *table_add_line(struct table *t, struct table_line *parent);

/* Set a cell of such a line; the table owns @text. NULL means that memory ran out. */
void table_set_take(struct table *t, struct table_line *line, size_t column, char *text);

/*
 * Print the table; nothing if it has no lines. It has no lines and no headings afterwards, and can
 * get more lines.
 */
int table_print(struct table *t, FILE *out, struct daxbus_error *error);

/* For tests: let libsmartcols print every table. */
void table_force_library(struct table *t);

static inline void table_free_p(struct table **t)
{
	table_free(*t);
}

#endif
