/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * daxbus udev-properties: print what the rules of udev use (contrib/udev), as IMPORT{program} reads
 * it.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "api/policy.h"
#include "cmd/commands.h"

/*
 * A value becomes a file name in /dev, and some come from firmware. What is not harmless there is
 * left out: it would have a name that nobody expects.
 */
static bool is_harmless(const char *value)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789=@+-:._";
	size_t n = strlen(value);

	return n > 0 && n <= NAME_MAX && value[0] != '.' && strspn(value, allowed) == n;
}

static void print_property(FILE *out, const char *name, const char *value)
{
	if (is_harmless(value))
		fprintf(out, "%s=%s\n", name, value);
}

/* The property that has an identity without the word in front, and that word. */
static const struct {
	const char *name;
	const char *word;
} identities[] = {
	{ "DAXBUS_UUID", "uuid=" },
	{ "DAXBUS_SERIAL", "serial=" },
};

static void print_identity(FILE *out, const struct daxbus_object *device)
{
	const char *identity;

	if (!device || daxbus_get_string(device, "identity", &identity) < 0)
		return;
	print_property(out, "DAXBUS_IDENTITY", identity);
	for (size_t i = 0; i < ARRAY_SIZE(identities); i++) {
		size_t n = strlen(identities[i].word);

		if (strncmp(identity, identities[i].word, n) == 0)
			print_property(out, identities[i].name, identity + n);
	}
}

/* Only a device of one range has a name by its range. */
static void print_range(FILE *out, const struct daxbus_snapshot *snapshot)
{
	const struct daxbus_object *mapping = daxbus_snapshot_next(snapshot, DAXBUS_MAPPING, NULL);
	uint64_t start, end;
	char text[64];

	if (!mapping || daxbus_snapshot_next(snapshot, DAXBUS_MAPPING, mapping) ||
	    daxbus_get_u64(mapping, "start", &start) < 0 ||
	    daxbus_get_u64(mapping, "end", &end) < 0)
		return;
	snprintf(text, sizeof(text), "0x%" PRIx64 "-0x%" PRIx64, start, end);
	print_property(out, "DAXBUS_RANGE", text);
}

static int make_query(const char *name, struct daxbus_query **ret, struct daxbus_error *error)
{
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	int r;

	if (strncmp(name, "dax", 3) != 0 || name[3 + strspn(name + 3, "0123456789.")])
		return session_fail(error, -EINVAL, "'%s' is not the name of a device", name);
	r = daxbus_query_new(&query);
	if (r == 0)
		r = daxbus_query_add_selector(query, name, error);
	if (r == 0)
		r = daxbus_query_add_field(query, DAXBUS_DEVICE, "identity", error);
	if (r == 0)
		r = daxbus_query_add_field(query, DAXBUS_MAPPING, "start", error);
	if (r == 0)
		r = daxbus_query_add_field(query, DAXBUS_MAPPING, "end", error);
	if (r == 0)
		*ret = TAKE_PTR(query);
	return r;
}

/* The properties for keys of a policy. */
static const struct {
	const char *name;
	enum policy_key key;
} policy_properties[] = {
	{ "DAXBUS_OWNER", POLICY_KEY_OWNER },
	{ "DAXBUS_GROUP", POLICY_KEY_GROUP },
	{ "DAXBUS_PERMISSIONS", POLICY_KEY_PERMISSIONS },
	{ "DAXBUS_LINK", POLICY_KEY_LINK },
};

static void print_setting(FILE *out, const struct policies_setting *setting)
{
	for (size_t i = 0; i < ARRAY_SIZE(policy_properties); i++)
		if (streq(setting->key, policy_key_name(policy_properties[i].key)))
			print_property(out, policy_properties[i].name, setting->value);
}

/* The links of a device do not depend on policies: it is no failure if there are none to be read.
 */
static void print_policy(FILE *out, struct daxbus_ctx *ctx, const struct daxbus_query *query,
			 const char *name)
{
	_cleanup_(daxbus_error_done) struct daxbus_error error = DAXBUS_ERROR_INIT;
	_cleanup_(api_policy_free_p) struct policies *policies = NULL;
	const struct policy_source from = { 0 };

	if (api_policy_read(ctx, &from, query, &policies, &error) < 0)
		return;
	for (size_t i = 0; i < policies->n_settings; i++)
		if (streq(policies->settings[i].device, name))
			print_setting(out, &policies->settings[i]);
}

static enum status run_udev_properties(struct session *s, const void *options _unused_)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	int r = make_query(s->operands[0], &query, &s->error) ?: session_open(s, &ctx);

	if (r == 0)
		r = daxbus_scan(ctx, query, &snapshot, &s->error);
	if (r < 0)
		return session_status(r);
	print_identity(s->out, daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, NULL));
	print_range(s->out, snapshot);
	print_policy(s->out, ctx, query, s->operands[0]);
	return STATUS_DONE;
}

const struct command udev_properties_command = {
	.name = "udev-properties",
	.operands = "DEVICE",
	.summary = "print the properties of a device that the rules of udev use",
	.description =
		"For the rules of udev; not a stable interface. A property whose value is unknown, or is "
		"no harmless file name, is left out.",
	.min_operands = 1,
	.max_operands = 1,
	.flags = COMMAND_HIDDEN,
	.run = run_udev_properties,
};
