/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/list.h"

#include "output/json.h"

/* What is printed of regions and devices. */
struct form {
	struct json *j;
	bool human;
	bool mappings;
	bool idle;
	const char *dev;
};

/* --- values ----------------------------------------------------------------------------------- */

/* "512.25 MiB": in hundredths, rounded. */
static char *two_decimals(uint64_t bytes, uint64_t binary, const char *binary_name,
			  uint64_t decimal, const char *decimal_name)
{
	uint64_t b = (bytes * 200 / binary + 1) / 2;
	uint64_t d = (bytes / (decimal / 200) + 1) / 2;
	char *text;

	return asprintf(&text, "%" PRIu64 ".%02" PRIu64 " %s (%" PRIu64 ".%02" PRIu64 " %s)",
			b / 100, b % 100, binary_name, d / 100, d % 100, decimal_name) < 0
		       ? NULL
		       : text;
}

char *daxctl_list_human_size(uint64_t bytes)
{
	const uint64_t mib = UINT64_C(1) << 20, gib = mib << 10, tib = gib << 10;

	if (bytes < UINT64_C(5000) << 10)
		return NULL;
	if (bytes < 2 * gib)
		return two_decimals(bytes, mib, "MiB", 1000000, "MB");
	if (bytes < 2 * tib)
		return two_decimals(bytes, gib, "GiB", 1000000000, "GB");
	return two_decimals(bytes, tib, "TiB", 1000000000000, "TB");
}

static struct json_object *new_size(const struct form *form, uint64_t bytes)
{
	_cleanup_free_ char *text = form->human ? daxctl_list_human_size(bytes) : NULL;

	return text ? json_new_string(form->j, text) : json_new_number(form->j, bytes);
}

static struct json_object *new_address(const struct form *form, uint64_t address)
{
	char text[24];

	if (!form->human)
		return json_new_number(form->j, address);
	/* 0 has no prefix there. */
	snprintf(text, sizeof(text), "%#" PRIx64, address);
	return json_new_string(form->j, text);
}

static void set_number(const struct form *form, struct json_object *object, const char *key,
		       uint64_t number)
{
	json_set(form->j, object, key, json_new_number(form->j, number));
}

/* --- objects ---------------------------------------------------------------------------------- */

static void push_mapping(const struct form *form, struct json_object *array,
			 const struct daxbus_object *mapping)
{
	uint64_t offset, start, end;
	struct json_object *object;

	if (daxbus_get_u64(mapping, "page_offset", &offset) < 0 ||
	    daxbus_get_u64(mapping, "start", &start) < 0 ||
	    daxbus_get_u64(mapping, "end", &end) < 0)
		return;
	object = json_push_object(form->j, array);
	json_set(form->j, object, "page_offset", new_address(form, offset));
	json_set(form->j, object, "start", new_address(form, start));
	json_set(form->j, object, "end", new_address(form, end));
	json_set(form->j, object, "size", new_size(form, end - start + 1));
}

/* The last one first. */
static void set_mappings(const struct form *form, struct json_object *object,
			 const struct daxbus_object *device)
{
	const struct daxbus_object *mapping = NULL;
	struct json_object *array = NULL;
	size_t n = 0;

	while ((mapping = daxbus_object_next(device, DAXBUS_MAPPING, mapping)))
		n++;
	if (n)
		array = json_set_array(form->j, object, "mappings");
	for (; n; n--) {
		const struct daxbus_object *wanted = NULL;

		for (size_t i = 0; i < n; i++)
			wanted = daxbus_object_next(device, DAXBUS_MAPPING, wanted);
		push_mapping(form, array, wanted);
	}
}

/* Counts are unknown to users who cannot read addresses. */
static void set_memory(const struct form *form, struct json_object *object,
		       const struct daxbus_object *device)
{
	uint64_t online, blocks, missing = daxctl_run_number(device, "missing", 0);

	if (daxbus_get_u64(device, "online", &online) < 0 ||
	    daxbus_get_u64(device, "blocks", &blocks) < 0)
		return;
	blocks -= missing;
	set_number(form, object, "online_memblocks", online);
	set_number(form, object, "total_memblocks", blocks);
	/* A block that is offline is in no zone. */
	if (online == blocks)
		json_set(form->j, object, "movable",
			 json_new_bool(form->j, blocks && daxctl_run_number(device, "movable", 0) ==
								  blocks));
}

static const char *daxctl_mode(const struct daxbus_object *device)
{
	const char *mode = daxctl_run_string(device, "mode");

	if (daxctl_run_is_system_ram(device))
		return "system-ram";
	return mode && streq(mode, "famfs") ? mode : "devdax";
}

static void push_device(const struct form *form, struct json_object *array,
			const struct daxbus_object *device)
{
	struct json_object *object = json_push_object(form->j, array);
	struct json *j = form->j;
	uint64_t number;

	json_set(j, object, "chardev", json_new_string(j, daxctl_run_string(device, "device")));
	json_set(j, object, "size", new_size(form, daxctl_run_number(device, "size", 0)));
	if (daxbus_get_u64(device, "target_node", &number) == 0)
		set_number(form, object, "target_node", number);
	if (daxbus_get_u64(device, "align", &number) == 0 && number)
		json_set(j, object, "align", new_size(form, number));
	json_set(j, object, "mode", json_new_string(j, daxctl_mode(device)));
	if (daxctl_run_is_system_ram(device))
		set_memory(form, object, device);
	if (!daxctl_run_string(device, "driver"))
		json_set(j, object, "state", json_new_string(j, "disabled"));
	if (form->mappings)
		set_mappings(form, object, device);
}

static bool is_listed(const struct form *form, const struct daxbus_object *device)
{
	return daxctl_run_selects_device(form->dev, device) &&
	       (form->idle || daxctl_run_number(device, "size", 0));
}

/* Push the listed devices of a region; @array is created for the first one. */
static void push_devices(const struct form *form, const struct daxbus_object *region,
			 struct json_object *object, const char *key, struct json_object **array)
{
	const struct daxbus_object *device = NULL;

	while ((device = daxbus_object_next(region, DAXBUS_DEVICE, device))) {
		if (!is_listed(form, device))
			continue;
		if (!*array)
			*array = json_set_array(form->j, object, key);
		push_device(form, *array, device);
	}
}

static void push_region(const struct form *form, struct json_object *array,
			const struct daxbus_object *region, bool devices)
{
	struct json_object *object = json_push_object(form->j, array), *list = NULL;
	const char *path = daxctl_run_string(region, "path") ?: "";
	struct json *j = form->j;
	uint64_t number;

	if (starts_with(path, "/devices"))
		path += strlen("/devices");
	json_set(j, object, "path", json_new_string(j, path));
	set_number(form, object, "id", daxctl_run_number(region, "region", 0));
	if (daxbus_get_u64(region, "size", &number) == 0)
		json_set(j, object, "size", new_size(form, number));
	if (daxbus_get_u64(region, "available_size", &number) == 0 && number)
		json_set(j, object, "available_size", new_size(form, number));
	/* A number for people, too. */
	if (daxbus_get_u64(region, "align", &number) == 0)
		set_number(form, object, "align", number);
	if (devices)
		push_devices(form, region, object, "devices", &list);
}

/* --- the document ----------------------------------------------------------------------------- */

/* An array; with --human, its only element without the array; nothing if there is none. */
static int print_list(struct daxctl_run *run, const struct form *form, struct json_object *array)
{
	struct json_object *value = array;

	if (array && form->human && json_length(form->j, array) == 1)
		value = json_at(form->j, array, 0);
	return array ? json_print_compact(form->j, value, run->session.out, &run->session.error)
		     : 0;
}

static int print_snapshot(struct daxctl_run *run, struct form *form,
			  const struct daxbus_snapshot *snapshot, bool regions, bool devices)
{
	struct json_object *root = json_root(form->j), *array = NULL;
	const struct daxbus_object *region = NULL;

	while ((region = daxbus_snapshot_next(snapshot, DAXBUS_REGION, region))) {
		/* Memory in which a device could be created has no region yet. */
		if (!daxbus_object_next(region, DAXBUS_DEVICE, NULL) ||
		    !daxctl_run_selects_region(run->given.region, region))
			continue;
		if (regions && !array)
			array = json_set_array(form->j, root, "list");
		if (regions)
			push_region(form, array, region, devices);
		else
			push_devices(form, region, root, "list", &array);
	}
	return print_list(run, form, array);
}

int daxctl_list_run(struct daxctl_run *run)
{
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	_cleanup_(json_free_p) struct json *j = NULL;
	const struct daxctl_options *given = &run->given;
	bool regions = given->regions, devices = given->devices;
	struct form form;
	int r = daxctl_run_scan(run, &snapshot) ?: json_new(&j, &run->session.error);

	if (r < 0)
		return r;
	if (!regions && !devices) {
		regions = given->region;
		devices = given->dev || !regions;
	}
	form = (struct form){ j, given->human, given->mappings, given->idle, given->dev };
	return print_snapshot(run, &form, snapshot, regions, devices);
}

int daxctl_list_print_devices(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			      const struct strv *names)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct form form = { .human = run->given.human };
	const struct daxbus_object *device;
	struct json_object *array;
	int r = json_new(&j, &run->session.error);

	if (r < 0)
		return r;
	form.j = j;
	array = names->n ? json_set_array(j, json_root(j), "list") : NULL;
	for (size_t i = 0; i < names->n; i++)
		if (daxbus_snapshot_find(snapshot, DAXBUS_DEVICE, names->items[i], &device) == 0)
			push_device(&form, array, device);
	return print_list(run, &form, array);
}
