/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "cli/stream.h"
#include "output/cell.h"
#include "output/list.h"
#include "output/region-parts.h"
#include "output/table.h"

/* A region while its map is drawn. */
struct drawing {
	const struct listing *listing;
	const struct daxbus_object *region;
	const struct region_parts *parts;
};

/* --- values ----------------------------------------------------------------------------------- */

static const struct {
	enum daxbus_kind kind;
	const char *name;
} fields[] = {
	{ DAXBUS_BUS, "models" },	   { DAXBUS_BUS, "notes" },
	{ DAXBUS_BUS, "block_size" },	   { DAXBUS_REGION, "region" },
	{ DAXBUS_REGION, "provider" },	   { DAXBUS_REGION, "start" },
	{ DAXBUS_REGION, "size" },	   { DAXBUS_REGION, "available_size" },
	{ DAXBUS_REGION, "largest_free" }, { DAXBUS_DEVICE, "device" },
	{ DAXBUS_DEVICE, "driver" },	   { DAXBUS_DEVICE, "mode" },
	{ DAXBUS_DEVICE, "size" },	   { DAXBUS_MAPPING, "start" },
	{ DAXBUS_MAPPING, "end" },	   { DAXBUS_MAPPING, "size" },
	{ DAXBUS_EXTENT, "start" },	   { DAXBUS_EXTENT, "end" },
	{ DAXBUS_EXTENT, "size" },	   { DAXBUS_EXTENT, "lost" },
};

void list_map_query(struct daxbus_query *query)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		daxbus_query_add_field(query, fields[i].kind, fields[i].name, NULL);
}

static void add_cell(const struct drawing *d, struct string *text,
		     const struct daxbus_object *object, const char *name)
{
	cell_add(text, object, daxbus_field_find(daxbus_object_kind(object), name),
		 d->listing->options->bytes);
}

static void add_bytes(const struct drawing *d, struct string *text, uint64_t bytes)
{
	if (d->listing->options->bytes)
		string_add(text, "%" PRIu64, bytes);
	else
		cell_add_size(text, bytes);
}

/* --- lines ------------------------------------------------------------------------------------ */

/* "region0: hmem, 1G at 0x100000000, 512M free, largest 384M, 64M outside of whole memory blocks"
 */
static void add_lost(const struct drawing *d, struct string *text)
{
	const struct daxbus_object *extent = NULL;
	uint64_t lost = 0, one;

	while ((extent = daxbus_object_next(d->region, DAXBUS_EXTENT, extent)))
		if (region_parts_number(extent, "lost", &one))
			lost += one;
	if (!lost)
		return;
	string_add(text, ", ");
	add_bytes(d, text, lost);
	string_add(text, " outside of whole memory blocks");
}

static void add_header(const struct drawing *d, struct string *text)
{
	string_add(text, "region");
	add_cell(d, text, d->region, "region");
	string_add(text, ": ");
	add_cell(d, text, d->region, "provider");
	string_add(text, ", ");
	add_cell(d, text, d->region, "size");
	string_add(text, " at ");
	add_cell(d, text, d->region, "start");
	if (region_parts_field(d->region, "available_size").presence != DAXBUS_NONE) {
		string_add(text, ", ");
		add_cell(d, text, d->region, "available_size");
		string_add(text, " free, largest ");
		add_cell(d, text, d->region, "largest_free");
		add_lost(d, text);
	}
}

static void add_scale(const struct drawing *d, struct string *text, uint64_t block, uint64_t step)
{
	string_add(text, "\n| every ");
	add_bytes(d, text, step);
	if (step == block) {
		string_add(text, ", a memory block\n");
		return;
	}
	string_add(text, ", %" PRIu64 " memory blocks of ", step / block);
	add_bytes(d, text, block);
	string_add(text, "\n");
}

static void add_picture(const struct drawing *d, struct string *text)
{
	const struct bar map = { d->parts->items, d->parts->n, stream_columns() };
	const struct daxbus_object *bus =
		daxbus_snapshot_next(d->listing->snapshot, DAXBUS_BUS, NULL);
	uint64_t block, step;

	if (d->parts->begins_unknown)
		string_add(text, "  start of the region unknown: the map shows only its devices\n");
	bar_add(text, &map);
	string_add(text, "\n");
	if (!region_parts_number(bus, "block_size", &block))
		return;
	step = bar_add_ruler(text, &map, block);
	if (step)
		add_scale(d, text, block, step);
}

/* --- the legend ------------------------------------------------------------------------------- */

static const struct {
	const char *header;
	unsigned int flags;
} columns[] = {
	{ "MARK", 0 },		 { "START", TABLE_RIGHT }, { "END", TABLE_RIGHT },
	{ "SIZE", TABLE_RIGHT }, { "DEVICE", 0 },	   { "MODE", 0 },
	{ "PART", 0 },
};

/* The mode, or the driver if that is not a mode. */
static const char *mode_of(const struct daxbus_object *device)
{
	struct daxbus_value mode = region_parts_field(device, "mode"),
			    driver = region_parts_field(device, "driver");

	if (mode.presence == DAXBUS_KNOWN)
		return mode.string;
	if (driver.presence == DAXBUS_KNOWN)
		return driver.string;
	return driver.presence == DAXBUS_UNKNOWN ? "?" : "-";
}

static void add_legend_line(const struct drawing *d, struct table *t, const struct bar_part *part)
{
	const char *name = part->mark == BAR_FREE ? "free" : "not shown";

	if (part->object)
		name = region_parts_field(part->object, "device").string;
	TABLE_ADD(t, "%c", part->mark);
	TABLE_ADD(t, "0x%" PRIx64, part->start);
	TABLE_ADD(t, "0x%" PRIx64, part->end);
	add_bytes(d, table_cell(t), part->end - part->start + 1);
	table_end_cell(t);
	TABLE_ADD(t, "%s", name);
	TABLE_ADD(t, "%s", part->object ? mode_of(part->object) : "-");
	TABLE_ADD(t, part->places > 1 ? "%zu/%zu" : "-", part->place, part->places);
}

static int print_legend(const struct drawing *d, FILE *out, struct daxbus_error *error)
{
	_cleanup_(table_free_p) struct table *table = NULL;
	int r = table_new(&table, TABLE_ALIGNED, !d->listing->options->no_headings, error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		table_add_column(table, columns[i].header, columns[i].flags);
	for (size_t i = 0; i < d->parts->n; i++)
		add_legend_line(d, table, &d->parts->items[i]);
	return table_print(table, out, error);
}

/* --- the map ---------------------------------------------------------------------------------- */

static int print_text(struct string *text, FILE *out, struct daxbus_error *error)
{
	_cleanup_free_ char *s = string_take(text);

	if (!s)
		return session_fail_memory(error);
	fputs(s, out);
	return 0;
}

static int print_region(const struct listing *listing, const struct daxbus_object *region,
			FILE *out, struct daxbus_error *error)
{
	_cleanup_(region_parts_done) struct region_parts parts = { 0 };
	const struct drawing d = { listing, region, &parts };
	struct string text = { 0 };
	int r;

	if (region_parts_collect(region, &parts) < 0)
		return session_fail_memory(error);
	add_header(&d, &text);
	session_print_line(out, &text);
	if (parts.trouble)
		string_add(&text, "  %s\n", parts.trouble);
	else
		add_picture(&d, &text);
	r = print_text(&text, out, error);
	return r < 0 || parts.trouble ? r : print_legend(&d, out, error);
}

int list_map_print(const struct listing *listing, FILE *out, struct daxbus_error *error)
{
	const struct daxbus_object *region = NULL;
	bool first = true;
	int r = 0;

	while (r == 0 &&
	       (region = daxbus_snapshot_next(listing->snapshot, DAXBUS_REGION, region))) {
		/* A CXL memory device has no addresses. */
		if (region_parts_field(region, "region").presence == DAXBUS_NONE)
			continue;
		if (!first)
			fputc('\n', out);
		first = false;
		r = print_region(listing, region, out, error);
	}
	return r;
}
