/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All tables as one JSON document, from which scripts in Documentation/ generate parts of the
 * manual pages and the JSON Schemas.
 */
#include "doc/dump.h"

#include "cli/columns.h"
#include "model/event.h"
#include "model/policy.h"
#include "model/public-max.h"
#include "output/class-scan.h"
#include "output/explain.h"
#include "output/forecast.h"
#include "output/history.h"
#include "output/metrics.h"
#include "output/migrate-keys.h"
#include "output/monitor.h"
#include "output/policy.h"
#include "output/who.h"

/* A string, or null. */
static void set_string(struct json *j, struct json_object *object, const char *key, const char *s)
{
	json_set(j, object, key, s ? json_new_string(j, s) : NULL);
}

static void set_argument(struct json *j, struct json_object *object, const struct option_row *row)
{
	struct string text = { 0 };
	_cleanup_free_ char *argument = NULL;

	options_add_argument(&text, row);
	argument = string_take(&text);
	json_set(j, object, "argument",
		 options_has_argument(row) ? json_new_string(j, argument) : NULL);
	json_set(j, object, "argument_is_optional", json_new_bool(j, row->type == OPTION_WAIT));
}

static void dump_option(struct json *j, struct json_object *array, const struct option_row *row)
{
	struct json_object *object = json_push_object(j, array);
	const char letter[] = { row->letter, '\0' };

	set_string(j, object, "name", row->name);
	set_string(j, object, "letter", row->letter ? letter : NULL);
	set_argument(j, object, row);
	set_string(j, object, "help", row->help);
}

static void dump_options(struct json *j, struct json_object *array, const struct command *command)
{
	_cleanup_(options_done) struct options o = { 0 };
	const struct option_row *row;

	command_add_options(command, &o, NULL, NULL);
	for (size_t i = 0; (row = options_row(&o, i)); i++)
		dump_option(j, array, row);
}

static void dump_command(struct json *j, struct json_object *array, const struct command *command)
{
	struct json_object *object = json_push_object(j, array), *examples;

	set_string(j, object, "name", command->name);
	set_string(j, object, "operands", command->operands);
	set_string(j, object, "summary", command->summary);
	set_string(j, object, "description", command->description);
	dump_options(j, json_set_array(j, object, "options"), command);
	examples = json_set_array(j, object, "examples");
	for (const struct example *e = command->examples; e->line; e++) {
		struct json_object *example = json_push_object(j, examples);

		set_string(j, example, "line", e->line);
		set_string(j, example, "help", e->help);
	}
}

static void dump_field(struct json *j, struct json_object *array, const struct daxbus_field *field)
{
	static const char *const types[] = {
		[DAXBUS_BOOL] = "boolean",  [DAXBUS_NUMBER] = "number",
		[DAXBUS_SIZE] = "size",	    [DAXBUS_ADDRESS] = "address",
		[DAXBUS_STRING] = "string", [DAXBUS_STRINGS] = "strings",
	};
	struct json_object *object = json_push_object(j, array);

	set_string(j, object, "name", field->name);
	set_string(j, object, "type", types[field->type]);
	set_string(j, object, "unit", field->unit);
	set_string(j, object, "group", field->group);
	set_string(j, object, "key", field->key);
	set_string(j, object, "help", field->help);
}

static void dump_fields(struct json *j, struct json_object *fields)
{
	for (enum daxbus_kind kind = 0; kind < _DAXBUS_KIND_MAX; kind++) {
		struct json_object *array = json_set_array(j, fields, columns_kind_name(kind));
		const struct daxbus_field *field = NULL;

		while ((field = daxbus_field_next(kind, field)))
			dump_field(j, array, field);
	}
}

static void dump_keys(struct json *j, struct json_object *objects, const char *name,
		      const struct change_key *keys)
{
	static const char *const types[] = {
		[KEY_TEXT] = "string",	[KEY_TEXTS] = "strings", [KEY_STATUS] = "string",
		[KEY_STEPS] = "steps",	[KEY_BOOL] = "boolean",	 [KEY_NUMBER] = "number",
		[KEY_COUNT] = "number",
	};
	struct json_object *array = json_set_array(j, objects, name);

	for (; keys->key; keys++) {
		struct json_object *object = json_push_object(j, array);

		set_string(j, object, "key", keys->key);
		set_string(j, object, "type", types[keys->type]);
		json_set(j, object, "nullable", json_new_bool(j, keys->nullable));
		set_string(j, object, "help", keys->help);
	}
}

/* The keys of a section of policies. */
static void dump_policy_keys(struct json *j, struct json_object *objects, const char *name,
			     enum policy_section_kind section)
{
	struct json_object *array = json_set_array(j, objects, name);

	for (enum policy_key key = 0; key < _POLICY_KEY_MAX; key++) {
		struct json_object *object;

		if (policy_key_section(key) != section)
			continue;
		object = json_push_object(j, array);
		set_string(j, object, "key", policy_key_name(key));
		set_string(j, object, "help", policy_key_help(key));
	}
}

static void dump_metrics(struct json *j, struct json_object *objects)
{
	struct json_object *array = json_set_array(j, objects, "metric");
	const char *name, *help;

	for (size_t i = 0; metrics_describe(i, &name, &help); i++) {
		struct json_object *object = json_push_object(j, array);

		set_string(j, object, "key", name);
		set_string(j, object, "help", help);
	}
}

static void dump_events(struct json *j, struct json_object *objects)
{
	struct json_object *array = json_set_array(j, objects, "event");
	const char *word, *help;

	for (size_t i = 0; event_describe(i, &word, &help); i++) {
		struct json_object *object = json_push_object(j, array);

		set_string(j, object, "key", word);
		set_string(j, object, "help", help);
	}
}

static void dump_objects(struct json *j, struct json_object *objects)
{
	dump_keys(j, objects, "result", change_json_result_keys);
	dump_keys(j, objects, "step", change_json_step_keys);
	dump_keys(j, objects, "finding", explain_json_finding_keys);
	dump_keys(j, objects, "finding-evidence", explain_json_evidence_keys);
	dump_keys(j, objects, "history", history_json_record_keys);
	dump_keys(j, objects, "state-difference", history_json_difference_keys);
	dump_metrics(j, objects);
	dump_keys(j, objects, "forecast", forecast_json_keys);
	dump_keys(j, objects, "forecast-block", forecast_json_block_keys);
	dump_keys(j, objects, "forecast-node", forecast_json_node_keys);
	dump_events(j, objects);
	dump_keys(j, objects, "monitor", monitor_json_keys);
	dump_keys(j, objects, "migration", migrate_json_keys);
	dump_keys(j, objects, "migration-device", migrate_json_device_keys);
	dump_keys(j, objects, "migration-boot", migrate_json_boot_keys);
	dump_keys(j, objects, "migration-line", migrate_json_line_keys);
	dump_keys(j, objects, "policy", policy_json_policy_keys);
	dump_keys(j, objects, "policy-setting", policy_json_setting_keys);
	dump_keys(j, objects, "policy-difference", policy_json_difference_keys);
	dump_keys(j, objects, "policy-note", policy_json_note_keys);
	dump_keys(j, objects, "policy-problem", policy_json_problem_keys);
	dump_policy_keys(j, objects, "policy-match", POLICY_MATCH);
	dump_policy_keys(j, objects, "policy-region", POLICY_REGION);
	dump_policy_keys(j, objects, "policy-device", POLICY_DEVICE);
	dump_keys(j, objects, "who", who_json_keys);
	dump_keys(j, objects, "user", class_scan_json_user_keys);
	dump_keys(j, objects, "count", class_scan_json_count_keys);
}

static void dump_statuses(struct json *j, struct json_object *array)
{
	static const struct {
		unsigned int number;
		const char *code;
		const char *meaning;
	} statuses[] = {
#define STATUS_ENTRY(name, number, code, meaning) { number, code, meaning },
		STATUSES(STATUS_ENTRY)
	};

	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		struct json_object *object = json_push_object(j, array);

		json_set(j, object, "status", json_new_number(j, statuses[i].number));
		set_string(j, object, "code", statuses[i].code);
		set_string(j, object, "meaning", statuses[i].meaning);
	}
}

int dump_print(const struct command *const *commands, FILE *out, struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct json_object *root, *array;
	const struct command *command;
	int r = json_new_document(&j, error);

	if (r < 0)
		return r;
	root = json_root(j);
	array = json_set_array(j, root, "commands");
	for (size_t i = 0; (command = command_at(commands, i)); i++)
		dump_command(j, array, command);
	dump_fields(j, json_set_object(j, root, "fields"));
	dump_objects(j, json_set_object(j, root, "objects"));
	dump_statuses(j, json_set_array(j, root, "statuses"));
	return json_print(j, out, error);
}
