/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/run.h"

#include <ctype.h>
#include <stdarg.h>

void daxctl_run_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	session_vsay("", format, args);
	va_end(args);
}

void daxctl_run_say_error(struct daxctl_run *run)
{
	if (run->session.error.code)
		session_say("%s", run->session.error.message ?: "out of memory");
	daxbus_error_done(&run->session.error);
}

static void print_option(const struct option_row *row)
{
	int n = row->letter ? fprintf(stderr, "    -%c, --%s", row->letter, row->name)
			    : fprintf(stderr, "        --%s", row->name);

	if (options_has_argument(row))
		n += fprintf(stderr, " <%s>", row->argument);
	fprintf(stderr, "%*s%s\n", n < 28 ? 28 - n : 1, "", row->help);
}

void daxctl_run_print_usage(const struct daxctl_command *command)
{
	fprintf(stderr, "\n usage: daxctl %s\n\n", command->usage);
	for (size_t i = 0; i < command->n_options; i++)
		print_option(&command->options[i]);
	fputc('\n', stderr);
}

static int add_fields(struct daxbus_query *query, struct daxbus_error *error)
{
	static const struct {
		enum daxbus_kind kind;
		const char *name;
	} fields[] = {
		{ DAXBUS_BUS, "auto_online" },	   { DAXBUS_REGION, "path" },
		{ DAXBUS_REGION, "size" },	   { DAXBUS_REGION, "available_size" },
		{ DAXBUS_REGION, "align" },	   { DAXBUS_REGION, "dynamic" },
		{ DAXBUS_REGION, "uuid" },	   { DAXBUS_DEVICE, "region" },
		{ DAXBUS_DEVICE, "device" },	   { DAXBUS_DEVICE, "driver" },
		{ DAXBUS_DEVICE, "mode" },	   { DAXBUS_DEVICE, "size" },
		{ DAXBUS_DEVICE, "align" },	   { DAXBUS_DEVICE, "target_node" },
		{ DAXBUS_DEVICE, "blocks" },	   { DAXBUS_DEVICE, "online" },
		{ DAXBUS_DEVICE, "movable" },	   { DAXBUS_DEVICE, "missing" },
		{ DAXBUS_MAPPING, "start" },	   { DAXBUS_MAPPING, "end" },
		{ DAXBUS_MAPPING, "page_offset" },
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(fields); i++)
		r = daxbus_query_add_field(query, fields[i].kind, fields[i].name, error);
	return r;
}

int daxctl_run_scan(struct daxctl_run *run, struct daxbus_snapshot **ret)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	struct session *s = &run->session;

	if (daxbus_query_new(&query) < 0)
		return session_fail_memory(&s->error);
	return add_fields(query, &s->error)
		       ?: session_open(s, &ctx)
		       ?: daxbus_scan(ctx, query, ret, &s->error);
}

/* Digits, and nothing else; daxctl accepts "0x" for 0. */
static bool is_number(const char *word, size_t n, uint64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	while (n > 1 && *word == '0') {
		word++;
		n--;
	}
	return strlen(text) == n && strncmp(word, text, n) == 0;
}

bool daxctl_run_selects_region(const char *word, const struct daxbus_object *region)
{
	uint64_t id;

	if (!word || streq(word, "all"))
		return true;
	if (starts_with(word, "region"))
		word += strlen("region");
	return daxbus_get_u64(region, "region", &id) == 0 && is_number(word, strlen(word), id);
}

bool daxctl_run_selects_device(const char *word, const struct daxbus_object *device)
{
	const char *name = daxctl_run_string(device, "device");
	const char *dot, *instance = name ? strchr(name, '.') : NULL;

	if (!word || streq(word, "all"))
		return true;
	if (!instance)
		return false;
	if (streq(word, name))
		return true;
	dot = strchr(word, '.');
	return dot && isdigit((unsigned char)*word) &&
	       is_number(word, (size_t)(dot - word),
			 daxctl_run_number(device, "region", UINT64_MAX)) &&
	       streq(dot, instance);
}

uint64_t daxctl_run_number(const struct daxbus_object *object, const char *field,
			   uint64_t otherwise)
{
	uint64_t value;

	return daxbus_get_u64(object, field, &value) == 0 ? value : otherwise;
}

const char *daxctl_run_string(const struct daxbus_object *object, const char *field)
{
	const char *value;

	return daxbus_get_string(object, field, &value) == 0 ? value : NULL;
}

bool daxctl_run_is_system_ram(const struct daxbus_object *device)
{
	const char *driver = daxctl_run_string(device, "driver");

	return driver && streq(driver, "kmem");
}
