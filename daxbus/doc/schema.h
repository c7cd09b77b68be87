/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DOC_SCHEMA_H
#define DAXBUS_DOC_SCHEMA_H

#include "output/change-keys.h"
#include "output/json.h"

/* Parts that the JSON Schemas of all documents have. */

/* The inside of an object's schema: its keys, and the names of those that are never missing. */
struct schema_inside {
	struct json_object *properties;
	struct json_object *required;
};

void schema_set_string(struct json *j, struct json_object *object, const char *key,
		       const char *value);
void schema_set_type(struct json *j, struct json_object *schema, const char *type, bool nullable);

/* Begin the inside of @schema, which becomes that of an object. */
struct schema_inside schema_set_inside(struct json *j, struct json_object *schema, bool nullable);

/* The schema of the key @key. */
struct json_object *schema_add_key(struct json *j, const struct schema_inside *inside,
				   const char *key);

/* Make @schema one of arrays, and return the schema of what is in these. */
struct json_object *schema_set_array(struct json *j, struct json_object *schema,
				     const char *description, bool nullable);

/* Make @schema one of objects with the keys of @n rows of change_keys.h. */
void schema_add_keys(struct json *j, struct json_object *schema, const struct change_key *keys,
		     size_t n);

/* The keys of a document's head that every document has. */
void schema_add_head(struct json *j, const struct schema_inside *head);

/* Begin the schema of a document. */
struct schema_inside schema_begin(struct json *j, const char *title, const char *description);

/* The same keys in the schema of that object. */
void keys_add_schema(struct json *j, const struct schema_inside *inside,
		     const struct change_key *keys, size_t n);

#endif
