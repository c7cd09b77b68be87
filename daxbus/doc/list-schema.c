/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON Schema of list's document, from the same table of fields as the document.
 */
#include "base/string.h"
#include "doc/introspect.h"
#include "doc/schema.h"
#include "output/list.h"

static const char *type_name(enum daxbus_type type)
{
	switch (type) {
	case DAXBUS_BOOL:
		return "boolean";
	case DAXBUS_STRING:
		return "string";
	case DAXBUS_STRINGS:
		return "array";
	default:
		return "integer";
	}
}

static void add_field(struct json *j, struct json_object *schema, const struct daxbus_field *field)
{
	struct string description = { 0 };
	_cleanup_free_ char *s = NULL;

	string_add(&description, "%s", field->help);
	if (field->type == DAXBUS_SIZE || field->type == DAXBUS_ADDRESS)
		string_add(&description, ", in bytes");
	else if (field->unit)
		string_add(&description, ", in %s", field->unit);
	s = string_take(&description);
	schema_set_string(j, schema, "description", s);
	schema_set_type(j, schema, type_name(field->type), true);
	if (field->type == DAXBUS_STRINGS)
		schema_set_string(j, json_set_object(j, schema, "items"), "type", "string");
	else if (field->type != DAXBUS_BOOL && field->type != DAXBUS_STRING)
		json_set(j, schema, "minimum", json_new_number(j, 0));
}

static bool in_group(const struct daxbus_field *field, const char *group)
{
	if (!group || !field->group)
		return group == field->group;
	return streq(field->group, group);
}

static bool group_was_before(const struct columns *columns, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (in_group(columns->fields[i], columns->fields[at]->group))
			return true;
	return false;
}

/* Add the fields of @group; NULL: those without a group. */
static void add_fields(struct json *j, const struct schema_inside *inside,
		       const struct columns *columns, const char *group)
{
	for (size_t i = 0; i < columns->n; i++)
		if (in_group(columns->fields[i], group))
			add_field(j, schema_add_key(j, inside, columns->fields[i]->key),
				  columns->fields[i]);
}

static void add_groups(struct json *j, const struct schema_inside *inside,
		       const struct columns *columns)
{
	for (size_t i = 0; i < columns->n; i++) {
		const char *group = columns->fields[i]->group;
		struct json_object *schema;
		struct schema_inside group_inside;

		if (!group || group_was_before(columns, i))
			continue;
		schema = schema_add_key(j, inside, group);
		group_inside = schema_set_inside(j, schema, true);
		add_fields(j, &group_inside, columns, group);
	}
}

static struct schema_inside set_object(struct json *j, struct json_object *schema,
				       const struct columns *columns)
{
	struct schema_inside inside = schema_set_inside(j, schema, false);

	add_fields(j, &inside, columns, NULL);
	add_groups(j, &inside, columns);
	return inside;
}

static void add_head(struct json *j, struct json_object *schema, const struct columns *columns)
{
	struct schema_inside inside;

	schema_set_string(j, schema, "description", "the document, the tool and the machine");
	inside = set_object(j, schema, columns);
	schema_add_head(j, &inside);
}

static void add_arrays(struct json *j, const struct schema_inside *document,
		       const struct list_keys *keys)
{
	struct json_object *items;
	struct schema_inside region, device;

	items = schema_set_array(j, schema_add_key(j, document, "regions"),
				 "ranges that providers registered", false);
	region = set_object(j, items, &keys->region);
	items = schema_set_array(j, schema_add_key(j, &region, "free"),
				 "free ranges, in ascending order; null without --map", true);
	set_object(j, items, &keys->extent);
	items = schema_set_array(j, schema_add_key(j, document, "devices"), "device instances",
				 false);
	device = set_object(j, items, &keys->device);
	items = schema_set_array(j, schema_add_key(j, &device, "mappings"), "its physical ranges",
				 false);
	set_object(j, items, &keys->mapping);
	items = schema_set_array(j, schema_add_key(j, document, "blocks"),
				 "memory blocks; null without --blocks", true);
	set_object(j, items, &keys->block);
}

static void add_document(struct json *j, const struct list_keys *keys)
{
	struct schema_inside document = schema_begin(
		j, "daxbus list --json",
		"Output of 'daxbus list --json' without --output. All keys are always present; "
		"unknown and missing values are null. Keys may be added.");

	add_head(j, schema_add_key(j, &document, "daxbus"), &keys->bus);
	add_arrays(j, &document, keys);
}

int schema_print_list(FILE *out, struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	_cleanup_(list_keys_done) struct list_keys keys = { 0 };
	int r = json_new(&j, error);

	if (r < 0)
		return r;
	if (list_keys_add_all(&keys, true) < 0)
		return fail_memory(error);
	add_document(j, &keys);
	return json_print(j, out, error);
}
