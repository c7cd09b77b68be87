/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/record.h"

#include <errno.h>
#include <inttypes.h>

#include "base/array.h"
#include "base/parse.h"

#define RECORD_HEAD "daxbus-history 1"
/* Without it, the text is incomplete. */
#define RECORD_END  "end"

void record_done(struct record *record)
{
	free(record->boot);
	free(record->sudo_user);
	strv_done(&record->command);
	free(record->code);
	state_done(&record->before);
	state_done(&record->after);
	for (size_t i = 0; i < record->n_steps; i++) {
		free(record->steps[i].device);
		free(record->steps[i].line);
	}
	free(record->steps);
	*record = (struct record){ 0 };
}

static int push_step(struct record *record, const char *device, const char *line)
{
	struct record_step *step;

	if (ARRAY_PUSH(record->steps, record->n_steps, (struct record_step){ 0 }) < 0)
		return -ENOMEM;
	step = &record->steps[record->n_steps - 1];
	return string_copy(&step->device, device) ?: string_copy(&step->line, line);
}

int record_add_steps(struct record *record, const char *device, const struct steps *steps)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < steps->n; i++) {
		_cleanup_free_ char *line = step_print(&steps->items[i]);

		r = line ? push_step(record, device, line) : -ENOMEM;
	}
	return r;
}

/* --- words ------------------------------------------------------------------------------------ */

const char *record_result_word(enum record_result result)
{
	static const char *const words[] = {
		[RECORD_CHANGED] = "changed",
		[RECORD_UNDONE] = "undone",
		[RECORD_FAILED] = "failed",
		[RECORD_RECOVERED] = "recovered",
	};

	return words[result];
}

bool record_has_change(const struct record *record)
{
	return record->result != RECORD_RECOVERED &&
	       !state_is_same(&record->before, &record->after);
}

static bool has_any_region(const struct state *state, const struct state *of)
{
	for (size_t i = 0; i < of->n; i++)
		if (state_find_region(state, &of->regions[i]))
			return true;
	return false;
}

bool record_shares_region(const struct record *a, const struct record *b)
{
	return has_any_region(&a->before, &b->before) || has_any_region(&a->before, &b->after) ||
	       has_any_region(&a->after, &b->before) || has_any_region(&a->after, &b->after);
}

bool record_is_restored(const struct record *record, const struct state *now)
{
	const struct state *before = &record->before;

	for (size_t i = 0; i < before->n; i++) {
		const struct state_region *region = state_find_region(now, &before->regions[i]);

		if (!region || !state_has_same_devices(&before->regions[i], region))
			return false;
	}
	return before->n;
}

/* --- printing --------------------------------------------------------------------------------- */

/* Any bytes as one word: "\x20" for a space; "\0", which no byte has, for an empty text. */
static void add_escaped(struct string *text, const char *s)
{
	if (!*s)
		string_add(text, "\\0");
	for (; *s; s++)
		if (*s <= ' ' || *s > '~' || *s == '\\')
			string_add(text, "\\x%02x", (unsigned int)(unsigned char)*s);
		else
			string_add(text, "%c", *s);
}

static void add_optional(struct string *text, const char *key, const char *value)
{
	if (!value)
		return;
	string_add(text, "%s ", key);
	add_escaped(text, value);
	string_add(text, "\n");
}

static void print_head(const struct record *record, struct string *text)
{
	string_add(text, RECORD_HEAD "\ntime %" PRIu64 "\nduration %" PRIu64 "\nuid %" PRIu64 "\n",
		   record->time, record->duration, record->uid);
	if (is_known(&record->login))
		string_add(text, "login %" PRIu64 "\n", record->login.v);
	add_optional(text, "boot", record->boot);
	add_optional(text, "sudo", record->sudo_user);
	for (size_t i = 0; i < record->command.n; i++)
		add_optional(text, "argument", record->command.items[i]);
	if (record->undoes)
		string_add(text, "undoes %" PRIu64 "\n", record->undoes);
	string_add(text, "result %s\n", record_result_word(record->result));
	add_optional(text, "code", record->code);
}

char *record_print(const struct record *record)
{
	struct string text = { 0 };

	print_head(record, &text);
	string_add(&text, "before\n");
	state_print(&record->before, &text);
	string_add(&text, "after\n");
	state_print(&record->after, &text);
	string_add(&text, "steps\n");
	for (size_t i = 0; i < record->n_steps; i++)
		string_add(&text, "step %s %s\n", record->steps[i].device, record->steps[i].line);
	string_add(&text, RECORD_END "\n");
	return string_take(&text);
}

/* --- parsing ---------------------------------------------------------------------------------- */

/* Read what add_escaped() has written, in place. */
static int unescape(char *s)
{
	char *to = s;

	if (streq(s, "\\0")) {
		*s = '\0';
		return 0;
	}
	while (*s) {
		uint64_t byte;
		char hex[3];

		if (*s != '\\') {
			*to++ = *s++;
			continue;
		}
		if (s[1] != 'x' || !s[2] || !s[3])
			return -EINVAL;
		memcpy(hex, s + 2, 2);
		hex[2] = '\0';
		if (parse_u64(hex, 16, &byte) < 0 || !byte)
			return -EINVAL;
		*to++ = (char)byte;
		s += 4;
	}
	*to = '\0';
	return 0;
}

static int set_text(char **ret, char *value)
{
	return *ret ? -EINVAL : unescape(value) ?: string_copy(ret, value);
}

static int set_result(const char *value, enum record_result *ret)
{
	for (enum record_result i = 0; i < _RECORD_MAX; i++)
		if (streq(record_result_word(i), value)) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

/* Later versions may add keys: unknown ones are ignored. */
static int parse_head_line(const char *key, char *value, struct record *ret)
{
	if (streq(key, "time"))
		return parse_u64(value, 10, &ret->time);
	if (streq(key, "duration"))
		return parse_u64(value, 10, &ret->duration);
	if (streq(key, "uid"))
		return parse_u64(value, 10, &ret->uid);
	if (streq(key, "login")) {
		ret->login.is = DAXBUS_KNOWN;
		return parse_u64(value, 10, &ret->login.v);
	}
	if (streq(key, "boot"))
		return set_text(&ret->boot, value);
	if (streq(key, "sudo"))
		return set_text(&ret->sudo_user, value);
	if (streq(key, "argument"))
		return unescape(value) ?: strv_push(&ret->command, value);
	if (streq(key, "undoes"))
		return parse_u64(value, 10, &ret->undoes);
	if (streq(key, "result"))
		return set_result(value, &ret->result);
	return streq(key, "code") ? set_text(&ret->code, value) : 0;
}

static int parse_step_line(char *line, struct record *ret)
{
	_cleanup_(steps_done) struct steps steps = { 0 };
	const char *word = strsep(&line, " "), *device = line ? strsep(&line, " ") : NULL;
	int r;

	if (!line || !*device || !streq(word, "step"))
		return -EINVAL;
	r = step_parse(line, &steps);
	return r < 0 ? r : push_step(ret, device, line);
}

/* The parts of the text, in their order. */
static const char *const parts[] = { RECORD_HEAD, "before", "after", "steps", RECORD_END };

static int parse_record_line(size_t part, char *line, struct record *ret)
{
	char *value = line;

	switch (part) {
	case 1:
		strsep(&value, " ");
		return value ? parse_head_line(line, value, ret) : -EINVAL;
	case 2:
		return state_parse_line(line, &ret->before);
	case 3:
		return state_parse_line(line, &ret->after);
	case 4:
		return parse_step_line(line, ret);
	}
	return -EINVAL;
}

int record_parse(char *text, struct record *ret)
{
	_cleanup_(record_done) struct record record = { 0 };
	char *end;
	size_t part = 0; /* the parts that have begun */
	int r = 0;

	for (; r == 0 && (end = strchr(text, '\n')); text = end + 1) {
		*end = '\0';
		if (part < ARRAY_SIZE(parts) && streq(text, parts[part]))
			part++;
		else
			r = parse_record_line(part, text, &record);
	}
	if (r == -ENOMEM)
		return r;
	if (r < 0 || part < ARRAY_SIZE(parts) || *text)
		return -EBADMSG;
	*ret = TAKE_STRUCT(record);
	return 0;
}
