/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The JSON Schema of the document of migrate scan, from the same tables as the document.
 */
#include "doc/introspect.h"
#include "doc/schema.h"
#include "output/class-scan.h"

int schema_print_scan(FILE *out, struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct schema_inside document, head;
	struct json_object *schema;
	int r = json_new(&j, error);

	if (r < 0)
		return r;
	document = schema_begin(j, "daxbus migrate scan --json",
				"Output of 'daxbus migrate scan --json'. All keys are always "
				"present; missing values are null. Keys may be added.");
	head = schema_set_inside(j, schema_add_key(j, &document, "daxbus"), false);
	schema_add_head(j, &head);
	schema = schema_add_key(j, &document, "root");
	schema_set_string(j, schema, "description",
			  "directory of the installed system, \"/\" for the running system");
	schema_set_type(j, schema, "string", false);
	schema = schema_set_array(j, schema_add_key(j, &document, "users"),
				  "places that use /sys/class/dax", false);
	schema_add_keys(j, schema, user_keys, n_user_keys);
	schema = schema_add_key(j, &document, "looked_at");
	schema_add_keys(j, schema, user_count_keys, n_user_count_keys);
	schema_set_string(j, schema, "description",
			  "what was scanned, and what could not be scanned");
	return json_print(j, out, error);
}
