/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON Schema of the changing commands' document, from the same tables as the document.
 */
#include "doc/introspect.h"
#include "doc/schema.h"
#include "output/change-keys.h"

static void add_key(struct json *j, struct json_object *schema, const struct change_key *key)
{
	struct json_object *items;

	switch (key->type) {
	case KEY_TEXT:
	case KEY_STATUS:
		schema_set_string(j, schema, "description", key->help);
		schema_set_type(j, schema, "string", key->nullable);
		break;
	case KEY_NUMBER:
	case KEY_COUNT:
		schema_set_string(j, schema, "description", key->help);
		schema_set_type(j, schema, "integer", key->nullable);
		json_set(j, schema, "minimum", json_new_number(j, 0));
		break;
	case KEY_TEXTS:
		items = schema_set_array(j, schema, key->help, key->nullable);
		schema_set_type(j, items, "string", false);
		break;
	case KEY_BOOL:
		schema_set_string(j, schema, "description", key->help);
		schema_set_type(j, schema, "boolean", key->nullable);
		break;
	case KEY_STEPS:
		items = schema_set_array(j, schema, key->help, key->nullable);
		schema_add_keys(j, items, step_keys, n_step_keys);
		break;
	}
}

void keys_add_schema(struct json *j, const struct schema_inside *inside,
		     const struct change_key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_key(j, schema_add_key(j, inside, keys[i].key), &keys[i]);
}

void schema_add_keys(struct json *j, struct json_object *schema, const struct change_key *keys,
		     size_t n)
{
	struct schema_inside inside = schema_set_inside(j, schema, false);

	keys_add_schema(j, &inside, keys, n);
}

static void add_bool(struct json *j, const struct schema_inside *document, const char *key,
		     const char *description)
{
	struct json_object *schema = schema_add_key(j, document, key);

	schema_set_string(j, schema, "description", description);
	schema_set_type(j, schema, "boolean", false);
}

int schema_print_change(FILE *out, struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct schema_inside document, head;
	struct json_object *items;
	int r = json_new(&j, error);

	if (r < 0)
		return r;
	document = schema_begin(j, "daxbus COMMAND --json, of the commands that change something",
				"Output of a changing command with --json. All keys are "
				"always present; missing values are null. Keys may be added.");
	head = schema_set_inside(j, schema_add_key(j, &document, "daxbus"), false);
	schema_add_head(j, &head);
	add_bool(j, &document, "dry_run", "nothing was changed because of --dry-run");
	add_bool(j, &document, "changed", "whether anything was changed");
	items = schema_add_key(j, &document, "fingerprint");
	schema_set_string(j, items, "description",
			  "fingerprint of the whole plan; null without --dry-run");
	schema_set_type(j, items, "string", true);
	items = schema_set_array(j, schema_add_key(j, &document, "results"),
				 "results of the selected devices, or of the file", false);
	schema_add_keys(j, items, result_keys, n_result_keys);
	return json_print(j, out, error);
}
