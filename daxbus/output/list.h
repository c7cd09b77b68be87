/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_LIST_H
#define DAXBUS_OUTPUT_LIST_H

#include "cli/columns.h"
#include "cli/session.h"

/* The objects that the list shows. Zero is the default. */
enum list_view {
	VIEW_DEVICES,
	VIEW_REGIONS,
	VIEW_MAPPINGS,
	VIEW_BLOCKS,
	VIEW_TREE,
	VIEW_MAP,
	VIEW_ORPHANS,
};

/* The default columns of memory without a device. */
#define LIST_ORPHAN_COLUMNS "START,END,SIZE,FORMER_DEVICE,NODE,BLOCKS,ONLINE,MOVABLE"

struct list_options {
	int view;   /* enum list_view */
	int format; /* enum table_format */
	bool split;
	bool bytes;
	bool no_headings;
	bool output_all;
	const char *output;
	const char *html;
};

/*
 * struct listing - a list to print
 * @options: options of the command
 * @kind: the kind of the objects that are lines
 * @columns: the columns
 * @chosen: the columns were chosen with --output, and a document has only their keys
 * @snapshot: the objects; NULL until they are read
 */
struct listing {
	const struct list_options *options;
	enum daxbus_kind kind;
	struct columns columns;
	bool chosen;
	struct daxbus_snapshot *snapshot;
};

/* Table: add its fields to a query, and print it. */
void list_table_query(const struct listing *listing, struct daxbus_query *query);
int list_table_print(const struct listing *listing, FILE *out, struct daxbus_error *error);

/* Map of each region: the same. */
void list_map_query(struct daxbus_query *query);
int list_map_print(const struct listing *listing, FILE *out, struct daxbus_error *error);

/*
 * Memory without a device, which tables for people show below every view: whether they show it, and
 * the section of it, which is empty if there is none.
 */
bool list_orphans_has_section(const struct listing *listing);
void list_orphans_query(struct daxbus_query *query);
int list_orphans_print(const struct listing *listing, FILE *out, struct daxbus_error *error);

/* JSON document: the same. */
int list_json_query(const struct listing *listing, struct daxbus_query *query,
		    struct daxbus_error *error);
int list_json_print(const struct listing *listing, FILE *out, struct daxbus_error *error);

#endif
