/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/plain-table.h"

#include <errno.h>

#include "base/array.h"

void plain_table_done(struct plain_table *t)
{
	for (size_t i = 0; i < t->n_columns; i++)
		free(t->columns[i].header);
	free(t->columns);
	string_done(&t->cells);
}

int plain_table_add_column(struct plain_table *t, const char *header, bool is_right)
{
	struct plain_column column = { .is_right = is_right, .width = strlen(header) };

	if (string_copy(&column.header, header) < 0)
		return -ENOMEM;
	if (ARRAY_PUSH(t->columns, t->n_columns, column) == 0)
		return 0;
	free(column.header);
	return -ENOMEM;
}

const char *plain_table_last_cell(const struct plain_table *t)
{
	return t->start < t->cells.length ? t->cells.s + t->start : "";
}

bool plain_table_accepts(const char *text)
{
	/* libsmartcols decides how an empty cell looks. */
	if (!*text)
		return false;
	while (*text >= ' ' && *text <= '~')
		text++;
	return !*text;
}

void plain_table_widen(struct plain_table *t, size_t column, size_t width)
{
	if (width > t->columns[column].width)
		t->columns[column].width = width;
}

void plain_table_end_cell(struct plain_table *t)
{
	string_add(&t->cells, "%c", '\0');
	t->start = t->cells.length;
	t->n_cells++;
}

void plain_table_drop_cell(struct plain_table *t)
{
	t->cells.length = t->start;
}

void plain_table_clear(struct plain_table *t)
{
	t->cells.length = t->start = t->n_cells = 0;
}

static void print_spaces(FILE *out, size_t n)
{
	while (n--)
		putc_unlocked(' ', out);
}

/* Spaces fill a cell up to the width of its column, except behind the last one. */
static void print_cell(const struct plain_table *t, size_t column, const char *text, size_t length,
		       FILE *out)
{
	const struct plain_column *c = &t->columns[column];
	bool is_last = column + 1 == t->n_columns;
	size_t space = c->width > length ? c->width - length : 0;

	if (c->is_right)
		print_spaces(out, space);
	fwrite_unlocked(text, 1, length, out);
	if (!c->is_right && !is_last)
		print_spaces(out, space);
	putc_unlocked(is_last ? '\n' : ' ', out);
}

void plain_table_print(struct plain_table *t, bool headings, FILE *out)
{
	const char *text = t->cells.s;

	for (size_t i = 0; headings && t->n_cells && i < t->n_columns; i++)
		print_cell(t, i, t->columns[i].header, strlen(t->columns[i].header), out);
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t length = strlen(text);

		print_cell(t, i % t->n_columns, text, length, out);
		text += length + 1;
	}
	plain_table_clear(t);
}
