/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/table.h"

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <locale.h>

#include "cli/session.h"
#include "io/dlfcn.h"

/* clang-format off */
#define FUNCTIONS(row)                                                                          \
	row(scols_line_refer_data)                                                              \
	row(scols_new_table)                                                                    \
	row(scols_print_table)                                                                  \
	row(scols_table_enable_export)                                                          \
	row(scols_table_enable_noheadings)                                                      \
	row(scols_table_enable_raw)                                                             \
	row(scols_table_new_column)                                                             \
	row(scols_table_new_line)                                                               \
	row(scols_table_set_stream)                                                             \
	row(scols_unref_table)
/* clang-format on */

#define SYMBOL(name) DLFCN_SYMBOL(struct smartcols, name)

struct smartcols {
	FUNCTIONS(DLFCN_POINTER)
};

static const struct dlfcn_symbol symbols[] = { FUNCTIONS(SYMBOL) };

struct table {
	struct smartcols lib;
	struct libscols_table *table;
	bool failed;
};

void table_free(struct table *t)
{
	if (t && t->table)
		t->lib.scols_unref_table(t->table);
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

	if (!t->lib.scols_table_new_column(t->table, header, 0, scols_flags))
		t->failed = true;
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
	if (t->failed || t->lib.scols_table_set_stream(t->table, out) < 0 ||
	    t->lib.scols_print_table(t->table) < 0)
		return session_fail_memory(error);
	return 0;
}
