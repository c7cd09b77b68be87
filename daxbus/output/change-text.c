/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <assert.h>

#include "base/string.h"
#include "model/public-max.h"
#include "output/change.h"

const char *change_text_word(enum daxbus_status status)
{
	static const char *const words[] = {
		[DAXBUS_UNCHANGED] = "unchanged", [DAXBUS_PLANNED] = "planned",
		[DAXBUS_CHANGED] = "changed",	  [DAXBUS_REFUSED] = "refused",
		[DAXBUS_UNDONE] = "undone",	  [DAXBUS_FAILED] = "failed",
	};
	static_assert(ARRAY_SIZE(words) == _DAXBUS_STATUS_MAX, "words has a row for each status");

	return words[status];
}

bool change_text_is_good(enum daxbus_status status)
{
	switch (status) {
	case DAXBUS_UNCHANGED:
	case DAXBUS_PLANNED:
	case DAXBUS_CHANGED:
		return true;
	default:
		return false;
	}
}

/*
 * The words of commands that create, resize or destroy devices, for which a pair of modes is not
 * enough.
 */
struct verb {
	const char *plan;
	const char *done;
};

static const struct verb *find_verb(const struct command *command,
				    const struct daxbus_result *result)
{
	static const struct verb verbs[_DAXBUS_ACTION_MAX] = {
		[DAXBUS_CREATE] = { "create", "created" },
		[DAXBUS_RESIZE] = { "resize", "resized" },
		[DAXBUS_DESTROY] = { "destroy", "destroyed" },
	};
	const struct verb *verb = &verbs[command->action];

	/* A file is the policy of a device (--save). */
	return verb->done && !result->file ? verb : NULL;
}

const char *change_text_verb(const struct command *command, const struct daxbus_result *result)
{
	const struct verb *verb = find_verb(command, result);

	return verb && result->status == DAXBUS_CHANGED ? verb->done
							: change_text_word(result->status);
}

static const char *mode_text(const char *mode)
{
	return mode ? mode : "no driver";
}

void change_text_add_modes(struct string *text, const struct command *command,
			   const struct daxbus_result *result)
{
	const char *from = mode_text(result->from), *to = mode_text(result->to);

	if (command->action == DAXBUS_DESTROY && result->status == DAXBUS_CHANGED)
		string_add(text, "%s%s", result->from ? "was in " : "had ", from);
	else if (command->action == DAXBUS_DESTROY)
		string_add(text, "%s", from);
	else if (command->action == DAXBUS_CREATE || streq(from, to))
		string_add(text, "%s", to);
	else
		string_add(text, "%s -> %s", from, to);
}

static void print_labelled(FILE *out, const char *indent, const char *label, const char *s)
{
	struct string text = { 0 };

	if (!s)
		return;
	string_add(&text, "%s%s%s", indent, label, s);
	session_print_line(out, &text);
}

/* Print the lines of a file. */
static void print_content(FILE *out, const char *indent, const char *value)
{
	while (*value) {
		size_t n = strcspn(value, "\n");
		struct string text = { 0 };

		string_add(&text, "%s%.*s", indent, (int)n, value);
		session_print_line(out, &text);
		value += n + (value[n] == '\n');
	}
}

static void print_step(struct session *s, const struct daxbus_step *step, size_t number)
{
	static const char indent[] = "     ";
	struct string text = { 0 };

	string_add(&text, "%3zu. %s", number, step->what);
	session_print_line(s->out, &text);
	if (step->value && strchr(step->value, '\n')) {
		print_content(s->out, indent, step->value);
	} else if (step->file && step->value) {
		string_add(&text, "%s%s > %s", indent, step->value, step->file);
		session_print_line(s->out, &text);
	}
	print_labelled(s->out, indent, "modprobe ", step->module);
	if (!s->common.verbose)
		return;
	print_labelled(s->out, indent, "before: ", step->check);
	print_labelled(s->out, indent, "after: ", step->verify);
	print_labelled(s->out, indent, "undo: ", step->undo);
}

/* "dax0.0: changed: devdax -> kmem; MESSAGE", "dax0.1: created, devdax; MESSAGE" */
static void print_head(struct session *s, const struct daxbus_result *result)
{
	const struct verb *verb = find_verb(s->command, result);
	struct string text = { 0 };

	string_add(&text, "%s: ", change_subject(result));
	if (verb && result->status == DAXBUS_CHANGED)
		string_add(&text, "%s, ", verb->done);
	else if (verb && result->status == DAXBUS_PLANNED)
		string_add(&text, "planned: %s, ", verb->plan);
	else
		string_add(&text, "%s: ", change_text_word(result->status));
	/* A file is in no mode. */
	if (!result->file || result->from)
		change_text_add_modes(&text, s->command, result);
	if (result->message)
		string_add(&text, "%s%s", !result->file || result->from ? "; " : "",
			   result->message);
	session_print_line(s->out, &text);
}

static void print_good(struct session *s, const struct daxbus_result *result, bool with_steps)
{
	print_head(s, result);
	print_labelled(s->out, "  ", "", result->hint);
	for (size_t i = 0; i < result->n_notes; i++)
		print_labelled(s->out, "  ", "note: ", result->notes[i]);
	for (size_t i = 0; with_steps && i < result->n_steps; i++)
		print_step(s, &result->steps[i], i + 1);
	for (size_t i = 0; i < result->n_kernel; i++)
		print_labelled(s->out, "  ", "kernel: ", result->kernel[i]);
}

/* Each line names the device or the file, because lines of other processes may come between. */
static void say_bad(const struct daxbus_result *result)
{
	const char *subject = change_subject(result);

	session_say("%s: %s (%s): %s", subject, change_text_word(result->status),
		    result->code ? result->code : "no code",
		    result->message ? result->message : "");
	if (result->hint)
		session_say("%s: %s", subject, result->hint);
	for (size_t i = 0; i < result->n_notes; i++)
		session_say("%s: note: %s", subject, result->notes[i]);
	for (size_t i = 0; i < result->n_kernel; i++)
		session_say("%s: kernel: %s", subject, result->kernel[i]);
}

void change_text_print(struct session *s, const struct daxbus_result *result, bool with_steps)
{
	if (change_text_is_good(result->status))
		print_good(s, result, with_steps);
	else
		say_bad(result);
}
