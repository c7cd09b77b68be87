/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/explain.h"
#include "output/json.h"

#define CAUSE(member)	 offsetof(struct cause, member)
#define EVIDENCE(member) offsetof(struct cause_evidence, member)

/* clang-format off */
const struct change_key explain_json_finding_keys[] = {
	{ "code", KEY_TEXT, false, CAUSE(word), 0, "stable word for the cause, see daxbus-codes(7)" },
	{ "subject", KEY_TEXT, true, CAUSE(subject), 0,
	  "what it is about: a device, a module, a memory device or region of the CXL bus, a range of memory, a node; null for the machine" },
	{ "message", KEY_TEXT, false, CAUSE(message), 0, "sentence, for people" },
	{ "next", KEY_TEXT, false, CAUSE(next), 0, "suggested next step, for people" },
	{ 0 },
};

const struct change_key explain_json_evidence_keys[] = {
	{ "file", KEY_TEXT, false, EVIDENCE(file), 0, "path of a file; \"kernel\" for a message of the kernel" },
	{ "line", KEY_NUMBER, true, EVIDENCE(line), 0, "line of a configuration file, from 1" },
	{ "text", KEY_TEXT, true, EVIDENCE(text), 0, "that line, the value of the file, or the name in a directory; null if the file does not exist" },
	{ 0 },
};
/* clang-format on */

static void push_cause(struct json *j, struct json_object *array, const struct cause *cause)
{
	struct json_object *object = json_push_object(j, array);

	change_json_fill(j, object, cause, explain_json_finding_keys);
	change_json_set_array(j, object, "evidence", cause->evidence, cause->n_evidence,
			      sizeof(*cause->evidence), explain_json_evidence_keys);
}

int explain_json_print(struct session *s, const struct causes *causes)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct json_object *array;
	int r = json_new_document(&j, &s->error);

	if (r < 0)
		return r;
	array = json_set_array(j, json_root(j), "findings");
	for (size_t i = 0; i < causes->n; i++)
		push_cause(j, array, &causes->items[i]);
	return json_print(j, s->out, &s->error);
}
