/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/metrics.h"

#include <assert.h>
#include <inttypes.h>

#include "base/utf8.h"

#define PREFIX "daxbus_"

/*
 * struct family - the metrics of one name
 * @name: the name, without the prefix
 * @help: its description, a phrase
 * @kind: the objects that have samples
 * @add: appends the samples of an object
 * @samples: for add_values(): fields, and labels in addition to those of the object
 *
 * The text, the fields that are read and the list in the manual page follow from these rows. A name
 * is stable: add rows, never change them.
 */
struct family {
	const char *name;
	const char *help;
	enum daxbus_kind kind;
	void (*add)(struct string *t, const struct family *family,
		    const struct daxbus_object *object);
	struct sample {
		const char *field;
		const char *labels;
	} samples[5];
};

static void add_info(struct string *t, const struct family *f, const struct daxbus_object *device);
static void add_flags(struct string *t, const struct family *f, const struct daxbus_object *device);
static void add_values(struct string *t, const struct family *f,
		       const struct daxbus_object *object);

/* clang-format off */
static const struct family families[] = {
	{ "device_info", "What a device is, in labels; always 1", DAXBUS_DEVICE, add_info, { { 0 } } },
	{ "device_size_bytes", "Size of a device", DAXBUS_DEVICE, add_values, { { "size", NULL } } },
	{ "device_usable_bytes", "Memory of a device in kmem mode in whole memory blocks", DAXBUS_DEVICE, add_values, {
		{ "usable", NULL } } },
	{ "device_lost_bytes", "Memory of a device in kmem mode outside of whole memory blocks", DAXBUS_DEVICE, add_values, {
		{ "lost", NULL } } },
	{ "device_blocks", "Memory blocks of a device in kmem mode, by state and zone", DAXBUS_DEVICE, add_values, {
		{ "movable", "state=\"online\",zone=\"movable\"" },
		{ "kernel", "state=\"online\",zone=\"kernel\"" },
		{ "offline", "state=\"offline\",zone=\"\"" },
		{ "missing", "state=\"missing\",zone=\"\"" } } },
	{ "device_flag", "Problem of a device, in the label flag, see daxbus-list(1); always 1", DAXBUS_DEVICE, add_flags, {
		{ "flags", NULL } } },
	{ "region_size_bytes", "Size of a region", DAXBUS_REGION, add_values, { { "size", NULL } } },
	{ "region_available_bytes", "Memory of a region that belongs to no device", DAXBUS_REGION, add_values, {
		{ "available_size", NULL } } },
	{ "orphaned_bytes", "Memory whose device has left the bus, and which only a reboot gives back", DAXBUS_BUS, add_values, {
		{ "orphaned", NULL } } },
	{ "memory_block_size_bytes", "Size of a memory block", DAXBUS_BUS, add_values, { { "block_size", NULL } } },
};

static const struct {
	const char *name;
	const char *help;
	bool is_milliseconds; /* which are shown as seconds */
} gauges[] = {
	[METRICS_RECOVERY_PENDING] = { "recovery_pending",
		"Whether an earlier run was interrupted, so that changes are refused until 'daxbus recover'", false },
	[METRICS_POLICY_DIFFERENCES] = { "policy_differences",
		"Number of differences between the devices and their policies, see daxbus-policy(1)", false },
	[METRICS_LAST_CHANGE] = { "last_change_timestamp_seconds",
		"When the newest change in the history began, with its result, see daxbus-history(1)", false },
	[METRICS_LAST_CHANGE_DURATION] = { "last_change_duration_seconds",
		"How long that change took", true },
};
static_assert(ARRAY_SIZE(gauges) == _METRICS_GAUGE_MAX, "gauges has a row for each value");

/* The labels of each sample of an object: the field, and its name as a label. */
static const struct label {
	enum daxbus_kind kind;
	const char *field;
	bool only_info;
} labels[] = {
	{ DAXBUS_REGION, "region", false },
	{ DAXBUS_REGION, "path", false },
	{ DAXBUS_REGION, "identity", false },
	{ DAXBUS_DEVICE, "device", false },
	{ DAXBUS_DEVICE, "identity", false },
	{ DAXBUS_DEVICE, "region", true },
	{ DAXBUS_DEVICE, "provider", true },
	{ DAXBUS_DEVICE, "model", true },
	{ DAXBUS_DEVICE, "driver", true },
	{ DAXBUS_DEVICE, "mode", true },
	{ DAXBUS_DEVICE, "target_node", true },
};
/* clang-format on */

bool metrics_describe(size_t i, const char **ret_name, const char **ret_help)
{
	bool is_family = i < ARRAY_SIZE(families);

	if (i >= ARRAY_SIZE(families) + ARRAY_SIZE(gauges))
		return false;
	*ret_name = is_family ? families[i].name : gauges[i - ARRAY_SIZE(families)].name;
	*ret_help = is_family ? families[i].help : gauges[i - ARRAY_SIZE(families)].help;
	return true;
}

/* --- fields ----------------------------------------------------------------------------------- */

int metrics_add_fields(struct daxbus_query *query, struct daxbus_error *error)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(labels); i++)
		r = daxbus_query_add_field(query, labels[i].kind, labels[i].field, error);
	for (const struct family *f = families; f < families + ARRAY_SIZE(families); f++)
		for (size_t i = 0; r == 0 && f->samples[i].field; i++)
			r = daxbus_query_add_field(query, f->kind, f->samples[i].field, error);
	return r;
}

/* --- text ------------------------------------------------------------------------------------- */

static void add_header(struct string *t, const char *name, const char *help)
{
	string_add(t, "# HELP " PREFIX "%s %s.\n# TYPE " PREFIX "%s gauge\n", name, help, name);
}

/* The value of a label: harmless for who reads it, and quoted as the format wants. */
static void add_quoted(struct string *t, const char *value)
{
	_cleanup_free_ char *text = strdup(value);

	t->failed |= !text;
	if (!text)
		return;
	utf8_hide_controls(text);
	string_add(t, "\"");
	for (const char *c = text; *c; c++)
		string_add(t, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
	string_add(t, "\"");
}

/* A value that is unknown or does not exist is an empty label, which is the same as none. */
static void add_label(struct string *t, const struct daxbus_object *object,
		      const struct label *label)
{
	struct daxbus_value value;
	int r = daxbus_get(object, daxbus_field_find(label->kind, label->field), &value);

	string_add(t, "%s=", label->field);
	if (r < 0 || value.presence != DAXBUS_KNOWN)
		string_add(t, "\"\"");
	else if (value.type == DAXBUS_STRING)
		add_quoted(t, value.string);
	else
		string_add(t, "\"%" PRIu64 "\"", value.number);
}

/* Append the name of a sample, and the labels of its object in braces. */
static void add_name(struct string *t, const char *name, enum daxbus_kind kind,
		     const struct daxbus_object *object, bool info, const char *more)
{
	const char *separator = "{";

	string_add(t, PREFIX "%s", name);
	for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
		if (labels[i].kind != kind || (labels[i].only_info && !info))
			continue;
		string_add(t, "%s", separator);
		add_label(t, object, &labels[i]);
		separator = ",";
	}
	if (more)
		string_add(t, "%s%s", separator, more);
	if (more || *separator == ',')
		string_add(t, "}");
	string_add(t, " ");
}

static void add_info(struct string *t, const struct family *f, const struct daxbus_object *device)
{
	add_name(t, f->name, f->kind, device, true, NULL);
	string_add(t, "1\n");
}

/* Return: whether the value is known. */
static bool get_value(const struct family *f, size_t i, const struct daxbus_object *object,
		      struct daxbus_value *ret)
{
	return daxbus_get(object, daxbus_field_find(f->kind, f->samples[i].field), ret) == 0 &&
	       ret->presence == DAXBUS_KNOWN;
}

static void add_values(struct string *t, const struct family *f, const struct daxbus_object *object)
{
	struct daxbus_value value;

	for (size_t i = 0; f->samples[i].field; i++) {
		if (!get_value(f, i, object, &value))
			continue;
		add_name(t, f->name, f->kind, object, false, f->samples[i].labels);
		string_add(t, "%" PRIu64 "\n", value.number);
	}
}

static void add_flags(struct string *t, const struct family *f, const struct daxbus_object *device)
{
	struct daxbus_value flags;

	if (!get_value(f, 0, device, &flags))
		return;
	for (size_t i = 0; i < flags.n_strings; i++) {
		char label[64];

		snprintf(label, sizeof(label), "flag=\"%s\"", flags.strings[i]);
		add_name(t, f->name, f->kind, device, false, label);
		string_add(t, "1\n");
	}
}

static void add_gauge(struct string *t, size_t i, const struct metrics_gauge_value *value)
{
	add_header(t, gauges[i].name, gauges[i].help);
	string_add(t, PREFIX "%s", gauges[i].name);
	if (value->result)
		string_add(t, "{result=\"%s\"}", value->result);
	if (gauges[i].is_milliseconds)
		string_add(t, " %" PRIu64 ".%03" PRIu64 "\n", value->number / 1000,
			   value->number % 1000);
	else
		string_add(t, " %" PRIu64 "\n", value->number);
}

static void add_family(struct string *t, const struct family *f,
		       const struct daxbus_snapshot *snapshot)
{
	const struct daxbus_object *object = NULL;

	add_header(t, f->name, f->help);
	while ((object = daxbus_snapshot_next(snapshot, f->kind, object)))
		f->add(t, f, object);
}

void metrics_add(struct string *t, const struct daxbus_snapshot *snapshot,
		 const struct metrics_gauge_value values[_METRICS_GAUGE_MAX])
{
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		add_family(t, &families[i], snapshot);
	for (size_t i = 0; i < ARRAY_SIZE(gauges); i++)
		if (values[i].is == DAXBUS_KNOWN)
			add_gauge(t, i, &values[i]);
}
