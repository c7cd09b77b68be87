/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/string.h"
#include "output/cell.h"
#include "output/list-range.h"
#include "output/table.h"

/* A listing while its table is filled. */
struct filling {
	const struct listing *listing;
	struct table *table;
};

/* A kind that lacks a field of that name has nothing to show there. */
static void query_field(struct daxbus_query *query, enum daxbus_kind kind, const char *name)
{
	daxbus_query_add_field(query, kind, name, NULL);
}

/* A line of the tree shows the field of its own kind with the name of the column. */
static void query_tree(const struct listing *listing, struct daxbus_query *query)
{
	query_field(query, DAXBUS_REGION, "region");
	query_field(query, DAXBUS_DEVICE, "device");
	query_field(query, DAXBUS_MAPPING, "start");
	query_field(query, DAXBUS_MAPPING, "end");
	for (size_t i = 0; i < listing->columns.n; i++) {
		query_field(query, DAXBUS_REGION, listing->columns.fields[i]->name);
		query_field(query, DAXBUS_MAPPING, listing->columns.fields[i]->name);
	}
}

void list_table_query(const struct listing *listing, struct daxbus_query *query)
{
	query_field(query, DAXBUS_BUS, "models");
	query_field(query, DAXBUS_BUS, "notes");
	for (size_t i = 0; i < listing->columns.n; i++)
		columns_query(query, listing->columns.fields[i]);
	/* Read the objects of the lines even if all columns are fields of their devices. */
	columns_query(query, daxbus_field_next(listing->kind, NULL));
	if (listing->options->view == VIEW_ORPHANS)
		query_field(query, DAXBUS_BUS, "orphaned");
	if (listing->options->view == VIEW_TREE)
		query_tree(listing, query);
}

static bool is_number(const struct daxbus_field *field)
{
	return field->type == DAXBUS_NUMBER || field->type == DAXBUS_SIZE ||
	       field->type == DAXBUS_ADDRESS;
}

static void add_columns(const struct filling *f)
{
	const struct columns *columns = &f->listing->columns;

	for (size_t i = 0; i < columns->n; i++) {
		_cleanup_free_ char *header = columns_header(columns->fields[i]);

		table_add_column(f->table, header ? header : columns->fields[i]->name,
				 is_number(columns->fields[i]) ? TABLE_RIGHT : 0);
	}
}

static void set_tree_cell(const struct filling *f, struct table_line *line, size_t column,
			  const struct daxbus_object *object, const struct daxbus_field *field)
{
	struct string text = { 0 };

	cell_add(&text, object, field, f->listing->options->bytes);
	table_set_take(f->table, line, column, string_take(&text));
}

static void add_cell(const struct filling *f, const struct list_ranges *ranges, size_t column)
{
	list_range_add_cell(ranges, table_cell(f->table), f->listing->columns.fields[column]);
}

/* Measure the cells of a table that has more lines than are printed together. */
static int measure_lines(const struct filling *f)
{
	_cleanup_(list_range_done) struct list_ranges ranges;
	size_t n = 0;

	if (list_range_init(&ranges, f->listing) < 0)
		return -ENOMEM;
	while (n <= TABLE_LINES_MAX && list_range_next(&ranges))
		n++;
	if (n <= TABLE_LINES_MAX)
		return 0;
	list_range_rewind(&ranges);
	while (list_range_next(&ranges)) {
		for (size_t i = 0; i < f->listing->columns.n; i++) {
			add_cell(f, &ranges, i);
			table_measure(f->table, i);
		}
	}
	return 0;
}

static int print_lines(const struct filling *f, FILE *out, struct daxbus_error *error)
{
	_cleanup_(list_range_done) struct list_ranges ranges;
	int r = 0;

	if (list_range_init(&ranges, f->listing) < 0)
		return session_fail_memory(error);
	for (size_t n = 0; r == 0 && list_range_next(&ranges); n++) {
		if (n && n % TABLE_LINES_MAX == 0)
			r = table_print(f->table, out, error);
		for (size_t i = 0; i < f->listing->columns.n; i++) {
			add_cell(f, &ranges, i);
			table_end_cell(f->table);
		}
	}
	return r < 0 ? r : table_print(f->table, out, error);
}

/* Lines without a tree. */
static int print_flat(const struct filling *f, FILE *out, struct daxbus_error *error)
{
	add_columns(f);
	if (f->listing->options->format == TABLE_ALIGNED && measure_lines(f) < 0)
		return session_fail_memory(error);
	return print_lines(f, out, error);
}

/* A CXL memory device has no ID. */
static void add_region_name(struct string *text, const struct daxbus_object *region)
{
	const struct daxbus_field *id = daxbus_field_find(DAXBUS_REGION, "region");
	struct daxbus_value path = cell_value(region, daxbus_field_find(DAXBUS_REGION, "path"));

	if (cell_value(region, id).presence == DAXBUS_NONE && path.presence == DAXBUS_KNOWN) {
		string_add(text, "%s", strrchr(path.string, '/') + 1);
		return;
	}
	string_add(text, "region");
	cell_add(text, region, id, false);
}

static void add_object_name(struct string *text, const struct daxbus_object *object)
{
	switch (daxbus_object_kind(object)) {
	case DAXBUS_REGION:
		add_region_name(text, object);
		break;
	case DAXBUS_DEVICE:
		cell_add(text, object, daxbus_field_find(DAXBUS_DEVICE, "device"), false);
		break;
	default:
		cell_add(text, object, daxbus_field_find(DAXBUS_MAPPING, "start"), false);
		string_add(text, "-");
		cell_add(text, object, daxbus_field_find(DAXBUS_MAPPING, "end"), false);
	}
}

/* Cells of fields that the kind of the line lacks are empty. */
static struct table_line *add_tree_line(const struct filling *f, struct table_line *parent,
					const struct daxbus_object *object)
{
	struct table_line *line = table_add_line(f->table, parent);
	struct string name = { 0 };

	add_object_name(&name, object);
	table_set_take(f->table, line, 0, string_take(&name));
	for (size_t i = 0; i < f->listing->columns.n; i++) {
		enum daxbus_kind kind = daxbus_object_kind(object);
		const struct daxbus_field *field =
			daxbus_field_find(kind, f->listing->columns.fields[i]->name);

		if (field && field->kind == kind)
			set_tree_cell(f, line, 1 + i, object, field);
	}
	return line;
}

static void add_branch(const struct filling *f, struct table_line *parent,
		       const struct daxbus_object *object, enum daxbus_kind child_kind)
{
	struct table_line *line = add_tree_line(f, parent, object);
	const struct daxbus_object *child = NULL;

	while ((child = daxbus_object_next(object, child_kind, child))) {
		if (child_kind == DAXBUS_DEVICE)
			add_branch(f, line, child, DAXBUS_MAPPING);
		else
			add_tree_line(f, line, child);
	}
}

static void add_tree(const struct filling *f)
{
	const struct daxbus_object *region = NULL;

	while ((region = daxbus_snapshot_next(f->listing->snapshot, DAXBUS_REGION, region)))
		add_branch(f, NULL, region, DAXBUS_DEVICE);
}

/* The kind of the top-level lines. */
static enum daxbus_kind view_lines(const struct listing *listing)
{
	return listing->options->view == VIEW_TREE ? DAXBUS_REGION : listing->kind;
}

int list_table_print(const struct listing *listing, FILE *out, struct daxbus_error *error)
{
	_cleanup_(table_free_p) struct table *table = NULL;
	struct filling f = { .listing = listing };
	int r;

	/* An empty table prints nothing. */
	if (!daxbus_snapshot_next(listing->snapshot, view_lines(listing), NULL))
		return 0;
	r = table_new(&table, (enum table_format)listing->options->format,
		      !listing->options->no_headings, error);
	if (r < 0)
		return r;
	f.table = table;
	if (listing->options->view != VIEW_TREE)
		return print_flat(&f, out, error);
	table_add_column(table, "NAME", TABLE_TREE);
	add_columns(&f);
	add_tree(&f);
	return table_print(table, out, error);
}
