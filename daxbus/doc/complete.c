/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doc/complete.h"

#include <strings.h>

#include "base/string.h"
#include "base/strv.h"
#include "base/utf8.h"
#include "cli/columns.h"
#include "cli/command.h"

/*
 * struct completion_state - completion of the last word of a command line
 * @session: has the output for candidates, and the tree of the devices
 * @command: the command, or NULL if it is not known yet
 * @group: without a command, the group of commands on the command line, or NULL
 * @options: the words before the last one, parsed
 * @columns_of: the kind of the objects whose fields are columns
 * @keep: start of the last word that is not completed ("--output=DEVICE,"), @n_keep bytes
 * @prefix: the rest of the word, the prefix of candidates
 */
struct completion_state {
	struct session *session;
	const struct command *command;
	const char *group;
	struct options options;
	enum daxbus_kind columns_of;
	const char *keep;
	size_t n_keep;
	const char *prefix;
};

/* Complete the whole word. */
static void start_word(struct completion_state *c, const char *word)
{
	c->keep = c->prefix = word;
	c->n_keep = 0;
}

/* Keep the word up to @rest, and complete the rest. */
static void keep_until(struct completion_state *c, const char *rest)
{
	c->n_keep = (size_t)(rest - c->keep);
	c->prefix = rest;
}

/*
 * Offer @candidate with @suffix if it begins with the prefix. Return: whether it does. A candidate
 * is a line of its own, and goes on the command line of the user: names with control characters are
 * not offered. The shell quotes what it would expand.
 */
static bool offer(const struct completion_state *c, const char *candidate, const char *suffix)
{
	if (utf8_has_control(candidate))
		return false;
	if (strncasecmp(candidate, c->prefix, strlen(c->prefix)) != 0)
		return false;
	fprintf(c->session->out, "%.*s%s%s\n", (int)c->n_keep, c->keep, candidate, suffix);
	return true;
}

/* The first words of all commands; or, with @first, the second words of that group. */
static void offer_commands(const struct completion_state *c, const char *first)
{
	_cleanup_(strv_done) struct strv offered = { 0 };
	const struct command *command;

	for (size_t i = 0; (command = command_at(c->session->commands, i)); i++) {
		const char *name = first ? command_second_word(command, first) : command->name;
		_cleanup_free_ char *word = name ? strndup(name, strcspn(name, " ")) : NULL;

		if (word && !strv_has(&offered, word) && strv_push(&offered, word) == 0)
			offer(c, word, "");
	}
}

static void offer_options(struct completion_state *c, const char *word)
{
	const struct option_row *row;

	start_word(c, word);
	for (size_t i = 0; (row = options_row(&c->options, i)); i++) {
		_cleanup_free_ char *name = NULL;

		if (string_format(&name, "--%s", row->name) == 0 &&
		    !options_is_excluded(&c->options, row))
			offer(c, name, "");
	}
}

static void offer_columns(struct completion_state *c, enum daxbus_kind kind)
{
	const struct daxbus_field *field = NULL;
	const char *comma = strrchr(c->prefix, ',');

	if (comma)
		keep_until(c, comma + 1);
	else if (c->prefix[0] == '+')
		keep_until(c, c->prefix + 1);
	while ((field = columns_next_field(kind, field))) {
		_cleanup_free_ char *header = columns_header(field);

		if (header)
			offer(c, header, "");
	}
	fputs(":nospace\n", c->session->out);
}

/*
 * Scan the bus, or the captured tree: @field of the devices of @selector (NULL: of all), and the
 * regions. NULL on failure.
 */
static struct daxbus_snapshot *scan(const struct completion_state *c, const char *selector,
				    const struct daxbus_field *field)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	struct daxbus_snapshot *snapshot = NULL;

	if (session_open(c->session, &ctx) < 0 || daxbus_query_new(&query) < 0)
		return NULL;
	if (selector && daxbus_query_add_selector(query, selector, NULL) < 0)
		return NULL;
	columns_query(query, field);
	daxbus_query_add_field(query, DAXBUS_REGION, "region", NULL);
	if (daxbus_scan(ctx, query, &snapshot, NULL) < 0)
		return NULL;
	return snapshot;
}

static bool offer_devices(const struct completion_state *c, const struct daxbus_snapshot *snapshot)
{
	const struct daxbus_object *device = NULL;
	const char *name;
	bool offered = false;

	while (snapshot && (device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device)))
		if (daxbus_get_string(device, "device", &name) == 0)
			offered |= offer(c, name, "");
	return offered;
}

/* The id of @region, after @prefix. */
static void offer_region(const struct completion_state *c, const char *prefix,
			 const struct daxbus_object *region)
{
	_cleanup_free_ char *name = NULL;
	uint64_t id;

	if (daxbus_get_u64(region, "region", &id) == 0 &&
	    string_format(&name, "%s%" PRIu64, prefix, id) == 0)
		offer(c, name, "");
}

static void offer_regions(const struct completion_state *c, const struct daxbus_snapshot *snapshot)
{
	const struct daxbus_object *region = NULL;

	while (snapshot && (region = daxbus_snapshot_next(snapshot, DAXBUS_REGION, region)))
		offer_region(c, "region", region);
}

/* Regions in which a device can be created. */
static void offer_free_regions(const struct completion_state *c)
{
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot =
		scan(c, NULL, daxbus_field_find(DAXBUS_REGION, "creatable"));
	const struct daxbus_object *region = NULL;
	uint64_t creatable;

	while (snapshot && (region = daxbus_snapshot_next(snapshot, DAXBUS_REGION, region)))
		if (daxbus_get_u64(region, "creatable", &creatable) == 0 && creatable)
			offer_region(c, "", region);
}

/* Whether the list @names, up to the word that is completed, has @name. */
static bool is_listed(const struct completion_state *c, const char *names, const char *name)
{
	size_t length = strlen(name);

	for (const char *p = names; p < c->prefix; p += strcspn(p, ",") + 1)
		if (strcspn(p, ",") == length && strncmp(p, name, length) == 0)
			return true;
	return false;
}

/* CXL memory devices with room for a region, which have no ID of one. */
static void offer_memdevs(struct completion_state *c)
{
	const struct daxbus_field *memdevs = daxbus_field_find(DAXBUS_REGION, "memdevs");
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	const char *names = c->prefix, *comma = strrchr(c->prefix, ',');
	const struct daxbus_object *region = NULL;
	struct daxbus_value value;
	uint64_t creatable, id;

	if (comma)
		keep_until(c, comma + 1);
	snapshot = scan(c, NULL, daxbus_field_find(DAXBUS_REGION, "creatable"));
	while (snapshot && (region = daxbus_snapshot_next(snapshot, DAXBUS_REGION, region))) {
		if (daxbus_get_u64(region, "region", &id) == 0 ||
		    daxbus_get_u64(region, "creatable", &creatable) < 0 || !creatable ||
		    daxbus_get(region, memdevs, &value) < 0 || value.n_strings != 1)
			continue;
		if (!is_listed(c, names, value.strings[0]))
			offer(c, value.strings[0], "");
	}
}

/* The devices of the command; other devices only if none of the first ones match. */
static void offer_names(const struct completion_state *c)
{
	const struct daxbus_field *field = daxbus_field_find(DAXBUS_DEVICE, "device");
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *all = NULL, *fit = NULL;

	all = scan(c, NULL, field);
	if (c->command->devices)
		fit = scan(c, c->command->devices, field);
	if (!offer_devices(c, fit))
		offer_devices(c, all);
	offer_regions(c, all);
}

static void offer_field_names(const struct completion_state *c)
{
	const struct daxbus_field *field = NULL;
	bool offered = false;

	while ((field = columns_next_field(DAXBUS_DEVICE, field)))
		offered |= offer(c, field->name, "=");
	if (offered)
		fputs(":nospace\n", c->session->out);
}

static int collect_strings(struct strv *values, const struct daxbus_value *value)
{
	int r = 0;

	if (value->type == DAXBUS_STRING && !strv_has(values, value->string))
		return strv_push(values, value->string);
	for (size_t i = 0; value->type == DAXBUS_STRINGS && r == 0 && i < value->n_strings; i++)
		if (!strv_has(values, value->strings[i]))
			r = strv_push(values, value->strings[i]);
	return r;
}

/* Add the strings in @field of all devices to @values, without duplicates. Return: 0; -ENOMEM. */
static int collect_values(const struct completion_state *c, const struct daxbus_field *field,
			  struct strv *values)
{
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	const struct daxbus_object *device = NULL;
	struct daxbus_value value;
	int r = 0;

	if (field->type == DAXBUS_STRING || field->type == DAXBUS_STRINGS)
		snapshot = scan(c, NULL, field);
	while (r == 0 && snapshot &&
	       (device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device)))
		if (daxbus_get(device, field, &value) == 0 && value.presence == DAXBUS_KNOWN)
			r = collect_strings(values, &value);
	return r;
}

/* The values of devices: after "mode=", the modes that are in use. */
static void offer_field_values(const struct completion_state *c, const struct daxbus_field *field)
{
	_cleanup_(strv_done) struct strv values = { 0 };

	if (collect_values(c, field, &values) < 0)
		return;
	strv_sort(&values);
	for (size_t i = 0; i < values.n; i++)
		offer(c, values.items[i], "");
}

static void offer_selectors(struct completion_state *c)
{
	const char *comma = strrchr(c->prefix, ',');
	const char *equals;

	if (comma)
		keep_until(c, comma + 1);
	equals = strchr(c->prefix, '=');
	if (equals) {
		_cleanup_free_ char *name = strndup(c->prefix, (size_t)(equals - c->prefix));
		const struct daxbus_field *field =
			name ? daxbus_field_find(DAXBUS_DEVICE, name) : NULL;

		keep_until(c, equals + 1);
		if (field)
			offer_field_values(c, field);
		return;
	}
	offer_names(c);
	offer(c, "all", "");
	/* There are many fields: offer them only after the first letter. */
	if (c->prefix[0])
		offer_field_names(c);
}

/* --- settings of changing commands ------------------------------------------------------------ */

/* Reasons that remain unless the kernel or the device is replaced. */
static bool is_lasting(const char *code)
{
	static const char *const codes[] = {
		"class-device",	  "empty-device", "phantom",   "stuck-until-reboot",
		"no-target-node", "too-small",	  "no-driver", "no-compat-driver",
	};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (streq(code, codes[i]))
			return true;
	return false;
}

/* Plan the change of the devices on the command line; NULL if that fails. */
static struct daxbus_results *plan(const struct completion_state *c,
				   const struct daxbus_request *request)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	struct daxbus_results *results = NULL;

	if (session_open(c->session, &ctx) < 0 || daxbus_query_new(&query) < 0)
		return NULL;
	for (size_t i = 0; i < c->options.n_operands; i++)
		if (daxbus_query_add_selector(query, c->options.operands[i], NULL) < 0)
			return NULL;
	if (daxbus_plan(ctx, query, request, &results, NULL) < 0)
		return NULL;
	return results;
}

/* Whether the setting is possible for one of the devices, or unknown. */
static bool is_possible(const struct completion_state *c, const struct option_row *row,
			const char *choice)
{
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	_cleanup_(daxbus_results_free_p) struct daxbus_results *results = NULL;
	const struct daxbus_result *result = NULL;
	bool any = false;

	if (daxbus_request_new(c->command->action, &request) < 0 ||
	    daxbus_request_set(request, row->name, choice, NULL) < 0)
		return true;
	results = plan(c, request);
	while (results && (result = daxbus_results_next(results, result))) {
		any = true;
		if (result->status != DAXBUS_REFUSED || !result->code || !is_lasting(result->code))
			return true;
	}
	return !any;
}

static void offer_choices(const struct completion_state *c, const struct option_row *row)
{
	const char *const *choices =
		daxbus_request_choices((enum daxbus_action)row->value, row->name);
	bool look = streq(row->name, "mode") && c->options.n_operands;

	for (size_t i = 0; choices && choices[i]; i++)
		if (!look || is_possible(c, row, choices[i]))
			offer(c, choices[i], "");
}

static void offer_drivers(const struct completion_state *c)
{
	_cleanup_(strv_done) struct strv drivers = { 0 };

	/* The drivers of the kernel, and all others that devices are bound to. */
	if (strv_push(&drivers, "device_dax") < 0 || strv_push(&drivers, "kmem") < 0 ||
	    strv_push(&drivers, "fsdev_dax") < 0 ||
	    collect_values(c, daxbus_field_find(DAXBUS_DEVICE, "driver"), &drivers) < 0)
		return;
	for (size_t i = 0; i < drivers.n; i++)
		offer(c, drivers.items[i], "");
}

/* ---------------------------------------------------------------------------------------------- */

/* Candidates for an argument of @row, or for an operand if it is NULL. */
static void offer_argument(struct completion_state *c, const struct option_row *row)
{
	switch (row ? row->complete : c->command->complete) {
	case COMPLETE_NOTHING:
		break;
	case COMPLETE_DIRECTORIES:
		fputs(":directories\n", c->session->out);
		break;
	case COMPLETE_FILES:
		fputs(":files\n", c->session->out);
		break;
	case COMPLETE_COMMANDS:
		offer_commands(c, c->options.n_operands ? c->options.operands[0] : NULL);
		break;
	case COMPLETE_COLUMNS:
		offer_columns(c, c->columns_of);
		break;
	case COMPLETE_SELECTORS:
		offer_selectors(c);
		break;
	case COMPLETE_REGIONS:
		offer_free_regions(c);
		break;
	case COMPLETE_MEMDEVS:
		offer_memdevs(c);
		break;
	case COMPLETE_CHOICES:
		offer_choices(c, row);
		break;
	case COMPLETE_DRIVERS:
		offer_drivers(c);
		break;
	}
}

/* Complete the last word; all words before it are parsed. */
static void complete_word(struct completion_state *c, const char *word)
{
	const char *equals = strchr(word, '=');
	const struct option_row *row = c->options.pending;

	start_word(c, word);
	if (row) {
		offer_argument(c, row);
	} else if (c->options.only_operands || word[0] != '-') {
		if (!c->command)
			offer_commands(c, c->group);
		else if (c->options.n_operands < c->command->max_operands)
			offer_argument(c, NULL);
	} else if (equals && strncmp(word, "--", 2) == 0) {
		row = options_find(&c->options, word + 2, (size_t)(equals - word) - 2);
		keep_until(c, equals + 1);
		if (row)
			offer_argument(c, row);
	} else {
		offer_options(c, word);
	}
}

void complete(struct session *s, char **words, size_t n)
{
	struct daxbus_error ignored = DAXBUS_ERROR_INIT;
	struct completion_state c = { .session = s, .options = { .until_operand = true } };
	const struct command *command = NULL;
	_cleanup_free_ void *base = NULL;
	size_t used, named = 0;

	command_add_options(NULL, &c.options, NULL, &s->common);
	options_parse(&c.options, words, n - 1, &ignored);
	used = c.options.used;
	if (used < n - 1)
		command = command_find(s->commands, words + used, n - 1 - used, &named, NULL);
	if (!command && used + 2 == n)
		c.group = words[used];
	used += named;
	if (command) {
		options_done(&c.options);
		base = calloc(1, command->options_size + 1);
		if (!base)
			return;
		command_add_options(command, &c.options, base, &s->common);
		options_parse(&c.options, words + used, n - used - 1, &ignored);
		c.command = command;
		c.columns_of = command->columns_of ? command->columns_of(base) : DAXBUS_DEVICE;
	}
	if (command || c.group || used == n - 1)
		complete_word(&c, words[n - 1]);
	options_done(&c.options);
	daxbus_error_done(&ignored);
	/* A tree that cannot be read provides no candidates, which is not a failure. */
	daxbus_error_done(&s->error);
}
