/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/change-keys.h"
#include "output/change.h"
#include "output/forecast.h"
#include "output/json.h"

#define RESULT(member) offsetof(struct daxbus_result, member)
#define STEP(member)   offsetof(struct daxbus_step, member)

/* clang-format off */
const struct change_key change_json_result_keys[] = {
	{ "device", KEY_TEXT, true, RESULT(device), 0,
	  "name of the device; null if the result is about a file" },
	{ "file", KEY_TEXT, true, RESULT(file), 0,
	  "path of the file, for 'migrate apply' and 'migrate revert'; null if the result is about a device" },
	{ "result", KEY_STATUS, false, RESULT(status), 0,
	  "result: unchanged, planned, changed, refused, undone or failed" },
	{ "code", KEY_TEXT, true, RESULT(code), 0,
	  "stable code of the reason; null on success, except for block-poisoned" },
	{ "message", KEY_TEXT, true, RESULT(message), 0, "message for people" },
	{ "hint", KEY_TEXT, true, RESULT(hint), 0, "suggested next step, for people" },
	{ "from", KEY_TEXT, true, RESULT(from), 0,
	  "previous mode, or driver if that is not a mode; null without a driver, and for a device that was created; for a file, the previous device model of the next boot: bus, class, none or unknown" },
	{ "to", KEY_TEXT, true, RESULT(to), 0, "current or planned mode, in the same form as from; null for a device that was destroyed" },
	{ "notes", KEY_TEXTS, false, RESULT(notes), RESULT(n_notes),
	  "remarks, for example about checks that were not possible" },
	{ "kernel", KEY_TEXTS, false, RESULT(kernel), RESULT(n_kernel),
	  "kernel messages since the start of the step that failed" },
	{ "fingerprint", KEY_TEXT, true, RESULT(fingerprint), 0,
	  "fingerprint of the device's plan; null without --dry-run" },
	{ "steps", KEY_STEPS, true, RESULT(steps), RESULT(n_steps),
	  "the steps of the plan; null without --dry-run" },
	{ 0 },
};

const struct change_key change_json_step_keys[] = {
	{ "kind", KEY_TEXT, false, STEP(kind), 0,
	  "stable word for what it does: bind, unbind, online, offline and others of daxbus-json(5)" },
	{ "what", KEY_TEXT, false, STEP(what), 0, "description, for people" },
	{ "file", KEY_TEXT, true, STEP(file), 0, "file to write, several with brace expressions of the shell; null for a module, for memory blocks that this user cannot determine, and for a namespace, for which libndctl writes several files" },
	{ "value", KEY_TEXT, true, STEP(value), 0, "value to write; null for a module or a namespace" },
	{ "module", KEY_TEXT, true, STEP(module), 0, "module to load; null for a write" },
	{ "check", KEY_TEXT, true, STEP(check), 0, "condition that must be true before the step, for people" },
	{ "verify", KEY_TEXT, true, STEP(verify), 0, "how the effect is verified, for people" },
	{ "undo", KEY_TEXT, true, STEP(undo), 0, "how to undo the step, for people" },
	{ 0 },
};
/* clang-format on */

/* The member at @offset of a struct, with the type of its row. */
#define MEMBER_OF(object, offset, type)                                                            \
	(*(type const *)(const void *)((const char *)(object) + (offset)))

static struct json_object *new_texts(struct json *j, const void *object,
				     const struct change_key *key)
{
	const char *const *texts = MEMBER_OF(object, key->offset, const char *const *);

	return json_new_strings(j, texts, MEMBER_OF(object, key->count, size_t));
}

/* A string that must not be null is empty if the library has none. */
static struct json_object *new_text(struct json *j, const void *object,
				    const struct change_key *key)
{
	const char *s = MEMBER_OF(object, key->offset, const char *);

	if (!s && key->nullable)
		return NULL;
	return json_new_string(j, s ? s : "");
}

static struct json_object *new_number(struct json *j, uint64_t number, const struct change_key *key)
{
	return number || !key->nullable ? json_new_number(j, number) : NULL;
}

static struct json_object *new_value(struct json *j, const void *from, const struct change_key *key)
{
	switch (key->type) {
	case KEY_TEXT:
		return new_text(j, from, key);
	case KEY_TEXTS:
		return new_texts(j, from, key);
	case KEY_STATUS:
		return json_new_string(
			j, change_text_word(MEMBER_OF(from, key->offset, enum daxbus_status)));
	case KEY_BOOL:
		return json_new_bool(j, MEMBER_OF(from, key->offset, bool));
	case KEY_NUMBER:
		return new_number(j, MEMBER_OF(from, key->offset, unsigned int), key);
	case KEY_COUNT:
		return new_number(j, MEMBER_OF(from, key->offset, uint64_t), key);
	case KEY_STEPS:
		return NULL;
	}
	return NULL;
}

void change_json_fill(struct json *j, struct json_object *object, const void *from,
		      const struct change_key *keys)
{
	for (; keys->key; keys++)
		json_set(j, object, keys->key, new_value(j, from, keys));
}

void change_json_set_array(struct json *j, struct json_object *object, const char *key,
			   const void *from, size_t n, size_t size, const struct change_key *keys)
{
	struct json_object *array = json_set_array(j, object, key);

	for (size_t i = 0; i < n; i++)
		change_json_fill(j, json_push_object(j, array), (const char *)from + i * size,
				 keys);
}

/* A failed change may be incomplete; an undone change is not a change. */
static bool anything_changed(const struct daxbus_results *results)
{
	const struct daxbus_result *result = NULL;

	while ((result = daxbus_results_next(results, result)))
		if (result->status == DAXBUS_CHANGED || result->status == DAXBUS_FAILED)
			return true;
	return false;
}

int change_json_print(struct session *s, const struct daxbus_results *results, bool dry_run,
		      const struct forecasts *forecasts)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	const struct daxbus_result *result = NULL;
	struct json_object *root, *array;
	const char *fingerprint;
	int r = json_new_document(&j, &s->error);

	if (r < 0)
		return r;
	root = json_root(j);
	json_set(j, root, "dry_run", json_new_bool(j, dry_run));
	json_set(j, root, "changed", json_new_bool(j, anything_changed(results)));
	fingerprint = daxbus_results_fingerprint(results);
	json_set(j, root, "fingerprint", fingerprint ? json_new_string(j, fingerprint) : NULL);
	forecast_json_set(j, root, forecasts);
	array = json_set_array(j, root, "results");
	while ((result = daxbus_results_next(results, result))) {
		struct json_object *object = json_push_object(j, array);

		change_json_fill(j, object, result, change_json_result_keys);
		if (dry_run)
			change_json_set_array(j, object, "steps", result->steps, result->n_steps,
					      sizeof(*result->steps), change_json_step_keys);
	}
	return json_print(j, s->out, &s->error);
}
