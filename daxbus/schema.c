/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON Schema of list's document, from the same table of fields as the document.
 *
 * Texts are not restricted to those that exist today: a document with a mode of next year is still
 * format 1.
 */
#include "introspect.h"
#include "json.h"
#include "list.h"

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

static void set_string(struct json *j, struct json_object *object, const char *key,
		       const char *value)
{
	json_set(j, object, key, json_new_string(j, value));
}

static void set_type(struct json *j, struct json_object *schema, const char *type, bool nullable)
{
	struct json_object *types;

	if (!nullable) {
		set_string(j, schema, "type", type);
		return;
	}
	types = json_set_array(j, schema, "type");
	json_push(j, types, json_new_string(j, type));
	json_push(j, types, json_new_string(j, "null"));
}

/* The inside of an object's schema: its keys, and the names of those that are never missing. */
struct inside {
	struct json_object *properties;
	struct json_object *required;
};

/* The schema of the key @key. */
static struct json_object *add_key(struct json *j, const struct inside *inside, const char *key)
{
	json_push(j, inside->required, json_new_string(j, key));
	return json_set_object(j, inside->properties, key);
}

static void add_field(struct json *j, struct json_object *schema, const struct daxbus_field *field)
{
	struct text description = { 0 };
	_cleanup_free_ char *s = NULL;

	text_add(&description, "%s", field->help);
	if (field->type == DAXBUS_SIZE || field->type == DAXBUS_ADDRESS)
		text_add(&description, ", in bytes");
	else if (field->unit)
		text_add(&description, ", in %s", field->unit);
	s = text_take(&description);
	set_string(j, schema, "description", s);
	set_type(j, schema, type_name(field->type), true);
	if (field->type == DAXBUS_STRINGS)
		set_string(j, json_set_object(j, schema, "items"), "type", "string");
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

/* Fields of @group, which is NULL for those that are in none. */
static void add_fields(struct json *j, const struct inside *inside, const struct columns *columns,
		       const char *group)
{
	for (size_t i = 0; i < columns->n; i++)
		if (in_group(columns->fields[i], group))
			add_field(j, add_key(j, inside, columns->fields[i]->key),
				  columns->fields[i]);
}

static void add_groups(struct json *j, const struct inside *inside, const struct columns *columns)
{
	for (size_t i = 0; i < columns->n; i++) {
		const char *group = columns->fields[i]->group;
		struct json_object *schema;
		struct inside group_inside;

		if (!group || group_was_before(columns, i))
			continue;
		schema = add_key(j, inside, group);
		set_type(j, schema, "object", true);
		group_inside.properties = json_set_object(j, schema, "properties");
		group_inside.required = json_set_array(j, schema, "required");
		add_fields(j, &group_inside, columns, group);
	}
}

static struct inside set_object(struct json *j, struct json_object *schema,
				const struct columns *columns)
{
	struct inside inside;

	set_type(j, schema, "object", false);
	inside.properties = json_set_object(j, schema, "properties");
	inside.required = json_set_array(j, schema, "required");
	add_fields(j, &inside, columns, NULL);
	add_groups(j, &inside, columns);
	return inside;
}

/* Make @schema one of arrays of such objects, and return the schema of these. */
static struct json_object *set_array(struct json *j, struct json_object *schema,
				     const char *description, bool nullable)
{
	set_string(j, schema, "description", description);
	set_type(j, schema, "array", nullable);
	return json_set_object(j, schema, "items");
}

static void add_head(struct json *j, struct json_object *schema, const struct columns *columns)
{
	struct inside inside;
	struct json_object *key;

	set_string(j, schema, "description", "the document, the tool and the machine");
	inside = set_object(j, schema, columns);
	key = add_key(j, &inside, "format");
	set_string(j, key, "description",
		   "version of this format; within one version keys are only added");
	json_set(j, key, "const", json_new_number(j, JSON_FORMAT));
	key = add_key(j, &inside, "version");
	set_string(j, key, "description", "version of daxbus");
	set_string(j, key, "type", "string");
}

static void add_arrays(struct json *j, const struct inside *document, const struct list_keys *keys)
{
	struct json_object *items;
	struct inside device;

	items = set_array(j, add_key(j, document, "regions"), "ranges that providers registered",
			  false);
	set_object(j, items, &keys->region);
	items = set_array(j, add_key(j, document, "devices"), "device instances", false);
	device = set_object(j, items, &keys->device);
	items = set_array(j, add_key(j, &device, "mappings"), "its physical ranges", false);
	set_object(j, items, &keys->mapping);
	items = set_array(j, add_key(j, document, "blocks"),
			  "memory blocks; null unless asked for with --blocks", true);
	set_object(j, items, &keys->block);
}

static void add_document(struct json *j, const struct list_keys *keys)
{
	struct json_object *root = json_root(j);
	struct inside document;

	set_string(j, root, "$schema", "http://json-schema.org/draft-07/schema#");
	set_string(j, root, "title", "daxbus list --json");
	set_string(j, root, "description",
		   "What 'daxbus list --json' prints when no columns are chosen. Keys are never "
		   "missing: what is unknown, or not there, is null. Keys may be added.");
	set_string(j, root, "type", "object");
	document.properties = json_set_object(j, root, "properties");
	document.required = json_set_array(j, root, "required");
	add_head(j, add_key(j, &document, "daxbus"), &keys->bus);
	add_arrays(j, &document, keys);
}

int schema_print(FILE *out, struct daxbus_error *error)
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
