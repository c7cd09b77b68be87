/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_LIST_H
#define DAXBUS_OUTPUT_LIST_H

#include "cli/columns.h"
#include "cli/session.h"

/* What a line of the list is. Zero is the default. */
enum list_view {
	VIEW_DEVICES,
	VIEW_REGIONS,
	VIEW_MAPPINGS,
	VIEW_BLOCKS,
	VIEW_TREE,
	VIEW_MAP,
};

struct list_options {
	int view;   /* enum list_view */
	int format; /* enum table_format */
	bool bytes;
	bool no_headings;
	bool output_all;
	const char *output;
};

/*
 * struct listing - what to print
 * @options: how
 * @kind: the objects that the view's columns describe
 * @columns: what to show of them
 * @chosen: the columns were named one by one, so that a document has these keys only
 * @snapshot: of these objects; NULL until it is read
 */
struct listing {
	const struct list_options *options;
	enum daxbus_kind kind;
	struct columns columns;
	bool chosen;
	struct daxbus_snapshot *snapshot;
};

/* As a table: which fields that reads, and printing it. */
void list_table_query(const struct listing *listing, struct daxbus_query *query);
int list_table_print(const struct listing *listing, FILE *out, struct daxbus_error *error);

/* As a map of each region: likewise. */
void list_map_query(struct daxbus_query *query);
int list_map_print(const struct listing *listing, FILE *out, struct daxbus_error *error);

/* As a JSON document: likewise. */
int list_json_query(const struct listing *listing, struct daxbus_query *query,
		    struct daxbus_error *error);
int list_json_print(const struct listing *listing, FILE *out, struct daxbus_error *error);

/* The keys of a document's objects. Starts as zero, ends with list_keys_done(). */
struct list_keys {
	struct columns bus;
	struct columns region;
	struct columns device;
	struct columns mapping;
	struct columns block;
	struct columns extent;
};

/* The keys when none were chosen. */
int list_keys_add_all(struct list_keys *keys, bool with_blocks);
void list_keys_done(struct list_keys *keys);

#endif
