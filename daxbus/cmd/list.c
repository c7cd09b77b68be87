/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/list.h"

#include <errno.h>

#include <sys/stat.h>

#include "api/explain.h"
#include "api/report-file.h"
#include "cli/selectors.h"
#include "cmd/commands.h"
#include "output/list-html.h"
#include "output/region-parts.h"
#include "output/table.h"

struct view {
	enum daxbus_kind kind;
	const char *columns;
};

static const struct view views[] = {
	[VIEW_DEVICES] = { DAXBUS_DEVICE, "DEVICE,PROVIDER,MODE,DRIVER,SIZE,TARGET_NODE,"
					  "BLOCKS,ONLINE,MOVABLE,FLAGS" },
	[VIEW_REGIONS] = { DAXBUS_REGION,
			   "REGION,PROVIDER,SIZE,AVAILABLE_SIZE,ALIGN,DYNAMIC,CREATABLE,TARGET_NODE,PATH" },
	[VIEW_MAPPINGS] = { DAXBUS_MAPPING, "DEVICE,START,END,SIZE,PAGE_OFFSET" },
	[VIEW_BLOCKS] = { DAXBUS_BLOCK, "BLOCK,COUNT,DEVICE,START,END,SIZE,STATE,ZONES,NODE" },
	[VIEW_TREE] = { DAXBUS_DEVICE,
			"SIZE,PROVIDER,MODE,DRIVER,TARGET_NODE,BLOCKS,ONLINE,FLAGS" },
	/* A map has no columns of fields. */
	[VIEW_MAP] = { DAXBUS_REGION, "REGION" },
	[VIEW_ORPHANS] = { DAXBUS_ORPHAN, LIST_ORPHAN_COLUMNS },
};

static void listing_done(struct listing *listing)
{
	columns_done(&listing->columns);
	daxbus_snapshot_free(listing->snapshot);
}

static int check_options(const struct list_options *options, bool json, struct daxbus_error *error)
{
	if (options->split && options->view != VIEW_BLOCKS)
		return session_fail(error, -EINVAL, "option '--split' requires --blocks");
	if (options->html && json)
		return session_fail(error, -EINVAL,
				    "options '--html' and '--json' cannot be combined");
	return 0;
}

static int add_all_columns(struct listing *listing, struct daxbus_error *error)
{
	const struct daxbus_field *field = NULL;

	while ((field = columns_next_field(listing->kind, field)))
		if (columns_add(&listing->columns, field) < 0)
			return session_fail_memory(error);
	return 0;
}

static int choose_columns(struct listing *listing, struct daxbus_error *error)
{
	const struct list_options *options = listing->options;
	const struct view *view = &views[options->view];
	const char *list = options->output;
	int r;

	listing->kind = view->kind;
	if (options->output_all)
		return add_all_columns(listing, error);
	if (list && list[0] != '+') {
		listing->chosen = true;
		return columns_add_list(&listing->columns, listing->kind, list, error);
	}
	r = columns_add_list(&listing->columns, listing->kind, view->columns, error);
	if (r == 0 && list)
		r = columns_add_list(&listing->columns, listing->kind, list + 1, error);
	return r;
}

static int scan(struct session *s, struct listing *listing)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	int r = selectors_query(s, &query);

	if (r < 0)
		return r;
	if (s->common.json) {
		r = list_json_query(listing, query, &s->error);
		if (r < 0)
			return r;
	} else if (listing->options->html) {
		list_html_query(query);
	} else if (listing->options->view == VIEW_MAP) {
		list_map_query(query);
	} else {
		list_table_query(listing, query);
	}
	if (!listing->chosen)
		list_orphans_query(query);
	r = session_open(s, &ctx);
	if (r < 0)
		return r;
	return daxbus_scan(ctx, query, &listing->snapshot, &s->error);
}

static struct daxbus_value bus_value(const struct listing *listing, const char *field)
{
	return region_parts_field(daxbus_snapshot_next(listing->snapshot, DAXBUS_BUS, NULL), field);
}

/* What only a reboot mends is worth a line, whatever the view is. */
static void say_orphans(const struct session *s, const struct listing *listing)
{
	const struct daxbus_object *orphan = NULL;
	struct daxbus_value bytes = bus_value(listing, "orphaned");
	size_t n = 0;

	if (listing->options->view == VIEW_ORPHANS && bytes.presence == DAXBUS_UNKNOWN)
		session_say("memory without a device is unknown: cannot read addresses in "
			    "/proc/iomem (%s)",
			    s->common.sysroot ? "the tree does not have them" : "root can");
	while ((orphan = daxbus_snapshot_next(listing->snapshot, DAXBUS_ORPHAN, orphan)))
		n++;
	if (n)
		session_say(
			"%zu range%s of memory %s no device any more, because the provider went "
			"away while the memory was online; 'daxbus offline RANGE' takes it out "
			"of use, but only a reboot gives it back (see daxbus-list(1))",
			n, plural(n), n == 1 ? "has" : "have");
}

/* What 'daxbus explain' begins with. */
static void say_why_empty(struct session *s)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(causes_done) struct causes causes = { 0 };

	if (session_open(s, &ctx) < 0 || api_explain_read(ctx, NULL, &causes, NULL) < 0 ||
	    !causes.n || causes.items[0].code == CAUSE_ORPHAN) /* say_orphans() has said that */
		return;
	session_say("no devices: %s (see 'daxbus explain')", causes.items[0].message);
}

/* Print notes about omitted objects and, if no selector was given, why the list is empty. */
static void say_notes(struct session *s, const struct listing *listing, bool everything)
{
	struct daxbus_value notes = bus_value(listing, "notes");

	for (size_t i = 0; notes.presence == DAXBUS_KNOWN && i < notes.n_strings; i++)
		session_say("%s", notes.strings[i]);
	say_orphans(s, listing);
	if (everything && !daxbus_snapshot_next(listing->snapshot, DAXBUS_DEVICE, NULL) &&
	    !daxbus_snapshot_next(listing->snapshot, DAXBUS_REGION, NULL))
		say_why_empty(s);
}

static int print_listing(const struct listing *listing, FILE *out, struct daxbus_error *error)
{
	int r = listing->options->view == VIEW_MAP ? list_map_print(listing, out, error)
						   : list_table_print(listing, out, error);

	if (r == 0 && list_orphans_has_section(listing))
		r = list_orphans_print(listing, out, error);
	return r;
}

/* The permissions of a new file; it has addresses, which root may not want to show to everybody. */
static mode_t new_file_mode(void)
{
	mode_t mask = umask(0077);

	umask(mask);
	return 0666 & ~mask;
}

static int write_html(struct session *s, const struct listing *listing)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	_cleanup_(causes_done) struct causes causes = { 0 };
	struct string t = { 0 };
	int r = selectors_query(s, &query)
		?: session_open(s, &ctx)
		?: api_explain_read(ctx, query, &causes, &s->error);

	if (r == 0 && list_html_add(&t, listing->snapshot, &causes) < 0)
		r = session_fail_memory(&s->error);
	if (r == 0)
		r = api_report_file_write(listing->options->html, t.s, new_file_mode(), &s->error);
	string_done(&t);
	return r;
}

static enum status run_list(struct session *s, const void *options)
{
	_cleanup_(listing_done) struct listing listing = { .options = options };
	int r;

	r = check_options(listing.options, s->common.json, &s->error);
	if (r == 0)
		r = choose_columns(&listing, &s->error);
	if (r < 0)
		return session_status(r);
	r = scan(s, &listing);
	if (r < 0)
		return session_status(r);
	say_notes(s, &listing, s->n_operands == 0);
	if (listing.options->html)
		return session_status(write_html(s, &listing));
	if (s->common.json)
		return session_status(list_json_print(&listing, s->out, &s->error));
	return session_status(print_listing(&listing, s->out, &s->error));
}

#define MEMBER(member) offsetof(struct list_options, member)

/* clang-format off */
static const struct option_row list_options[] = {
	{ .name = "regions", .letter = 'R', .help = "list regions instead of devices",
	  .type = OPTION_SET, .offset = MEMBER(view), .value = VIEW_REGIONS,
	  .excludes = EXCLUDE_VIEW },
	{ .name = "mappings", .letter = 'M', .help = "list the physical ranges of devices",
	  .type = OPTION_SET, .offset = MEMBER(view), .value = VIEW_MAPPINGS,
	  .excludes = EXCLUDE_VIEW },
	{ .name = "blocks", .letter = 'B',
	  .help = "list the memory blocks of devices in kmem, as ranges of equal neighbours",
	  .type = OPTION_SET, .offset = MEMBER(view), .value = VIEW_BLOCKS,
	  .excludes = EXCLUDE_VIEW },
	{ .name = "split", .help = "with --blocks, print a line for each block instead of each range",
	  .type = OPTION_FLAG, .offset = MEMBER(split) },
	{ .name = "tree", .letter = 'T',
	  .help = "print a tree of regions, their devices and the ranges of these",
	  .type = OPTION_SET, .offset = MEMBER(view), .value = VIEW_TREE,
	  .excludes = EXCLUDE_VIEW | EXCLUDE_FORMAT },
	{ .name = "map",
	  .help = "print a map of each region, with the ranges of devices and the free space",
	  .type = OPTION_SET, .offset = MEMBER(view), .value = VIEW_MAP,
	  .excludes = EXCLUDE_VIEW | EXCLUDE_COLUMNS | EXCLUDE_LAYOUT },
	{ .name = "orphans",
	  .help = "list memory whose device has left the bus",
	  .type = OPTION_SET, .offset = MEMBER(view), .value = VIEW_ORPHANS,
	  .excludes = EXCLUDE_VIEW },
	{ .name = "html", .argument = "FILE",
	  .help = "write a page for a browser, with maps of nodes and regions, to FILE, which is replaced as a whole",
	  .type = OPTION_STRING, .offset = MEMBER(html),
	  .excludes = EXCLUDE_VIEW | EXCLUDE_FORMAT | EXCLUDE_COLUMNS | EXCLUDE_LAYOUT,
	  .complete = COMPLETE_FILES },
	{ .name = "output", .letter = 'o', .argument = "COLUMN,...",
	  .help = "show these columns; with a leading '+', in addition to the default ones",
	  .type = OPTION_STRING, .offset = MEMBER(output),
	  .excludes = EXCLUDE_COLUMNS, .complete = COMPLETE_COLUMNS },
	{ .name = "output-all", .help = "show every column",
	  .type = OPTION_FLAG, .offset = MEMBER(output_all),
	  .excludes = EXCLUDE_COLUMNS },
	{ .name = "raw", .letter = 'r',
	  .help = "separate columns with one space and print spaces in values as \\x20",
	  .type = OPTION_SET, .offset = MEMBER(format), .value = TABLE_RAW,
	  .excludes = EXCLUDE_FORMAT | EXCLUDE_LAYOUT },
	{ .name = "pairs", .letter = 'P', .help = "print COLUMN=\"value\" pairs, one object per line",
	  .type = OPTION_SET, .offset = MEMBER(format), .value = TABLE_PAIRS,
	  .excludes = EXCLUDE_FORMAT | EXCLUDE_LAYOUT },
	{ .name = "bytes", .letter = 'b', .help = "print sizes in bytes",
	  .type = OPTION_FLAG, .offset = MEMBER(bytes) },
	{ .name = "noheadings", .letter = 'n', .help = "omit the line of headings",
	  .type = OPTION_FLAG, .offset = MEMBER(no_headings) },
};
/* clang-format on */

static enum daxbus_kind columns_of(const void *data)
{
	return views[((const struct list_options *)data)->view].kind;
}

const struct command list_command = {
	.columns_of = columns_of,
	.name = "list",
	.operands = "[SELECTOR...]",
	.summary = "show regions, devices, physical ranges and memory blocks",
	.description =
		"Show the objects on the dax bus, by default one line per device. A SELECTOR is a "
		"device (dax0.0), a glob (dax0.*), a region (region0), 'all', or FIELD=VALUE with "
		"any column of devices or regions. Terms joined by commas must all match; of several "
		"selectors, one must match. In tables, '?' marks a value that could not be read "
		"(usually because it requires root), and '-' an attribute that does not exist.",
	.examples = {
		{ "daxbus list", "list all devices" },
		{ "daxbus list -o +UUID provider=pmem",
		  "list devices on persistent memory, with the UUIDs of their namespaces" },
		{ "daxbus list --blocks dax0.0",
		  "list the memory blocks of a device, with state and zones, as ranges" },
		{ "daxbus list --map region0",
		  "show the free space in a region, and the devices in the rest" },
		{ "daxbus list --html=memory.html",
		  "write a page with maps and findings, for a browser or a printer" },
		{ "daxbus list --json | jq '.devices[] | select(.mode == \"kmem\") | .device'",
		  "for a script, print the devices whose memory the kernel uses" },
	},
	COMMAND_OPTIONS(list_options),
	.options_size = sizeof(struct list_options),
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_SELECTORS,
	.flags = COMMAND_JSON | COMMAND_FIELDS,
	.run = run_list,
};
