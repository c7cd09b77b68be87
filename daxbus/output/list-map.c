/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/array.h"
#include "base/string.h"
#include "cli/stream.h"
#include "output/bar.h"
#include "output/cell.h"
#include "output/list.h"
#include "output/table.h"

/* Marks of ranges without a mode. */
#define MARK_NO_DRIVER	  'n'
#define MARK_OTHER_DRIVER 'o'
#define MARK_UNKNOWN_MODE 'u'
#define MARK_NOT_SHOWN	  '~'

/* A region while its map is drawn. */
struct drawing {
	const struct listing *listing;
	const struct daxbus_object *region;
	struct bar_part *parts;
	size_t n;
	const char *trouble; /* why there is no map */
	bool begins_unknown;
};

static void drawing_done(struct drawing *d)
{
	free(d->parts);
}

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

static struct daxbus_value get_field(const struct daxbus_object *object, const char *name)
{
	const struct daxbus_field *field = daxbus_field_find(daxbus_object_kind(object), name);
	struct daxbus_value value;

	if (!field || daxbus_get(object, field, &value) < 0)
		return (struct daxbus_value){ .presence = DAXBUS_NONE };
	return value;
}

static bool get_number(const struct daxbus_object *object, const char *name, uint64_t *ret)
{
	struct daxbus_value value = get_field(object, name);

	if (value.presence != DAXBUS_KNOWN)
		return false;
	*ret = value.number;
	return true;
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

/* --- parts ------------------------------------------------------------------------------------ */

static char mode_mark(const struct daxbus_object *device)
{
	static const struct {
		const char *mode;
		char mark;
	} marks[] = { { "devdax", 'd' }, { "kmem", 'k' }, { "famfs", 'f' }, { "compat", 'c' } };
	struct daxbus_value mode = get_field(device, "mode"), driver = get_field(device, "driver");

	for (size_t i = 0; mode.presence == DAXBUS_KNOWN && i < ARRAY_SIZE(marks); i++)
		if (streq(mode.string, marks[i].mode))
			return marks[i].mark;
	if (driver.presence == DAXBUS_UNKNOWN)
		return MARK_UNKNOWN_MODE;
	return driver.presence == DAXBUS_NONE ? MARK_NO_DRIVER : MARK_OTHER_DRIVER;
}

static int add_part(struct drawing *d, struct bar_part part)
{
	if (array_grow(&d->parts, d->n, sizeof(*d->parts)) < 0)
		return -ENOMEM;
	d->parts[d->n++] = part;
	return 0;
}

/* Add @part with the addresses of @range, a mapping or an extent. */
static int add_range(struct drawing *d, const struct daxbus_object *range, struct bar_part part)
{
	if (get_number(range, "start", &part.start) && get_number(range, "end", &part.end) &&
	    part.start <= part.end)
		return add_part(d, part);
	d->trouble = "cannot read the addresses of its devices (requires root)";
	return 0;
}

static int add_device_parts(struct drawing *d, const struct daxbus_object *device)
{
	struct bar_part part = { .mark = mode_mark(device), .object = device };
	const struct daxbus_object *mapping = NULL;
	uint64_t size = 0;
	int r = 0;

	while ((mapping = daxbus_object_next(device, DAXBUS_MAPPING, mapping)))
		part.places++;
	/* They are sorted by offset. */
	while (r == 0 && (mapping = daxbus_object_next(device, DAXBUS_MAPPING, mapping))) {
		part.place++;
		r = add_range(d, mapping, part);
	}
	if (!part.places && (!get_number(device, "size", &size) || size))
		d->trouble = "cannot read the addresses of its devices (requires root)";
	return r;
}

static int compare_parts(const void *a, const void *b)
{
	const struct bar_part *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/*
 * Between sorted parts, and at both ends of the region, there may be gaps: ranges of devices that
 * were not selected.
 */
static int fill_gaps(struct drawing *d, uint64_t start, uint64_t end)
{
	struct bar_part gap = { .start = start, .mark = MARK_NOT_SHOWN };
	size_t n = d->n;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		struct bar_part part = d->parts[i];

		if (part.start > gap.start) {
			gap.end = part.start - 1;
			r = add_part(d, gap);
		}
		gap.start = part.end + 1;
	}
	/* The start is 0 after the highest address. */
	if (r == 0 && gap.start && gap.start <= end) {
		gap.end = end;
		r = add_part(d, gap);
	}
	qsort(d->parts, d->n, sizeof(*d->parts), compare_parts);
	return r;
}

/* Find the first and last address: of the region, or of the parts if unknown. */
static void find_span(struct drawing *d, uint64_t *ret_start, uint64_t *ret_end)
{
	uint64_t first = d->parts[0].start, last = d->parts[d->n - 1].end;
	uint64_t start, size;

	d->begins_unknown = !get_number(d->region, "start", &start) ||
			    !get_number(d->region, "size", &size) || !size || start > first ||
			    last - start > size - 1 || start > UINT64_MAX - (size - 1);
	*ret_start = d->begins_unknown ? first : start;
	*ret_end = d->begins_unknown ? last : start + (size - 1);
}

static bool parts_overlap(const struct drawing *d)
{
	for (size_t i = 1; i < d->n; i++)
		if (d->parts[i].start <= d->parts[i - 1].end)
			return true;
	return false;
}

static int collect(struct drawing *d)
{
	const struct daxbus_object *o = NULL;
	uint64_t start, end;
	int r = 0;

	while (r == 0 && (o = daxbus_object_next(d->region, DAXBUS_DEVICE, o)))
		r = add_device_parts(d, o);
	o = NULL;
	while (r == 0 && (o = daxbus_object_next(d->region, DAXBUS_EXTENT, o)))
		r = add_range(d, o, (struct bar_part){ .mark = BAR_FREE });
	if (r < 0 || d->trouble)
		return r;
	if (!d->n) {
		d->trouble = "its addresses cannot be determined";
		return 0;
	}
	qsort(d->parts, d->n, sizeof(*d->parts), compare_parts);
	if (parts_overlap(d)) {
		d->trouble = "its devices overlap; they may have changed during the scan";
		return 0;
	}
	find_span(d, &start, &end);
	return fill_gaps(d, start, end);
}

/* --- lines ------------------------------------------------------------------------------------ */

/* "region0: hmem, 1G at 0x100000000, 512M free, largest 384M, 64M outside of whole memory blocks"
 */
static void add_lost(const struct drawing *d, struct string *text)
{
	const struct daxbus_object *extent = NULL;
	uint64_t lost = 0, one;

	while ((extent = daxbus_object_next(d->region, DAXBUS_EXTENT, extent)))
		if (get_number(extent, "lost", &one))
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
	if (get_field(d->region, "available_size").presence != DAXBUS_NONE) {
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
	const struct bar map = { d->parts, d->n, stream_columns() };
	const struct daxbus_object *bus =
		daxbus_snapshot_next(d->listing->snapshot, DAXBUS_BUS, NULL);
	uint64_t block, step;

	if (d->begins_unknown)
		string_add(text, "  start of the region unknown: the map shows only its devices\n");
	bar_add(text, &map);
	string_add(text, "\n");
	if (!get_number(bus, "block_size", &block))
		return;
	step = bar_add_ruler(text, &map, block);
	if (step)
		add_scale(d, text, block, step);
}

/* --- the legend ------------------------------------------------------------------------------- */

enum {
	COLUMN_MARK,
	COLUMN_START,
	COLUMN_END,
	COLUMN_SIZE,
	COLUMN_DEVICE,
	COLUMN_MODE,
	COLUMN_PART,
};

static const struct {
	const char *header;
	unsigned int flags;
} columns[] = {
	[COLUMN_MARK] = { "MARK", 0 },	       [COLUMN_START] = { "START", TABLE_RIGHT },
	[COLUMN_END] = { "END", TABLE_RIGHT }, [COLUMN_SIZE] = { "SIZE", TABLE_RIGHT },
	[COLUMN_DEVICE] = { "DEVICE", 0 },     [COLUMN_MODE] = { "MODE", 0 },
	[COLUMN_PART] = { "PART", 0 },
};

/* The mode, or the driver if that is not a mode. */
static const char *mode_of(const struct daxbus_object *device)
{
	struct daxbus_value mode = get_field(device, "mode"), driver = get_field(device, "driver");

	if (mode.presence == DAXBUS_KNOWN)
		return mode.string;
	if (driver.presence == DAXBUS_KNOWN)
		return driver.string;
	return driver.presence == DAXBUS_UNKNOWN ? "?" : "-";
}

static void set_text(struct table *table, struct table_line *line, size_t column, const char *s)
{
	table_set_take(table, line, column, strdup(s));
}

static void set_range(const struct drawing *d, struct table *table, struct table_line *line,
		      const struct bar_part *part)
{
	char mark[] = { part->mark, '\0' };
	struct string start = { 0 }, end = { 0 }, size = { 0 };

	string_add(&start, "0x%" PRIx64, part->start);
	string_add(&end, "0x%" PRIx64, part->end);
	add_bytes(d, &size, part->end - part->start + 1);
	set_text(table, line, COLUMN_MARK, mark);
	table_set_take(table, line, COLUMN_START, string_take(&start));
	table_set_take(table, line, COLUMN_END, string_take(&end));
	table_set_take(table, line, COLUMN_SIZE, string_take(&size));
}

static void set_device(struct table *table, struct table_line *line, const struct bar_part *part)
{
	struct string place = { 0 };

	set_text(table, line, COLUMN_DEVICE, get_field(part->object, "device").string);
	set_text(table, line, COLUMN_MODE, mode_of(part->object));
	if (part->places > 1)
		string_add(&place, "%zu/%zu", part->place, part->places);
	else
		string_add(&place, "-");
	table_set_take(table, line, COLUMN_PART, string_take(&place));
}

static void add_legend_line(const struct drawing *d, struct table *table,
			    const struct bar_part *part)
{
	struct table_line *line = table_add_line(table, NULL);

	set_range(d, table, line, part);
	if (part->object) {
		set_device(table, line, part);
		return;
	}
	set_text(table, line, COLUMN_DEVICE, part->mark == BAR_FREE ? "free" : "not shown");
	set_text(table, line, COLUMN_MODE, "-");
	set_text(table, line, COLUMN_PART, "-");
}

static int print_legend(const struct drawing *d, FILE *out, struct daxbus_error *error)
{
	_cleanup_(table_free_p) struct table *table = NULL;
	int r = table_new(&table, TABLE_ALIGNED, !d->listing->options->no_headings, error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		table_add_column(table, columns[i].header, columns[i].flags);
	for (size_t i = 0; i < d->n; i++)
		add_legend_line(d, table, &d->parts[i]);
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
	_cleanup_(drawing_done) struct drawing d = { .listing = listing, .region = region };
	struct string text = { 0 };
	int r;

	if (collect(&d) < 0)
		return session_fail_memory(error);
	add_header(&d, &text);
	session_print_line(out, &text);
	if (d.trouble)
		string_add(&text, "  %s\n", d.trouble);
	else
		add_picture(&d, &text);
	r = print_text(&text, out, error);
	return r < 0 || d.trouble ? r : print_legend(&d, out, error);
}

int list_map_print(const struct listing *listing, FILE *out, struct daxbus_error *error)
{
	const struct daxbus_object *region = NULL;
	bool first = true;
	int r = 0;

	while (r == 0 &&
	       (region = daxbus_snapshot_next(listing->snapshot, DAXBUS_REGION, region))) {
		/* A CXL memory device has no addresses. */
		if (get_field(region, "region").presence == DAXBUS_NONE)
			continue;
		if (!first)
			fputc('\n', out);
		first = false;
		r = print_region(listing, region, out, error);
	}
	return r;
}
