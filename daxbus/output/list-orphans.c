/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/list.h"
#include "output/table.h"

void list_orphans_query(struct daxbus_query *query)
{
	const struct daxbus_field *field = NULL;

	daxbus_query_add_field(query, DAXBUS_BUS, "orphaned", NULL);
	while ((field = daxbus_field_next(DAXBUS_ORPHAN, field)))
		columns_query(query, field);
}

/* A program reads lines of one kind; it asks for others. */
bool list_orphans_has_section(const struct listing *listing)
{
	const struct list_options *options = listing->options;

	return options->view != VIEW_ORPHANS && options->format == TABLE_ALIGNED &&
	       !options->no_headings && !listing->chosen &&
	       daxbus_snapshot_next(listing->snapshot, DAXBUS_ORPHAN, NULL);
}

int list_orphans_print(const struct listing *listing, FILE *out, struct daxbus_error *error)
{
	const struct list_options options = {
		.view = VIEW_ORPHANS,
		.bytes = listing->options->bytes,
	};
	struct listing section = {
		.options = &options,
		.kind = DAXBUS_ORPHAN,
		.snapshot = listing->snapshot,
	};
	int r;

	fprintf(out, "%sMemory without a device:\n", ftell(out) > 0 ? "\n" : "");
	r = columns_add_list(&section.columns, DAXBUS_ORPHAN, LIST_ORPHAN_COLUMNS, error);
	if (r == 0)
		r = list_table_print(&section, out, error);
	columns_done(&section.columns);
	return r;
}
