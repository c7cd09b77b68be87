/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The schemas do not restrict strings to the known values: a document with a new mode is still
 * format 1.
 */
#include "doc/schema.h"

void schema_set_string(struct json *j, struct json_object *object, const char *key,
		       const char *value)
{
	json_set(j, object, key, json_new_string(j, value));
}

void schema_set_type(struct json *j, struct json_object *schema, const char *type, bool nullable)
{
	struct json_object *types;

	if (!nullable) {
		schema_set_string(j, schema, "type", type);
		return;
	}
	types = json_set_array(j, schema, "type");
	json_push(j, types, json_new_string(j, type));
	json_push(j, types, json_new_string(j, "null"));
}

struct schema_inside schema_set_inside(struct json *j, struct json_object *schema, bool nullable)
{
	struct schema_inside inside;

	schema_set_type(j, schema, "object", nullable);
	inside.properties = json_set_object(j, schema, "properties");
	inside.required = json_set_array(j, schema, "required");
	return inside;
}

struct json_object *schema_add_key(struct json *j, const struct schema_inside *inside,
				   const char *key)
{
	json_push(j, inside->required, json_new_string(j, key));
	return json_set_object(j, inside->properties, key);
}

struct json_object *schema_set_array(struct json *j, struct json_object *schema,
				     const char *description, bool nullable)
{
	schema_set_string(j, schema, "description", description);
	schema_set_type(j, schema, "array", nullable);
	return json_set_object(j, schema, "items");
}

void schema_add_head(struct json *j, const struct schema_inside *head)
{
	struct json_object *key = schema_add_key(j, head, "format");

	schema_set_string(j, key, "description",
			  "version of this format; within one version keys are only added");
	json_set(j, key, "const", json_new_number(j, JSON_FORMAT));
	key = schema_add_key(j, head, "version");
	schema_set_string(j, key, "description", "version of daxbus");
	schema_set_string(j, key, "type", "string");
}

struct schema_inside schema_begin(struct json *j, const char *title, const char *description)
{
	struct json_object *root = json_root(j);

	schema_set_string(j, root, "$schema", "http://json-schema.org/draft-07/schema#");
	schema_set_string(j, root, "title", title);
	schema_set_string(j, root, "description", description);
	return schema_set_inside(j, root, false);
}
