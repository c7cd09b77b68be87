/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/history.h"
#include "output/json.h"

#define ROW(member)	   offsetof(struct history_row, member)
#define RECORD(member)	   offsetof(struct history_row, record.member)
#define DIFFERENCE(member) offsetof(struct state_difference, member)

/* clang-format off */
const struct change_key history_json_record_keys[] = {
	{ "number", KEY_COUNT, false, RECORD(number), 0, "number of the change" },
	{ "time", KEY_COUNT, false, RECORD(time), 0, "when it began, in seconds since 1970" },
	{ "duration_ms", KEY_COUNT, false, RECORD(duration), 0, "how long it took, in milliseconds" },
	{ "boot", KEY_TEXT, true, RECORD(boot), 0, "ID of the boot in which it ran, as in /proc/sys/kernel/random/boot_id" },
	{ "user", KEY_TEXT, false, ROW(user), 0, "who it was: the user of sudo(8); else the number of the user who logged in, or of the process" },
	{ "uid", KEY_COUNT, false, RECORD(uid), 0, "number of the user of the process" },
	{ "login_uid", KEY_COUNT, true, RECORD(login.v), 0, "number of the user who logged in; null if nobody did, and for root" },
	{ "sudo_user", KEY_TEXT, true, RECORD(sudo_user), 0, "SUDO_USER of the environment, which the user can set" },
	{ "command", KEY_TEXTS, false, RECORD(command.items), RECORD(command.n), "command line of the process" },
	{ "result", KEY_TEXT, false, ROW(result), 0,
	  "changed; undone (a step failed, and everything was undone); failed (and not everything was undone); recovered (what another run had left or had on trial was undone)" },
	{ "code", KEY_TEXT, true, RECORD(code), 0, "reason of the first failure, see daxbus-codes(7)" },
	{ "undoes", KEY_COUNT, true, RECORD(undoes), 0, "number of the change whose state before it was restored" },
	{ "can_undo", KEY_BOOL, false, ROW(can_undo), 0, "whether 'daxbus undo' would come to it: it changed something, and is not undone" },
	{ 0 },
};

const struct change_key history_json_difference_keys[] = {
	{ "code", KEY_TEXT, false, DIFFERENCE(code), 0, "differs (a value of a device), removed (only the first state has the device), or added (only the second one has it)" },
	{ "device", KEY_TEXT, false, DIFFERENCE(device), 0, "name of the device" },
	{ "region", KEY_TEXT, true, DIFFERENCE(region), 0, "identity or path of its region" },
	{ "key", KEY_TEXT, true, DIFFERENCE(key), 0, "ranges, size (if ranges are unknown), align, mode, online (where its memory is) or memmap_on_memory" },
	{ "before", KEY_TEXT, true, DIFFERENCE(a), 0, "the value in the first state; the ranges of a device that was removed" },
	{ "after", KEY_TEXT, true, DIFFERENCE(b), 0, "the value in the second state; the ranges of a device that was added" },
	{ "message", KEY_TEXT, false, DIFFERENCE(message), 0, "sentence, for people" },
	{ 0 },
};
/* clang-format on */

static void set_differences(struct json *j, struct json_object *object, const char *key,
			    const struct state_differences *differences)
{
	change_json_set_array(j, object, key, differences->items, differences->n,
			      sizeof(*differences->items), history_json_difference_keys);
}

static void set_steps(struct json *j, struct json_object *object, const struct record *record)
{
	struct json_object *array = json_set_array(j, object, "steps");

	for (size_t i = 0; i < record->n_steps; i++) {
		_cleanup_free_ char *text = NULL;

		if (string_format(&text, "%s %s", record->steps[i].device, record->steps[i].line) <
		    0)
			text = NULL;
		json_push(j, array, json_new_string(j, text));
	}
}

int history_json_print(struct session *s, const struct history *history)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct json_object *array;
	int r = json_new_document(&j, &s->error);

	if (r < 0)
		return r;
	array = json_set_array(j, json_root(j), "history");
	for (size_t i = 0; i < history->n; i++) {
		const struct history_row *row = &history->rows[i];
		struct json_object *object = json_push_object(j, array);

		change_json_fill(j, object, row, history_json_record_keys);
		set_differences(j, object, "changes", &row->differences);
		set_steps(j, object, &row->record);
	}
	return json_print(j, s->out, &s->error);
}

int history_json_diff(struct session *s, const char *a, const char *b,
		      const struct state_differences *differences)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	int r = json_new_document(&j, &s->error);

	if (r < 0)
		return r;
	json_set(j, json_root(j), "before", json_new_string(j, a));
	json_set(j, json_root(j), "after", json_new_string(j, b));
	set_differences(j, json_root(j), "differences", differences);
	return json_print(j, s->out, &s->error);
}
