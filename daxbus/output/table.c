/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/table.h"

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <locale.h>
#include <wchar.h>
#include <wctype.h>

#include "base/array.h"
#include "cli/session.h"
#include "io/dlfcn.h"

/* clang-format off */
#define FUNCTIONS(row)                                                                          \
	row(scols_cell_get_data)                                                                \
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

struct column {
	struct libscols_column *column;
	unsigned int flags;
	size_t width; /* of the widest measured cell */
};

struct table {
	struct smartcols lib;
	struct libscols_table *table;
	struct column *columns;
	size_t n_columns;
	bool failed;
};

void table_free(struct table *t)
{
	if (t && t->table)
		t->lib.scols_unref_table(t->table);
	if (t)
		free(t->columns);
	free(t);
}

int table_new(struct table **ret, enum table_format format, bool headings,
	      struct daxbus_error *error)
{
	_cleanup_(table_free_p) struct table *t = calloc(1, sizeof(*t));
	const char *problem;

	if (!t)
		return session_fail_memory(error);
	problem = dlfcn_open(SMARTCOLS_FILE, symbols, ARRAY_SIZE(symbols), &t->lib);
	if (problem)
		return session_fail(error, -ELIBACC,
				    "cannot open " SMARTCOLS_FILE
				    " (install the package libsmartcols1): %s",
				    problem);
	/* For the width of characters, and for lines of a tree in the charset of the terminal. */
	setlocale(LC_CTYPE, "");
	t->table = t->lib.scols_new_table();
	if (!t->table)
		return session_fail_memory(error);
	t->lib.scols_table_enable_raw(t->table, format == TABLE_RAW);
	t->lib.scols_table_enable_export(t->table, format == TABLE_PAIRS);
	t->lib.scols_table_enable_noheadings(t->table, !headings);
	*ret = TAKE_PTR(t);
	return 0;
}

void table_add_column(struct table *t, const char *header, unsigned int flags)
{
	int scols_flags = (flags & TABLE_RIGHT ? SCOLS_FL_RIGHT : 0) |
			  (flags & TABLE_TREE ? SCOLS_FL_TREE : 0);

	struct libscols_column *column =
		t->lib.scols_table_new_column(t->table, header, 0, scols_flags);

	if (!column || ARRAY_PUSH(t->columns, t->n_columns,
				  (struct column){ .column = column, .flags = flags }) < 0)
		t->failed = true;
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

static size_t width_of_ascii(const char *s)
{
	size_t n = 0;

	while (s[n] >= ' ' && s[n] <= '~')
		n++;
	return s[n] ? width_of(s) : n;
}

void table_measure(struct table *t, size_t column, const char *text)
{
	size_t width = text ? width_of_ascii(text) : 0;

	if (!text || column >= t->n_columns)
		t->failed = true;
	else if (width > t->columns[column].width)
		t->columns[column].width = width;
}

/*
 * Fill the header with spaces up to the width of the measured cells: a column of libsmartcols is
 * never narrower than its header. The last column is as wide as each of its cells.
 */
static void widen_column(struct table *t, const struct column *column)
{
	bool is_right = column->flags & TABLE_RIGHT;
	struct libscols_cell *header = t->lib.scols_column_get_header(column->column);
	const char *text = t->lib.scols_cell_get_data(header);
	_cleanup_free_ char *wide = NULL;
	int width = (int)column->width;

	if (!is_right && column == &t->columns[t->n_columns - 1])
		return;
	if (string_format(&wide, "%*s", is_right ? width : -width, text) < 0 ||
	    t->lib.scols_cell_set_data(header, wide) < 0)
		t->failed = true;
}

static void widen_columns(struct table *t)
{
	for (size_t i = 0; i < t->n_columns; i++) {
		if (t->columns[i].width)
			widen_column(t, &t->columns[i]);
		t->columns[i].width = 0;
	}
}

struct table_line *table_add_line(struct table *t, struct table_line *parent)
{
	struct libscols_line *line =
		t->lib.scols_table_new_line(t->table, (struct libscols_line *)parent);

	if (!line)
		t->failed = true;
	return (struct table_line *)line;
}

void table_set_take(struct table *t, struct table_line *line, size_t column, char *text)
{
	if (line && text &&
	    t->lib.scols_line_refer_data((struct libscols_line *)line, column, text) == 0)
		return;
	free(text);
	t->failed = true;
}

int table_print(struct table *t, FILE *out, struct daxbus_error *error)
{
	widen_columns(t);
	if (t->failed || t->lib.scols_table_set_stream(t->table, out) < 0 ||
	    t->lib.scols_print_table(t->table) < 0)
		return session_fail_memory(error);
	t->lib.scols_table_remove_lines(t->table);
	t->lib.scols_table_enable_noheadings(t->table, 1);
	return 0;
}
