/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json.h"
#include "output/policy.h"

#define ROW(member)	   offsetof(struct policies_row, member)
#define SETTING(member)	   offsetof(struct policies_setting, member)
#define DIFFERENCE(member) offsetof(struct difference, member)
#define NOTE(member)	   offsetof(struct boot_note, member)
#define PROBLEM(member)	   offsetof(struct policy_problem, member)

/* clang-format off */
const struct change_key policy_json_policy_keys[] = {
	{ "file", KEY_TEXT, false, ROW(file), 0, "path of the policy" },
	{ "state", KEY_TEXT, false, ROW(state), 0,
	  "used; absent (no region or device matches it); ambiguous (several regions match it); hidden (another policy applies to everything that matches it); broken" },
	{ "winner", KEY_TEXT, true, ROW(winner), 0, "path of the policy that applies instead of a hidden one" },
	{ "devices", KEY_TEXTS, false, ROW(devices.items), ROW(devices.n), "devices that it applies to" },
	{ 0 },
};

const struct change_key policy_json_setting_keys[] = {
	{ "device", KEY_TEXT, false, SETTING(device), 0, "name of the device" },
	{ "key", KEY_TEXT, false, SETTING(key), 0, "key of daxbus-policy.d(5)" },
	{ "value", KEY_TEXT, false, SETTING(value), 0, "its value, as in the file" },
	{ "file", KEY_TEXT, false, SETTING(file), 0, "file that sets it" },
	{ "line", KEY_NUMBER, false, SETTING(line), 0, "line that sets it, from 1" },
	{ 0 },
};

const struct change_key policy_json_difference_keys[] = {
	{ "code", KEY_TEXT, false, DIFFERENCE(code), 0,
	  "differs (a value of a device), missing (a device of the policy does not exist), extra (the policy has no such device), or the state of a policy: absent, ambiguous, broken" },
	{ "device", KEY_TEXT, true, DIFFERENCE(device), 0, "name of the device; null for a missing device, and for a policy" },
	{ "file", KEY_TEXT, false, DIFFERENCE(file), 0, "file of the policy" },
	{ "line", KEY_NUMBER, true, DIFFERENCE(line), 0, "line that sets the wanted value, or begins its section" },
	{ "key", KEY_TEXT, true, DIFFERENCE(key), 0, "key of daxbus-policy.d(5)" },
	{ "is", KEY_TEXT, true, DIFFERENCE(is), 0, "the value of the device; null if it has none, or if it could not be read" },
	{ "wanted", KEY_TEXT, true, DIFFERENCE(wanted), 0, "the value of the policy" },
	{ "message", KEY_TEXT, false, DIFFERENCE(message), 0, "sentence, for people" },
	{ 0 },
};

const struct change_key policy_json_note_keys[] = {
	{ "code", KEY_TEXT, false, NOTE(code), 0,
	  "memhp-default-state (at boot, the kernel may bring memory online in another zone than the policy wants, before the policy is applied)" },
	{ "device", KEY_TEXT, false, NOTE(device), 0, "name of the first such device of the policy" },
	{ "file", KEY_TEXT, false, NOTE(file), 0, "file of the policy" },
	{ "line", KEY_NUMBER, false, NOTE(line), 0, "line that sets the wanted mode or zone" },
	{ "message", KEY_TEXT, false, NOTE(message), 0, "sentence, for people" },
	{ "hint", KEY_TEXT, false, NOTE(hint), 0, "what to do, a sentence for people" },
	{ 0 },
};

const struct change_key policy_json_problem_keys[] = {
	{ "file", KEY_TEXT, false, PROBLEM(file), 0, "path of the file or directory" },
	{ "line", KEY_NUMBER, true, PROBLEM(line), 0, "line, from 1; null for the whole file" },
	{ "fatal", KEY_BOOL, false, PROBLEM(is_fatal), 0, "whether the file is not used because of it; otherwise, the line is ignored" },
	{ "message", KEY_TEXT, false, PROBLEM(message), 0, "sentence, for people" },
	{ 0 },
};
/* clang-format on */

int policy_json_print(struct session *s, const struct policies *p)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct json_object *root;
	int r = json_new_document(&j, &s->error);

	if (r < 0)
		return r;
	root = json_root(j);
	change_json_set_array(j, root, "policies", p->rows, p->n_rows, sizeof(*p->rows),
			      policy_json_policy_keys);
	change_json_set_array(j, root, "settings", p->settings, p->n_settings, sizeof(*p->settings),
			      policy_json_setting_keys);
	change_json_set_array(j, root, "differences", p->differences.items, p->differences.n,
			      sizeof(*p->differences.items), policy_json_difference_keys);
	change_json_set_array(j, root, "notes", p->notes.items, p->notes.n, sizeof(*p->notes.items),
			      policy_json_note_keys);
	change_json_set_array(j, root, "problems", p->set.problems, p->set.n_problems,
			      sizeof(*p->set.problems), policy_json_problem_keys);
	return json_print(j, s->out, &s->error);
}
