/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page for a browser: nodes and regions as bars to scale, their devices and memory blocks, and
 * what 'daxbus explain' finds. It is one file without scripts and refers to no other.
 */
#include "output/list-html.h"

#include <errno.h>
#include <inttypes.h>

#include "base/utf8.h"
#include "output/cell.h"
#include "output/list-html-style.h"
#include "output/region-parts.h"

/* --- text ------------------------------------------------------------------------------------- */

/* Text that others chose: it is neither markup nor does it control the browser. */
static void put_text(struct string *t, const char *s)
{
	_cleanup_free_ char *text = strdup(s);

	t->failed |= !text;
	if (!text)
		return;
	utf8_hide_controls(text);
	for (const char *c = text; *c; c++) {
		switch (*c) {
		case '<':
			string_add(t, "&lt;");
			break;
		case '>':
			string_add(t, "&gt;");
			break;
		case '&':
			string_add(t, "&amp;");
			break;
		case '"':
			string_add(t, "&quot;");
			break;
		case '\'':
			string_add(t, "&#39;");
			break;
		default:
			string_add(t, "%c", *c);
		}
	}
}

/* "--mode=devdax", also in the quotes of a command. */
static bool starts_option(const char *word)
{
	return word[*word == '\''] == '-';
}

/* A sentence with commands: browsers break lines behind a hyphen, but not inside of an option. */
static void put_sentence(struct string *t, const char *s)
{
	for (size_t n; *s; s += n) {
		_cleanup_free_ char *word = NULL;
		bool whole;

		n = strcspn(s, " ") ?: strspn(s, " ");
		word = strndup(s, n);
		t->failed |= !word;
		if (!word)
			return;
		whole = starts_option(word);
		string_add(t, "%s", whole ? "<span class=\"option\">" : "");
		put_text(t, word);
		string_add(t, "%s", whole ? "</span>" : "");
	}
}

/* Add what @more holds, and empty it. */
static void add_taken(struct string *t, struct string *more)
{
	_cleanup_free_ char *s = string_take(more);

	t->failed |= !s;
	if (s)
		put_text(t, s);
}

static void put_value(struct string *t, const struct daxbus_object *object, const char *name)
{
	struct string cell = { 0 };

	cell_add(&cell, object, daxbus_field_find(daxbus_object_kind(object), name), false);
	add_taken(t, &cell);
}

static void put_bytes(struct string *t, uint64_t bytes)
{
	struct string size = { 0 };

	cell_add_size(&size, bytes);
	add_taken(t, &size);
}

/* --- bars ------------------------------------------------------------------------------------- */

/* What a part of a bar is: the class of its style, and the words of the legend. */
enum paint {
	PAINT_MOVABLE,
	PAINT_KERNEL,
	PAINT_OFFLINE,
	PAINT_MISSING,
	PAINT_LOST,
	PAINT_KMEM,
	PAINT_DEVDAX,
	PAINT_FAMFS,
	PAINT_COMPAT,
	PAINT_OTHER,
	PAINT_UNBOUND,
	PAINT_UNKNOWN,
	PAINT_FREE,
	PAINT_NONE,
};

static const struct {
	const char *style;
	const char *help;
} paints[] = {
	[PAINT_MOVABLE] = { "movable", "online, zone Movable" },
	[PAINT_KERNEL] = { "kernel", "online, other zone" },
	[PAINT_OFFLINE] = { "offline", "offline" },
	[PAINT_MISSING] = { "missing", "memory block missing" },
	[PAINT_LOST] = { "lost", "outside of whole memory blocks" },
	[PAINT_KMEM] = { "kmem", "device in kmem mode" },
	[PAINT_DEVDAX] = { "devdax", "device in devdax mode" },
	[PAINT_FAMFS] = { "famfs", "device in famfs mode" },
	[PAINT_COMPAT] = { "compat", "device in compat mode" },
	[PAINT_OTHER] = { "other", "device with another driver" },
	[PAINT_UNBOUND] = { "unbound", "device without a driver" },
	[PAINT_UNKNOWN] = { "unknown", "unknown" },
	[PAINT_FREE] = { "free", "free" },
	[PAINT_NONE] = { "none", NULL },
};

static enum paint paint_of_mark(char mark)
{
	switch (mark) {
	case 'k':
		return PAINT_KMEM;
	case 'd':
		return PAINT_DEVDAX;
	case 'f':
		return PAINT_FAMFS;
	case 'c':
		return PAINT_COMPAT;
	case BAR_FREE:
		return PAINT_FREE;
	case MARK_NO_DRIVER:
		return PAINT_UNBOUND;
	case MARK_OTHER_DRIVER:
		return PAINT_OTHER;
	case MARK_NOT_SHOWN:
		return PAINT_NONE;
	default:
		return PAINT_UNKNOWN;
	}
}

/* In parts of 100,000, without the decimal comma of a locale. */
static void add_width(struct string *t, uint64_t bytes, uint64_t of)
{
	uint64_t share = of ? (uint64_t)((long double)bytes / (long double)of * 100000) : 0;

	string_add(t, "style=\"width:%" PRIu64 ".%03" PRIu64 "%%\"", share / 1000, share % 1000);
}

/*
 * Add a part of @bytes to a bar of @of. @range: its addresses, or NULL. @name: what it belongs to,
 * or NULL.
 */
static void put_part(struct string *t, enum paint paint, uint64_t bytes, uint64_t of,
		     const char *name, const struct bar_part *range)
{
	string_add(t, "<span class=\"%s\" ", paints[paint].style);
	add_width(t, bytes, of);
	string_add(t, " title=\"");
	if (name) {
		put_text(t, name);
		string_add(t, ": ");
	}
	put_bytes(t, bytes);
	if (paints[paint].help)
		string_add(t, ", %s", paints[paint].help);
	if (range)
		string_add(t, ", 0x%" PRIx64 "-0x%" PRIx64, range->start, range->end);
	string_add(t, "\">");
	if (name)
		put_text(t, name);
	string_add(t, "</span>");
}

static void add_legend(struct string *t)
{
	string_add(t, "<ul class=\"legend\">");
	for (size_t i = 0; i < sizeof(paints) / sizeof(*paints); i++)
		if (paints[i].help)
			string_add(t, "<li><i class=\"%s\"></i>%s</li>", paints[i].style,
				   paints[i].help);
	string_add(t, "</ul>\n");
}

/* --- memory blocks ---------------------------------------------------------------------------- */

/* Neighbouring blocks that are alike. */
struct run {
	enum paint paint;
	struct bar_part range;
};

static enum paint paint_of_block(const struct daxbus_object *block)
{
	struct daxbus_value state = region_parts_field(block, "state");
	struct daxbus_value zones = region_parts_field(block, "zones");

	if (state.presence != DAXBUS_KNOWN)
		return PAINT_UNKNOWN;
	if (!streq(state.string, "online"))
		return PAINT_OFFLINE;
	if (zones.presence != DAXBUS_KNOWN || !zones.n_strings)
		return PAINT_UNKNOWN;
	return streq(zones.strings[0], "Movable") ? PAINT_MOVABLE : PAINT_KERNEL;
}

/* The next block of a device that is inside of a range. */
static const struct daxbus_object *
next_block(const struct bar_part *part, const struct daxbus_object *block, struct bar_part *ret)
{
	while ((block = daxbus_object_next(part->object, DAXBUS_BLOCK, block)))
		if (region_parts_number(block, "start", &ret->start) &&
		    region_parts_number(block, "end", &ret->end) && ret->start <= ret->end &&
		    ret->start >= part->start && ret->end <= part->end)
			return block;
	return NULL;
}

static void add_run(struct string *t, const struct run *run, uint64_t of)
{
	put_part(t, run->paint, run->range.end - run->range.start + 1, of, NULL, &run->range);
}

/* The blocks below a part of a region; where there is none, the device does not use it as memory.
 */
static void add_blocks_of(struct string *t, const struct bar_part *part, uint64_t of)
{
	struct run run = { .paint = PAINT_NONE };
	const struct daxbus_object *block = NULL;
	uint64_t at = part->start;
	struct bar_part next;

	while (part->object && (block = next_block(part, block, &next))) {
		enum paint paint = paint_of_block(block);

		if (next.start < at)
			continue;
		if (run.paint != PAINT_NONE && (next.start != at || paint != run.paint)) {
			add_run(t, &run, of);
			run.paint = PAINT_NONE;
		}
		if (next.start > at)
			put_part(t, PAINT_NONE, next.start - at, of, NULL, NULL);
		if (run.paint == PAINT_NONE)
			run = (struct run){ paint, next };
		run.range.end = next.end;
		at = next.end + 1;
	}
	if (run.paint != PAINT_NONE)
		add_run(t, &run, of);
	if (at && at <= part->end)
		put_part(t, PAINT_NONE, part->end - at + 1, of, NULL, NULL);
}

/* --- regions ---------------------------------------------------------------------------------- */

static const char *name_of(const struct daxbus_object *device)
{
	struct daxbus_value name = region_parts_field(device, "device");

	return name.presence == DAXBUS_KNOWN ? name.string : "?";
}

static void add_bar(struct string *t, const struct region_parts *parts)
{
	uint64_t of = parts->items[parts->n - 1].end - parts->items[0].start + 1;

	string_add(t, "<div class=\"bar\">");
	for (size_t i = 0; i < parts->n; i++) {
		const struct bar_part *part = &parts->items[i];

		put_part(t, paint_of_mark(part->mark), part->end - part->start + 1, of,
			 part->object ? name_of(part->object) : NULL, part);
	}
	string_add(t, "</div>\n<div class=\"bar blocks\">");
	for (size_t i = 0; i < parts->n; i++)
		add_blocks_of(t, &parts->items[i], of);
	string_add(t,
		   "</div>\n<p class=\"ends\"><span>0x%" PRIx64 "</span><span>0x%" PRIx64
		   "</span></p>\n",
		   parts->items[0].start, parts->items[parts->n - 1].end);
}

static const char *const device_columns[] = { "device",	     "mode",	"driver",  "size",
					      "target_node", "blocks",	"online",  "movable",
					      "kernel",	     "offline", "missing", "lost",
					      "flags" };

static void add_devices(struct string *t, const struct daxbus_object *region)
{
	const struct daxbus_object *device = NULL;

	string_add(t, "<div class=\"wide\"><table><thead><tr>");
	for (size_t i = 0; i < sizeof(device_columns) / sizeof(*device_columns); i++)
		string_add(t, "<th>%s</th>", device_columns[i]);
	string_add(t, "</tr></thead><tbody>\n");
	while ((device = daxbus_object_next(region, DAXBUS_DEVICE, device))) {
		string_add(t, "<tr>");
		for (size_t i = 0; i < sizeof(device_columns) / sizeof(*device_columns); i++) {
			string_add(t, "<td>");
			put_value(t, device, device_columns[i]);
			string_add(t, "</td>");
		}
		string_add(t, "</tr>\n");
	}
	string_add(t, "</tbody></table></div>\n");
}

static int put_region(struct string *t, const struct daxbus_object *region)
{
	_cleanup_(region_parts_done) struct region_parts parts = { 0 };

	if (region_parts_collect(region, &parts) < 0)
		return -ENOMEM;
	string_add(t, "<section><h3>region");
	put_value(t, region, "region");
	string_add(t, "</h3>\n<p>");
	put_value(t, region, "provider");
	string_add(t, ", ");
	put_value(t, region, "size");
	string_add(t, ", available ");
	put_value(t, region, "available_size");
	string_add(t, ", node ");
	put_value(t, region, "target_node");
	string_add(t, ", <code>");
	put_value(t, region, "path");
	string_add(t, "</code></p>\n");
	if (parts.trouble) {
		string_add(t, "<p class=\"trouble\">No map: ");
		put_sentence(t, parts.trouble);
		string_add(t, "</p>\n");
	} else {
		if (parts.begins_unknown)
			string_add(t, "<p>Start of the region unknown: the map shows only its "
				      "devices.</p>\n");
		add_bar(t, &parts);
	}
	if (daxbus_object_next(region, DAXBUS_DEVICE, NULL))
		add_devices(t, region);
	string_add(t, "</section>\n");
	return 0;
}

static int add_regions(struct string *t, const struct daxbus_snapshot *snapshot)
{
	const struct daxbus_object *region = NULL;
	int r = 0;

	string_add(t, "<h2>Regions</h2>\n");
	while (r == 0 && (region = daxbus_snapshot_next(snapshot, DAXBUS_REGION, region)))
		/* A CXL memory device has no number and no addresses. */
		if (region_parts_field(region, "region").presence != DAXBUS_NONE)
			r = put_region(t, region);
	return r;
}

/* --- nodes ------------------------------------------------------------------------------------ */

static bool is_on_node(const struct daxbus_object *device, uint64_t node)
{
	uint64_t of_device;

	return region_parts_number(device, "target_node", &of_device) && of_device == node;
}

/* The next larger node; UINT64_MAX: there is none. */
static uint64_t next_node(const struct daxbus_snapshot *snapshot, uint64_t from)
{
	const struct daxbus_object *device = NULL;
	uint64_t best = UINT64_MAX, node;

	while ((device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device)))
		if (region_parts_number(device, "target_node", &node) && node >= from &&
		    node < best)
			best = node;
	return best;
}

static uint64_t size_of_node(const struct daxbus_snapshot *snapshot, uint64_t node)
{
	const struct daxbus_object *device = NULL;
	uint64_t sum = 0, size;

	while ((device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device)))
		/* Sizes of a captured tree may be anything. */
		if (is_on_node(device, node) && region_parts_number(device, "size", &size) &&
		    __builtin_add_overflow(sum, size, &sum))
			return UINT64_MAX;
	return sum;
}

/* A device in kmem mode by what its memory is, another one as a whole. */
static void add_of_node(struct string *t, const struct daxbus_object *device, uint64_t block,
			uint64_t of)
{
	static const struct {
		const char *field;
		enum paint paint;
	} counts[] = { { "movable", PAINT_MOVABLE },
		       { "kernel", PAINT_KERNEL },
		       { "offline", PAINT_OFFLINE },
		       { "missing", PAINT_MISSING } };
	uint64_t number, bytes, size = 0;
	enum paint rest;

	(void)region_parts_number(device, "size", &size);
	rest = paint_of_mark(region_parts_mark(device));
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		if (!region_parts_number(device, counts[i].field, &number) || !number)
			continue;
		rest = PAINT_LOST;
		if (__builtin_mul_overflow(number, block, &bytes) || bytes > size)
			bytes = size;
		put_part(t, counts[i].paint, bytes, of, name_of(device), NULL);
		size -= bytes;
	}
	if (size)
		put_part(t, rest, size, of, name_of(device), NULL);
}

static void put_node(struct string *t, const struct daxbus_snapshot *snapshot, uint64_t node,
		     uint64_t largest)
{
	const struct daxbus_object *bus = daxbus_snapshot_next(snapshot, DAXBUS_BUS, NULL);
	const struct daxbus_object *device = NULL;
	uint64_t size = size_of_node(snapshot, node), block = 0;

	(void)region_parts_number(bus, "block_size", &block);
	string_add(t, "<section><h3>node%" PRIu64 "</h3>\n<p>", node);
	put_bytes(t, size);
	string_add(t, " of dax memory</p>\n<div class=\"bar\" ");
	add_width(t, size, largest);
	string_add(t, ">");
	while ((device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device)))
		if (is_on_node(device, node))
			add_of_node(t, device, block, size);
	string_add(t, "</div></section>\n");
}

static void add_nodes(struct string *t, const struct daxbus_snapshot *snapshot)
{
	uint64_t largest = 0;

	for (uint64_t n = next_node(snapshot, 0); n != UINT64_MAX; n = next_node(snapshot, n + 1))
		if (size_of_node(snapshot, n) > largest)
			largest = size_of_node(snapshot, n);
	string_add(t, "<h2>Nodes</h2>\n");
	for (uint64_t n = next_node(snapshot, 0); n != UINT64_MAX; n = next_node(snapshot, n + 1))
		put_node(t, snapshot, n, largest);
}

/* --- findings, and the machine ---------------------------------------------------------------- */

static void add_cause(struct string *t, const struct cause *cause)
{
	string_add(t, "<li><p>");
	put_sentence(t, cause->message);
	string_add(t, " <code>%s</code></p><ul>", cause->word);
	for (size_t i = 0; i < cause->n_evidence; i++) {
		const struct cause_evidence *e = &cause->evidence[i];

		string_add(t, "<li><code>");
		put_text(t, e->file);
		string_add(t, "</code>");
		if (e->line)
			string_add(t, ", line %u", e->line);
		string_add(t, ": <code>");
		put_text(t, e->text ?: "does not exist");
		string_add(t, "</code></li>");
	}
	string_add(t, "</ul><p class=\"next\">");
	put_sentence(t, cause->next);
	string_add(t, "</p></li>\n");
}

static void add_causes(struct string *t, const struct causes *causes)
{
	string_add(t, "<h2>Findings</h2>\n");
	if (!causes->n) {
		string_add(t, "<p>Nothing found that is wrong.</p>\n");
		return;
	}
	string_add(t, "<ol class=\"findings\">\n");
	for (size_t i = 0; i < causes->n; i++)
		add_cause(t, &causes->items[i]);
	string_add(t, "</ol>\n");
}

static void add_orphans(struct string *t, const struct daxbus_snapshot *snapshot)
{
	static const char *const names[] = { "start", "end",	"size",	  "former_device",
					     "node",  "blocks", "online", "movable" };
	const struct daxbus_object *orphan = NULL;

	if (!daxbus_snapshot_next(snapshot, DAXBUS_ORPHAN, NULL))
		return;
	string_add(t, "<h2>Memory without a device</h2>\n<div class=\"wide\"><table><thead><tr>");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		string_add(t, "<th>%s</th>", names[i]);
	string_add(t, "</tr></thead><tbody>\n");
	while ((orphan = daxbus_snapshot_next(snapshot, DAXBUS_ORPHAN, orphan))) {
		string_add(t, "<tr>");
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			string_add(t, "<td>");
			put_value(t, orphan, names[i]);
			string_add(t, "</td>");
		}
		string_add(t, "</tr>\n");
	}
	string_add(t, "</tbody></table></div>\n");
}

static void add_machine(struct string *t, const struct daxbus_snapshot *snapshot)
{
	const struct daxbus_object *bus = daxbus_snapshot_next(snapshot, DAXBUS_BUS, NULL);
	struct daxbus_value notes = region_parts_field(bus, "notes");

	string_add(t, "<p>Linux ");
	put_value(t, bus, "kernel");
	string_add(t, ", memory blocks of ");
	put_value(t, bus, "block_size");
	string_add(t, ", new ones are: ");
	put_value(t, bus, "auto_online");
	string_add(t, "; written by daxbus " PACKAGE_VERSION "</p>\n");
	for (size_t i = 0; notes.presence == DAXBUS_KNOWN && i < notes.n_strings; i++) {
		string_add(t, "<p class=\"trouble\">");
		put_sentence(t, notes.strings[i]);
		string_add(t, "</p>\n");
	}
}

/* --- the page --------------------------------------------------------------------------------- */

void list_html_query(struct daxbus_query *query)
{
	static const enum daxbus_kind kinds[] = { DAXBUS_BUS,	  DAXBUS_REGION, DAXBUS_DEVICE,
						  DAXBUS_MAPPING, DAXBUS_BLOCK,	 DAXBUS_EXTENT,
						  DAXBUS_ORPHAN };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const struct daxbus_field *field = NULL;

		while ((field = daxbus_field_next(kinds[i], field)))
			columns_query(query, field);
	}
}

int list_html_add(struct string *t, const struct daxbus_snapshot *snapshot,
		  const struct causes *causes)
{
	string_add(t,
		   "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		   "<title>Memory on the dax bus</title>\n<style>\n%s</style>\n</head>\n<body>\n"
		   "<h1>Memory on the dax bus</h1>\n",
		   list_html_style);
	add_machine(t, snapshot);
	add_causes(t, causes);
	add_legend(t);
	add_nodes(t, snapshot);
	if (add_regions(t, snapshot) < 0)
		return -ENOMEM;
	add_orphans(t, snapshot);
	string_add(t, "</body>\n</html>\n");
	return t->failed ? -ENOMEM : 0;
}
