/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON Schema of the document of 'migrate status', from the same tables as the document.
 */
#include "doc/introspect.h"
#include "doc/schema.h"
#include "output/migrate-keys.h"

static void add_array(struct json *j, const struct schema_inside *document, const char *key,
		      const char *help, const struct change_key *keys, size_t n)
{
	struct json_object *items =
		schema_set_array(j, schema_add_key(j, document, key), help, false);
	struct schema_inside inside = schema_set_inside(j, items, false);

	keys_add_schema(j, &inside, keys, n);
}

int schema_print_migration(FILE *out, struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct schema_inside document, head;
	int r = json_new(&j, error);

	if (r < 0)
		return r;
	document = schema_begin(j, "daxbus migrate status --json",
				"Output of 'daxbus migrate status --json'. All keys are always "
				"present; missing values are null. Keys may be added.");
	head = schema_set_inside(j, schema_add_key(j, &document, "daxbus"), false);
	schema_add_head(j, &head);
	keys_add_schema(j, &document, migration_keys, n_migration_keys);
	add_array(j, &document, "devices", "devices on persistent memory", migration_device_keys,
		  n_migration_device_keys);
	add_array(j, &document, "boots", "installed kernels, and the device model that they select",
		  migration_boot_keys, n_migration_boot_keys);
	add_array(j, &document, "lines",
		  "lines of modprobe.d about the drivers, in order of precedence",
		  migration_line_keys, n_migration_line_keys);
	return json_print(j, out, error);
}
