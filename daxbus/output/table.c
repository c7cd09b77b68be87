/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/table.h"

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#include "base/utf8.h"
#include "cli/session.h"
#include "io/dlfcn.h"
#include "output/plain-table.h"

/* clang-format off */
#define FUNCTIONS(row)                                                                          \
	row(scols_cell_set_data)                                                                \
	row(scols_column_get_header)                                                            \
	row(scols_line_refer_data)                                                              \
	row(scols_new_table)                                                                    \
	row(scols_print_table)                                                                  \
	row(scols_table_enable_export)                                                          \
	row(scols_table_enable_noheadings)                                                      \
	row(scols_table_enable_raw)                                                             \
	row(scols_table_new_column)                                                             \
	row(scols_table_new_line)                                                               \
	row(scols_table_remove_lines)                                                           \
	row(scols_table_set_stream)                                                             \
	row(scols_unref_table)
/* clang-format on */

#define SYMBOL(name) DLFCN_SYMBOL(struct smartcols, name)

struct smartcols {
	FUNCTIONS(DLFCN_POINTER)
};

static const struct dlfcn_symbol symbols[] = { FUNCTIONS(SYMBOL) };

/*
 * struct table - a table
 * @plain: its columns, and its lines as long as it needs no library
 * @is_plain: nothing that was added needs the library
 * @is_tree: a column has lines of a tree
 * @format: its format
 * @headings: the next line that is printed has headings above it
 * @lib: the library
 * @table: the table in the library; NULL as long as it is not needed
 * @line: the line that the last cell was added to
 * @problem: why the library could not be opened
 * @failed: memory ran out
 */
struct table {
	struct plain_table plain;
	bool is_plain;
	bool is_tree;
	enum table_format format;
	bool headings;
	struct smartcols lib;
	struct libscols_table *table;
	struct libscols_column **columns;
	struct libscols_line *line;
	const char *problem;
	bool failed;
};

void table_free(struct table *t)
{
	if (t && t->table)
		t->lib.scols_unref_table(t->table);
	if (t) {
		free(t->columns);
		plain_table_done(&t->plain);
	}
	free(t);
}

int table_new(struct table **ret, enum table_format format, bool headings,
	      struct daxbus_error *error)
{
	struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return session_fail_memory(error);
	t->format = format;
	t->headings = headings;
	/* On a terminal, libsmartcols looks at its width. */
	t->is_plain = format == TABLE_ALIGNED && !isatty(STDOUT_FILENO);
	*ret = t;
	return 0;
}

void table_add_column(struct table *t, const char *header, unsigned int flags)
{
	if (plain_table_add_column(&t->plain, header, flags & TABLE_RIGHT) < 0)
		t->failed = true;
	t->is_tree = t->is_tree || flags & TABLE_TREE;
	t->is_plain = t->is_plain && !t->is_tree && plain_table_accepts(header);
}

void table_force_library(struct table *t)
{
	t->is_plain = false;
}

/* --- the library ------------------------------------------------------------------------------ */

/* Only the first column has lines of a tree. */
static void add_columns(struct table *t)
{
	t->columns = calloc(t->plain.n_columns + 1, sizeof(*t->columns));
	for (size_t i = 0; t->columns && i < t->plain.n_columns; i++) {
		const struct plain_column *c = &t->plain.columns[i];
		int flags = (c->is_right ? SCOLS_FL_RIGHT : 0) |
			    (t->is_tree && i == 0 ? SCOLS_FL_TREE : 0);

		t->columns[i] = t->lib.scols_table_new_column(t->table, c->header, 0, flags);
		t->failed = t->failed || !t->columns[i];
	}
	t->failed = t->failed || !t->columns;
}

/* Return: whether there is a table in the library. */
static bool open_library(struct table *t)
{
	if (t->table || t->problem || t->failed)
		return t->table && !t->failed;
	t->problem = dlfcn_open(SMARTCOLS_FILE, symbols, ARRAY_SIZE(symbols), &t->lib);
	if (t->problem)
		return false;
	/* For the width of characters, and for lines of a tree in the charset of the terminal. */
	setlocale(LC_CTYPE, "");
	t->table = t->lib.scols_new_table();
	if (!t->table) {
		t->failed = true;
		return false;
	}
	t->lib.scols_table_enable_raw(t->table, t->format == TABLE_RAW);
	t->lib.scols_table_enable_export(t->table, t->format == TABLE_PAIRS);
	t->lib.scols_table_enable_noheadings(t->table, !t->headings);
	add_columns(t);
	return !t->failed;
}

struct table_line *table_add_line(struct table *t, struct table_line *parent)
{
	t->is_plain = false;
	t->line = NULL;
	if (open_library(t)) {
		t->line = t->lib.scols_table_new_line(t->table, (struct libscols_line *)parent);
		t->failed = t->failed || !t->line;
	}
	return (struct table_line *)t->line;
}

void table_set_take(struct table *t, struct table_line *line, size_t column, char *text)
{
	if (text)
		utf8_hide_controls(text);
	if (line && text &&
	    t->lib.scols_line_refer_data((struct libscols_line *)line, column, text) == 0)
		return;
	free(text);
	if (!t->problem)
		t->failed = true;
}

/* Cell @i, counted from the first of the table. */
static void add_library_cell(struct table *t, size_t i, const char *text)
{
	if (i % t->plain.n_columns == 0)
		table_add_line(t, NULL);
	table_set_take(t, (struct table_line *)t->line, i % t->plain.n_columns, strdup(text));
}

/* Move what was added so far into the library. */
static void leave_plain(struct table *t)
{
	const char *text = t->plain.cells.s;

	t->is_plain = false;
	for (size_t i = 0; i < t->plain.n_cells; i++, text += strlen(text) + 1)
		add_library_cell(t, i, text);
}

/* --- cells in order --------------------------------------------------------------------------- */

struct string *table_cell(struct table *t)
{
	return &t->plain.cells;
}

/* The text of the last cell, without control characters. */
static const char *last_text(struct table *t)
{
	struct string *cells = &t->plain.cells;

	if (!plain_table_accepts(plain_table_last_cell(&t->plain)) &&
	    t->plain.start < cells->length) {
		utf8_hide_controls(cells->s + t->plain.start);
		cells->length = t->plain.start + strlen(cells->s + t->plain.start);
	}
	return plain_table_last_cell(&t->plain);
}

void table_end_cell(struct table *t)
{
	size_t n = t->plain.n_cells;
	const char *text;

	if (t->plain.cells.failed || !t->plain.n_columns) {
		t->failed = true;
		return;
	}
	text = last_text(t);
	if (t->is_plain && !plain_table_accepts(text))
		leave_plain(t);
	if (t->is_plain) {
		plain_table_widen(&t->plain, n % t->plain.n_columns, strlen(text));
		plain_table_end_cell(&t->plain);
		return;
	}
	add_library_cell(t, n, text);
	/* Counted, but not kept twice. */
	plain_table_clear(&t->plain);
	t->plain.n_cells = n + 1;
}

void table_add_bytes(struct table *t, uint64_t bytes)
{
	if (bytes)
		string_add_size(table_cell(t), bytes);
	else
		string_add(table_cell(t), "-");
	table_end_cell(t);
}

/* libsmartcols prints a byte that is not part of a printable character as \xff. */
static size_t width_of(const char *s)
{
	size_t width = 0;

	while (*s) {
		mbstate_t state = { 0 };
		wchar_t c;
		size_t n = mbrtowc(&c, s, strlen(s), &state);

		if (n == (size_t)-1 || n == (size_t)-2)
			n = 1;
		else if (iswprint((wint_t)c)) {
			width += (size_t)wcwidth(c);
			s += n;
			continue;
		}
		width += n * strlen("\\xff");
		s += n;
	}
	return width;
}

void table_measure(struct table *t, size_t column)
{
	const char *text;
	size_t width;

	if (t->plain.cells.failed || column >= t->plain.n_columns) {
		t->failed = true;
		return;
	}
	text = last_text(t);
	t->is_plain = t->is_plain && plain_table_accepts(text);
	/* The library sets the locale, which decides about the width of what is not ASCII. */
	width = plain_table_accepts(text) || !open_library(t) ? strlen(text) : width_of(text);
	plain_table_widen(&t->plain, column, width);
	plain_table_drop_cell(&t->plain);
}

/* --- printing --------------------------------------------------------------------------------- */

/*
 * Fill the header with spaces up to the width of the measured cells: a column of libsmartcols is
 * never narrower than its header. The last column is as wide as each of its cells.
 */
static void widen_column(struct table *t, size_t column)
{
	const struct plain_column *c = &t->plain.columns[column];
	struct libscols_cell *header = t->lib.scols_column_get_header(t->columns[column]);
	_cleanup_free_ char *wide = NULL;
	int width = (int)c->width;

	if (!c->is_right && column + 1 == t->plain.n_columns)
		return;
	if (string_format(&wide, "%*s", c->is_right ? width : -width, c->header) < 0 ||
	    t->lib.scols_cell_set_data(header, wide) < 0)
		t->failed = true;
}

static void widen_columns(struct table *t)
{
	for (size_t i = 0; t->format == TABLE_ALIGNED && i < t->plain.n_columns; i++)
		if (t->plain.columns[i].width > strlen(t->plain.columns[i].header))
			widen_column(t, i);
}

static int print_by_library(struct table *t, FILE *out, struct daxbus_error *error)
{
	if (!open_library(t) && t->problem)
		return session_fail(error, -ELIBACC,
				    "cannot open " SMARTCOLS_FILE
				    " (install the package libsmartcols1): %s",
				    t->problem);
	if (!t->failed)
		widen_columns(t);
	if (t->failed || t->lib.scols_table_set_stream(t->table, out) < 0 ||
	    t->lib.scols_print_table(t->table) < 0)
		return session_fail_memory(error);
	t->lib.scols_table_remove_lines(t->table);
	t->lib.scols_table_enable_noheadings(t->table, 1);
	return 0;
}

int table_print(struct table *t, FILE *out, struct daxbus_error *error)
{
	int r = 0;

	if (t->failed || t->plain.cells.failed)
		return session_fail_memory(error);
	if (t->is_plain)
		plain_table_print(&t->plain, t->headings, out);
	else
		r = print_by_library(t, out, error);
	plain_table_clear(&t->plain);
	t->headings = false;
	return r;
}
