/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/options.h"

#include <errno.h>

#include "base/array.h"
#include "cli/foreign-words.h"
#include "cli/session.h"
#include "cli/suggest.h"

#define COMMON(member) offsetof(struct common_options, member)

/* clang-format off */
const struct option_row options_common[] = {
	{ .name = "sysroot", .letter = 's', .argument = "DIR",
	  .help = "read a captured tree in DIR instead of the running kernel",
	  .type = OPTION_STRING, .offset = COMMON(sysroot), .complete = COMPLETE_DIRECTORIES },
	{ .name = "verbose", .letter = 'v',
	  .help = "report on standard error what could not be read, and why",
	  .type = OPTION_FLAG, .offset = COMMON(verbose) },
	{ .name = "help", .letter = 'h', .help = "show this help",
	  .type = OPTION_FLAG, .offset = COMMON(help) },
	{ .name = "version", .letter = 'V', .help = "show the version",
	  .type = OPTION_FLAG, .offset = COMMON(version) },
};
const size_t options_n_common = ARRAY_SIZE(options_common);

const struct option_row options_json = {
	.name = "json", .letter = 'J', .help = "print a JSON document, also for errors",
	.type = OPTION_FLAG, .offset = COMMON(json), .excludes = EXCLUDE_FORMAT,
};
/* clang-format on */

void options_add_table(struct options *o, const struct option_row *rows, size_t n, void *base)
{
	o->tables[o->n_tables++] = (struct option_table){ rows, n, base };
}

static void *member_of(const struct option_row *row, void *base)
{
	return (char *)base + row->offset;
}

static void table_done(struct option_table *table)
{
	for (size_t i = 0; table->base && i < table->n; i++)
		if (table->rows[i].type == OPTION_STRINGS)
			strv_done(member_of(&table->rows[i], table->base));
}

void options_done(struct options *o)
{
	for (size_t t = 0; t < o->n_tables; t++)
		table_done(&o->tables[t]);
	free(o->operands);
	*o = (struct options){ 0 };
}

const struct option_row *options_row(const struct options *o, size_t i)
{
	for (size_t t = 0; t < o->n_tables; t++) {
		if (i < o->tables[t].n)
			return &o->tables[t].rows[i];
		i -= o->tables[t].n;
	}
	return NULL;
}

const struct option_row *options_find(const struct options *o, const char *name, size_t length)
{
	const struct option_row *row;

	for (size_t i = 0; (row = options_row(o, i)); i++)
		if (strlen(row->name) == length && memcmp(row->name, name, length) == 0)
			return row;
	return NULL;
}

const struct option_row *options_find_letter(const struct options *o, char letter)
{
	const struct option_row *row;

	for (size_t i = 0; (row = options_row(o, i)); i++)
		if (row->letter == letter)
			return row;
	return NULL;
}

static bool exclude_each_other(const struct option_row *a, const struct option_row *b)
{
	return a->excludes & (b->excludes | b->excluded) || a->excluded & b->excludes;
}

/* The row of a given option that excludes @row, or NULL. */
static const struct option_row *find_excluding(const struct options *o,
					       const struct option_row *row)
{
	const struct option_row *other;

	for (size_t i = 0; (other = options_row(o, i)); i++)
		if (other != row && o->seen & UINT64_C(1) << i && exclude_each_other(other, row))
			return other;
	return NULL;
}

bool options_is_excluded(const struct options *o, const struct option_row *row)
{
	return find_excluding(o, row);
}

/* What has the effect of the option @word of another tool, or NULL. */
static const char *find_translation(const struct options *o, const char *word)
{
	const struct foreign_word *row;

	for (size_t i = 0; (row = foreign_words_at(i)); i++)
		if ((row->place == FOREIGN_OPTION || row->place == FOREIGN_WITH_ARGUMENT) &&
		    streq(row->theirs, word) && starts_with(row->ours, "--") &&
		    options_find(o, row->ours + 2, strcspn(row->ours + 2, "=")))
			return row->ours;
	return NULL;
}

/* @word: with its dashes, @length characters of it. */
static int unknown_option(const struct options *o, const char *word, size_t length,
			  struct daxbus_error *error)
{
	_cleanup_free_ char *name = strndup(word, length);
	struct suggestion suggestion = { .word = name ? name + 2 : NULL };
	const struct option_row *row;
	const char *ours;

	if (!name)
		return session_fail_memory(error);
	session_fail(error, -EINVAL, "unknown option '%s'", name);
	ours = find_translation(o, name);
	if (ours || name[1] != '-')
		return suggest_add(error, "", ours);
	for (size_t i = 0; (row = options_row(o, i)); i++)
		suggest_try(&suggestion, row->name);
	return suggest_add(error, "--", suggestion.best);
}

static int set_member(const struct option_row *row, void *base, const char *argument)
{
	void *member = member_of(row, base);

	switch (row->type) {
	case OPTION_FLAG:
		*(bool *)member = true;
		break;
	case OPTION_SET:
		*(int *)member = row->value;
		break;
	case OPTION_STRING:
		*(const char **)member = argument;
		break;
	case OPTION_STRINGS:
		return strv_push(member, argument);
	case OPTION_WAIT:
		*(const char **)member = argument ? argument : row->absent;
		break;
	}
	return 0;
}

/* Whether the next word is its argument if none is attached to it. */
static bool needs_argument(const struct option_row *row)
{
	return row->type == OPTION_STRING || row->type == OPTION_STRINGS;
}

bool options_has_argument(const struct option_row *row)
{
	return needs_argument(row) || row->type == OPTION_WAIT;
}

void options_add_argument(struct string *text, const struct option_row *row)
{
	const char *const *choices = NULL;

	if (row->complete == COMPLETE_CHOICES)
		choices = daxbus_request_choices((enum daxbus_action)row->value, row->name);
	if (!choices)
		string_add(text, "%s", row->argument ? row->argument : "VALUE");
	for (size_t i = 0; choices && choices[i]; i++)
		string_add(text, "%s%s", i ? "|" : "", choices[i]);
}

const char *options_get(const struct option_row *row, const void *base, size_t i)
{
	const void *member = (const char *)base + row->offset;
	const struct strv *list = member;

	if (i && row->type != OPTION_STRINGS)
		return NULL;
	switch (row->type) {
	case OPTION_FLAG:
		return *(const bool *)member ? "yes" : NULL;
	case OPTION_STRING:
	case OPTION_WAIT:
		return *(const char *const *)member;
	case OPTION_STRINGS:
		return i < list->n ? list->items[i] : NULL;
	case OPTION_SET:
		break;
	}
	return NULL;
}

/* Apply the option @row. @argument is NULL if it has none. */
static int apply(struct options *o, const struct option_row *row, const char *argument,
		 struct daxbus_error *error)
{
	const struct option_row *other = find_excluding(o, row);
	uint64_t bit = 1;

	if (other)
		return session_fail(error, -EINVAL, "options --%s and --%s cannot be combined",
				    other->name, row->name);
	for (size_t t = 0; t < o->n_tables; t++) {
		const struct option_table *table = &o->tables[t];

		for (size_t i = 0; i < table->n; i++, bit <<= 1) {
			if (&table->rows[i] != row)
				continue;
			o->seen |= bit;
			if (set_member(row, table->base, argument) < 0)
				return session_fail_memory(error);
		}
	}
	return 0;
}

static int argument_missing(const struct option_row *row, struct daxbus_error *error)
{
	struct string text = { 0 };
	_cleanup_free_ char *argument = NULL;

	options_add_argument(&text, row);
	argument = string_take(&text);
	if (!argument)
		return session_fail_memory(error);
	return session_fail(error, -EINVAL, "option '--%s' requires an argument: %s", row->name,
			    argument);
}

/* Apply @row with the attached argument, or else with the next word. */
static int apply_with_argument(struct options *o, const struct option_row *row, const char *glued,
			       char **words, size_t n, struct daxbus_error *error)
{
	if (glued)
		return apply(o, row, glued, error);
	if (o->used < n)
		return apply(o, row, words[o->used++], error);
	o->pending = row;
	return argument_missing(row, error);
}

/* @word is the part after "--". */
static int parse_long(struct options *o, const char *word, char **words, size_t n,
		      struct daxbus_error *error)
{
	const char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_row *row = options_find(o, word, length);

	if (!row)
		return unknown_option(o, word - 2, length + 2, error);
	if (needs_argument(row))
		return apply_with_argument(o, row, equals ? equals + 1 : NULL, words, n, error);
	if (row->type == OPTION_WAIT)
		return apply(o, row, equals ? equals + 1 : NULL, error);
	if (equals)
		return session_fail(error, -EINVAL, "option '--%s' takes no argument", row->name);
	return apply(o, row, NULL, error);
}

/*
 * @word is the part after "-": letters. The last one may take the rest of the word, or the next
 * word, as its argument.
 */
static int parse_letters(struct options *o, const char *word, char **words, size_t n,
			 struct daxbus_error *error)
{
	for (; *word; word++) {
		const struct option_row *row = options_find_letter(o, *word);
		int r;

		if (!row)
			return unknown_option(o, (char[]){ '-', *word, '\0' }, 2, error);
		if (needs_argument(row))
			return apply_with_argument(o, row, word[1] ? word + 1 : NULL, words, n,
						   error);
		r = apply(o, row, NULL, error);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_operand(struct options *o, char *word, struct daxbus_error *error)
{
	return ARRAY_PUSH(o->operands, o->n_operands, word) < 0 ? session_fail_memory(error) : 0;
}

/* "-" alone is an operand. */
static bool is_operand(const struct options *o, const char *word)
{
	return o->only_operands || word[0] != '-' || !word[1];
}

static int parse_word(struct options *o, char *word, char **words, size_t n,
		      struct daxbus_error *error)
{
	if (is_operand(o, word))
		return add_operand(o, word, error);
	if (word[1] != '-')
		return parse_letters(o, word + 1, words, n, error);
	if (word[2])
		return parse_long(o, word + 2, words, n, error);
	o->only_operands = true;
	return 0;
}

int options_parse(struct options *o, char **words, size_t n, struct daxbus_error *error)
{
	struct daxbus_error later = DAXBUS_ERROR_INIT;
	int result = 0;

	while (o->used < n && !(o->until_operand && is_operand(o, words[o->used]))) {
		int r;

		o->used++;
		r = parse_word(o, words[o->used - 1], words, n, result ? &later : error);
		if (result == 0)
			result = r;
	}
	daxbus_error_done(&later);
	return result;
}
