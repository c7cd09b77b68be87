/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/udev-rules.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>

#include "base/array.h"

/* udev ignores longer lines. */
#define LINE_MAX_LENGTH 16384
/* Longer patterns are not compared: they are none of a memory block. */
#define PATTERN_MAX	256

static const char spaces[] = " \t\r";

enum answer { NO, MAYBE, YES };

/* --- lines ------------------------------------------------------------------------------------ */

struct lines {
	char *next;
	unsigned int number;
};

/* Cut the next line of the file off, without spaces at its start. NULL at the end. */
static char *cut_line(struct lines *lines)
{
	char *line = lines->next, *end;

	if (!*line)
		return NULL;
	end = line + strcspn(line, "\n");
	lines->next = *end ? end + 1 : end;
	lines->number++;
	*end = '\0';
	return line + strspn(line, spaces);
}

/* The next rule, put together in its own place if it is continued. NULL at the end. */
static char *next_rule(struct lines *lines, unsigned int *ret_number)
{
	char *rule = NULL, *end = NULL, *line;

	while ((line = cut_line(lines))) {
		size_t n = strlen(line);
		bool goes_on = n && line[n - 1] == '\\';

		if (*line == '#' || (!n && !rule))
			continue;
		if (!rule) {
			rule = end = line;
			*ret_number = lines->number;
		}
		if (goes_on)
			n--;
		memmove(end, line, n);
		end += n;
		*end = '\0';
		if (goes_on)
			continue;
		if (end - rule < LINE_MAX_LENGTH)
			return rule;
		rule = NULL;
	}
	return rule && end - rule < LINE_MAX_LENGTH ? rule : NULL;
}

/* --- tokens ----------------------------------------------------------------------------------- */

/* A part of a rule: KEY{attribute}=="value", with one of these operators. */
enum operator{
	OP_MATCH,
	OP_NOMATCH,
	OP_ASSIGN, /* =, :=, += */
	OP_REMOVE, /* -= */
};

struct token {
	const char *key;
	const char *attribute; /* "" if there is none */
	enum operator op;
	const char *value;
};

/* Return: the number of its bytes; 0: there is none. */
static size_t read_operator(const char *s, enum operator* ret)
{
	static const struct {
		const char *text;
		enum operator op;
	} operators[] = {
		{ "==", OP_MATCH },  { "!=", OP_NOMATCH }, { "+=", OP_ASSIGN },
		{ ":=", OP_ASSIGN }, { "-=", OP_REMOVE },  { "=", OP_ASSIGN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (starts_with(s, operators[i].text)) {
			*ret = operators[i].op;
			return strlen(operators[i].text);
		}
	return 0;
}

/* The value between quotes, of which \" is a part. Return: false if it is of another form. */
static bool read_value(char **s, const char **ret)
{
	char *from = *s + strspn(*s, spaces), *to;

	/* e"" has escapes, i"" ignores case. */
	from += strspn(from, "ei");
	if (*from++ != '"')
		return false;
	*ret = to = from;
	for (; *from != '"'; from++) {
		if (!*from)
			return false;
		if (from[0] == '\\' && from[1] == '"')
			from++;
		*to++ = *from;
	}
	*s = from + 1;
	*to = '\0';
	return true;
}

/* Return: 1: a token; 0: the end of the rule; -EINVAL: another form. */
static int read_token(char **s, struct token *ret)
{
	char *key = *s + strspn(*s, " \t\r,"), *end, *attribute;
	size_t n;

	if (!*key)
		return 0;
	end = key + strcspn(key, " \t\r{=!+-:");
	attribute = NULL;
	*s = end;
	if (*end == '{') {
		attribute = end + 1;
		*s = attribute + strcspn(attribute, "}");
		if (!**s)
			return -EINVAL;
		*(*s)++ = '\0';
	}
	*s += strspn(*s, spaces);
	n = read_operator(*s, &ret->op);
	if (end == key || !n)
		return -EINVAL;
	*s += n;
	/* Only now, because the operator may begin here. */
	*end = '\0';
	ret->key = key;
	ret->attribute = attribute ?: "";
	return read_value(s, &ret->value) ? 1 : -EINVAL;
}

/* --- conditions ------------------------------------------------------------------------------- */

static enum answer negate(enum answer answer)
{
	return answer == YES ? NO : answer == NO ? YES : MAYBE;
}

static enum answer both(enum answer a, enum answer b)
{
	return a < b ? a : b;
}

static enum answer either(enum answer a, enum answer b)
{
	return a > b ? a : b;
}

/* Ask @fn for each alternative of a pattern: "add|change". */
static enum answer match_any(const char *pattern, const char *with,
			     enum answer (*fn)(const char *pattern, const char *with))
{
	enum answer answer = NO;

	if (strlen(pattern) >= PATTERN_MAX)
		return MAYBE;
	for (;;) {
		char one[PATTERN_MAX];
		size_t n = strcspn(pattern, "|");

		memcpy(one, pattern, n);
		one[n] = '\0';
		answer = either(answer, fn(one, with));
		if (!pattern[n])
			return answer;
		pattern += n + 1;
	}
}

static enum answer match_text(const char *pattern, const char *text)
{
	return fnmatch(pattern, text, 0) == 0 ? YES : NO;
}

/* The text is @base and a number: "memory32". */
static enum answer match_numbered(const char *pattern, const char *base)
{
	static const char *const numbers[] = { "0", "7", "9", "32", "160", "4095", "81920" };
	size_t prefix = strcspn(pattern, "*?["), length = strlen(base), matches = 0;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		char text[64];

		snprintf(text, sizeof(text), "%s%s", base, numbers[i]);
		matches += fnmatch(pattern, text, 0) == 0;
	}
	if (matches == ARRAY_SIZE(numbers))
		return YES;
	if (strncmp(pattern, base, prefix < length ? prefix : length) != 0)
		return NO;
	/* What follows the name in the pattern is a number. */
	if (prefix > length && strspn(pattern + length, "0123456789") < prefix - length)
		return NO;
	return MAYBE;
}

static bool is_key(const struct token *t, const char *key)
{
	return streq(t->key, key) || (streq(t->key, "ENV") && streq(t->attribute, key));
}

/* What is known of a memory block that is offline, by a key and its attribute. */
static enum answer match_known(const struct token *t, const char *action)
{
	static const struct {
		const char *key;
		const char *attribute; /* NULL: any */
		const char *text;
	} values[] = {
		{ "ATTR", "state", "offline" },
		{ "ATTR", "online", "0" },
		{ "DRIVER", NULL, "" },
	};

	if (is_key(t, "ACTION"))
		return match_any(t->value, action, match_text);
	if (is_key(t, "SUBSYSTEM") || streq(t->key, "SUBSYSTEMS"))
		return match_any(t->value, "memory", match_text);
	if (streq(t->key, "KERNEL"))
		return match_any(t->value, "memory", match_numbered);
	if (is_key(t, "DEVPATH"))
		return match_any(t->value, "/devices/system/memory/memory", match_numbered);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (streq(t->key, values[i].key) &&
		    (!values[i].attribute || streq(t->attribute, values[i].attribute)))
			return match_any(t->value, values[i].text, match_text);
	if (streq(t->key, "TEST") && (streq(t->value, "state") || streq(t->value, "online")))
		return YES;
	return MAYBE;
}

/* These run a program or read a file, and match if that succeeds, whatever the operator. */
static bool is_import(const struct token *t)
{
	return streq(t->key, "PROGRAM") || streq(t->key, "IMPORT");
}

/* Whether it is a condition; what it says of such a block. */
static bool is_condition(const struct token *t, const char *action, enum answer *ret)
{
	if (is_import(t)) {
		*ret = MAYBE;
		return true;
	}
	if (t->op != OP_MATCH && t->op != OP_NOMATCH)
		return false;
	*ret = match_known(t, action);
	/* A parent may be of another subsystem. */
	if (t->op == OP_NOMATCH)
		*ret = streq(t->key, "SUBSYSTEMS") ? MAYBE : negate(*ret);
	return true;
}

/* Whether the condition is about the kind of a device, and true of memory blocks only. */
static bool names_memory(const struct token *t)
{
	if (!is_key(t, "SUBSYSTEM") && !streq(t->key, "SUBSYSTEMS") && !streq(t->key, "KERNEL") &&
	    !is_key(t, "DEVPATH"))
		return false;
	return match_known(t, "") != NO && match_any(t->value, "block", match_text) == NO;
}

/* --- effects ---------------------------------------------------------------------------------- */

/* What a rule does to a block. */
struct effect {
	bool writes;
	const char *word;	 /* of @writes */
	bool runs;		 /* a program that may bring it online */
	bool runs_if_for_memory; /* the same, if the rule is for memory alone */
};

static bool depends(const char *value)
{
	return strpbrk(value, "$%");
}

static void add_write(const struct token *t, struct effect *effect)
{
	static const char *const words[] = { "online", "online_kernel", "online_movable" };
	bool state = streq(t->attribute, "state");

	if (!state && !streq(t->attribute, "online"))
		return;
	if (depends(t->value)) {
		effect->writes = true;
		effect->word = "";
	} else if (!state && streq(t->value, "1")) {
		effect->writes = true;
		effect->word = words[0];
	}
	for (size_t i = 0; state && i < ARRAY_SIZE(words); i++)
		if (streq(t->value, words[i])) {
			effect->writes = true;
			effect->word = words[i];
		}
}

/*
 * Whether a program may bring memory online. A program that is run for memory alone is assumed to,
 * except for those that tell kdump of the new layout.
 */
static void add_program(const char *command, struct effect *effect)
{
	bool kdump = strstr(command, "kdump") || strstr(command, "kexec");

	effect->runs |= strstr(command, "chmem") || strstr(command, "devices/system/memory") ||
			(strstr(command, "online") && strstr(command, "memory"));
	effect->runs_if_for_memory |= !kdump;
}

static void add_effect(const struct token *t, struct effect *effect)
{
	if (streq(t->key, "ATTR") && t->op == OP_ASSIGN)
		add_write(t, effect);
	else if (streq(t->key, "RUN") && !streq(t->attribute, "builtin") && t->op == OP_ASSIGN)
		add_program(t->value, effect);
	else if (is_import(t))
		/* Most of these only ask something. */
		effect->runs |= strstr(t->value, "chmem") ||
				(strstr(t->value, "online") && strchr(t->value, '>'));
}

/* --- labels ----------------------------------------------------------------------------------- */

struct label {
	char *name;
	unsigned int number;
};

struct labels {
	struct label *items;
	size_t n;
};

static void labels_done(struct labels *labels)
{
	for (size_t i = 0; i < labels->n; i++)
		free(labels->items[i].name);
	free(labels->items);
}

static int compare_labels(const void *a, const void *b)
{
	const struct label *x = a, *y = b;

	return strcmp(x->name, y->name) ?: compare_u64(x->number, y->number);
}

static int add_label(struct labels *labels, const char *name, unsigned int number)
{
	struct label label = { strdup(name), number };

	if (label.name && ARRAY_PUSH(labels->items, labels->n, label) == 0)
		return 0;
	free(label.name);
	return -ENOMEM;
}

static bool is_label(const struct token *t)
{
	return streq(t->key, "LABEL") && t->op == OP_ASSIGN;
}

static int add_labels_of(struct labels *labels, char *rule, unsigned int number)
{
	const char *name = NULL;
	struct token t;
	int r;

	while ((r = read_token(&rule, &t)) > 0)
		if (is_label(&t))
			name = t.value;
	return r == 0 && name ? add_label(labels, name, number) : 0;
}

static int find_labels(const char *text, struct labels *labels)
{
	_cleanup_free_ char *copy = strdup(text);
	struct lines lines = { .next = copy };
	unsigned int number;
	char *rule;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (rule = next_rule(&lines, &number)))
		r = add_labels_of(labels, rule, number);
	if (labels->n)
		qsort(labels->items, labels->n, sizeof(*labels->items), compare_labels);
	return r;
}

/* The first line behind @number that has this label; 0: none, so that a GOTO has no effect. */
static unsigned int find_label(const struct labels *labels, const char *name, unsigned int number)
{
	size_t low = 0, high = labels->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct label key = { (char *)name, number };

		if (compare_labels(&labels->items[middle], &key) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == labels->n || !streq(labels->items[low].name, name))
		return 0;
	return labels->items[low].number;
}

/* --- rules ------------------------------------------------------------------------------------ */

/*
 * struct passage - the way of an event through a file
 * @skips_to: the line of the label that a GOTO goes to for every new block
 * @uncertain_to: up to this line, a GOTO may have skipped the rules
 * @memory_to: up to this line, rules are for memory only, because a GOTO skips them for others
 */
struct passage {
	const char *action;
	struct labels labels;
	unsigned int skips_to;
	unsigned int uncertain_to;
	unsigned int memory_to;
};

/* A rule, read as a whole. */
struct reading {
	enum answer answer;
	size_t conditions;
	bool for_memory;
	bool excludes_others; /* one condition, which is true of everything but memory */
	const char *label;    /* GOTO */
	struct effect effect;
};

/* Return: 0; -EINVAL: of another form. */
static int read_rule(const struct passage *passage, char *rule, unsigned int number,
		     struct reading *ret)
{
	struct token t;
	int r;

	*ret = (struct reading){ .answer = YES, .for_memory = number < passage->memory_to };
	while ((r = read_token(&rule, &t)) > 0) {
		enum answer answer;

		if (is_condition(&t, passage->action, &answer)) {
			ret->conditions++;
			ret->answer = both(ret->answer, answer);
			ret->for_memory |= t.op == OP_MATCH && names_memory(&t);
			ret->excludes_others |= t.op == OP_NOMATCH && names_memory(&t);
		} else if (streq(t.key, "GOTO")) {
			ret->label = t.value;
		}
		add_effect(&t, &ret->effect);
	}
	ret->effect.runs |= ret->for_memory && ret->effect.runs_if_for_memory;
	ret->excludes_others &= ret->conditions == 1;
	return r;
}

static unsigned int later(unsigned int a, unsigned int b)
{
	return a > b ? a : b;
}

static void follow_goto(struct passage *passage, const struct reading *reading, unsigned int number)
{
	unsigned int to = find_label(&passage->labels, reading->label, number);

	if (reading->answer == YES)
		passage->skips_to = to;
	else if (reading->answer == MAYBE)
		passage->uncertain_to = later(passage->uncertain_to, to);
	else if (reading->excludes_others)
		passage->memory_to = later(passage->memory_to, to);
}

static int visit(struct passage *passage, char *text, unsigned int number, struct udev_rules *rules)
{
	bool is_uncertain = number < passage->uncertain_to;
	struct reading reading;
	struct udev_rule rule = { .number = number, .word = "" };

	if (number < passage->skips_to || read_rule(passage, text, number, &reading) < 0)
		return 0;
	if (reading.label)
		follow_goto(passage, &reading, number);
	if (reading.answer == NO || !(reading.effect.writes || reading.effect.runs))
		return 0;
	if (reading.effect.writes) {
		rule.word = reading.effect.word;
		rule.is_certain = reading.answer == YES && !is_uncertain && *rule.word;
	}
	return ARRAY_PUSH(rules->items, rules->n, rule);
}

int udev_rules_find(char *text, const char *action, struct udev_rules *ret)
{
	struct lines lines = { .next = text };
	struct udev_rules rules = { 0 };
	struct passage passage = { .action = action };
	unsigned int number;
	char *rule;
	int r = find_labels(text, &passage.labels);

	while (r == 0 && (rule = next_rule(&lines, &number)))
		r = visit(&passage, rule, number, &rules);
	labels_done(&passage.labels);
	if (r < 0)
		udev_rules_done(&rules);
	else
		*ret = rules;
	return r;
}

void udev_rules_done(struct udev_rules *rules)
{
	free(rules->items);
	*rules = (struct udev_rules){ 0 };
}

/* --- files ------------------------------------------------------------------------------------ */

const char *const udev_rules_directories[] = {
	"/etc/udev/rules.d",	 "/run/udev/rules.d", "/usr/local/lib/udev/rules.d",
	"/usr/lib/udev/rules.d", "/lib/udev/rules.d", NULL,
};

bool udev_rules_is_file(const char *name)
{
	return *name != '.' && ends_with(name, ".rules");
}
