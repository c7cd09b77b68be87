/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/translate.h"

#include "base/string.h"
#include "base/strv.h"
#include "cli/foreign-words.h"

/*
 * struct translation - a command line while it is translated
 * @command: the command of daxbus, NULL before it
 * @known: its options
 * @words: the @n words that were not read yet
 * @options, @operands: what was translated; operands follow the options
 * @waits: what the next operand is appended to, or NULL
 * @is_foreign: there was at least one foreign word
 * @from_other: the command was one; its options mean what they mean in the other tool
 */
struct translation {
	const struct command *command;
	struct options known;
	char **words;
	size_t n;
	struct strv options;
	struct strv operands;
	const char *waits;
	bool is_foreign;
	bool from_other;
};

static void translation_done(struct translation *t)
{
	options_done(&t->known);
	strv_done(&t->options);
	strv_done(&t->operands);
}

static int push(struct translation *t, const char *ours, const char *argument)
{
	char *joined;

	if (!ours[0] && !argument[0])
		return 0;
	/* region0 is also an argument of the option of a region. */
	if (streq(ours, "region") && strncmp(argument, ours, strlen(ours)) == 0)
		ours = "";
	if (string_format(&joined, "%s%s", ours, argument) < 0)
		return -1;
	return strv_push_take(joined[0] == '-' ? &t->options : &t->operands, joined);
}

static const char *take_next(struct translation *t)
{
	if (!t->n)
		return NULL;
	t->n--;
	return *t->words++;
}

static int translate_operand(struct translation *t, const char *word)
{
	const struct foreign_word *row =
		foreign_words_find(FOREIGN_OPERAND, t->command->name, word);
	const char *ours = t->waits;

	t->waits = NULL;
	if (ours)
		return push(t, ours, word);
	t->is_foreign |= row != NULL;
	return push(t, "", row ? row->ours : word);
}

/* An option of the command; @glued: the argument that is attached to it, or NULL. */
static int translate_known(struct translation *t, const struct option_row *row, const char *glued)
{
	const char *value = glued ?: row->type == OPTION_WAIT ? NULL : take_next(t);
	const struct foreign_word *other =
		value ? foreign_words_find(FOREIGN_VALUE, row->name, value) : NULL;
	_cleanup_free_ char *text = NULL;

	if (!value && row->type != OPTION_WAIT)
		return -1;
	t->is_foreign |= other != NULL;
	if (string_format(&text, "--%s%s%s", row->name, value ? "=" : "",
			  other ? other->ours : value ?: "") < 0)
		return -1;
	return push(t, "", text);
}

static const struct foreign_word *find_option(const struct translation *t, const char *name)
{
	const char *command = t->command ? t->command->name : "";

	return foreign_words_find(FOREIGN_OPTION, command, name)
		       ?: foreign_words_find(FOREIGN_WITH_ARGUMENT, command, name);
}

/* @glued: as above. */
static int translate_foreign(struct translation *t, const struct foreign_word *row,
			     const char *glued)
{
	const char *argument;

	t->is_foreign = true;
	if (row->place == FOREIGN_OPTION)
		return glued ? -1 : push(t, "", row->ours);
	argument = glued ?: take_next(t);
	return argument ? push(t, row->ours, argument) : -1;
}

static int translate_option(struct translation *t, const char *word)
{
	bool is_long = word[1] == '-';
	const char *equals = is_long ? strchr(word, '=') : NULL;
	size_t length = equals ? (size_t)(equals - word) : is_long ? strlen(word) : 2;
	const char *glued = equals ? equals + 1 : word[length] ? word + length : NULL;
	_cleanup_free_ char *name = strndup(word, length);
	const struct option_row *row;
	const struct foreign_word *foreign;

	if (!name)
		return -1;
	row = is_long ? options_find(&t->known, name + 2, length - 2)
		      : options_find_letter(&t->known, name[1]);
	foreign = find_option(t, name);
	if (foreign && (!row || t->from_other))
		return translate_foreign(t, foreign, glued);
	if (!row)
		return -1;
	/* Other letters may be attached. */
	return options_has_argument(row) ? translate_known(t, row, glued) : push(t, "", word);
}

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

static int translate_leading_options(struct translation *t)
{
	int r = 0;

	while (r == 0 && t->n && is_option(*t->words))
		r = translate_option(t, take_next(t));
	return r < 0 || !t->n ? -1 : 0;
}

static int translate_words(struct translation *t)
{
	const char *word;
	int r = 0;

	while (r == 0 && (word = take_next(t)))
		r = is_option(word) ? translate_option(t, word) : translate_operand(t, word);
	return r < 0 || t->waits ? -1 : 0;
}

/* @rest: " --from=", what the translation of a command has behind the name of ours. */
static int translate_rest(struct translation *t, const char *rest)
{
	if (*rest == ' ')
		rest++;
	if (*rest && rest[strlen(rest) - 1] == '=')
		t->waits = rest;
	return t->waits ? 0 : push(t, "", rest);
}

/* The command of the words, and what a foreign name of it stands for. */
static int translate_command(struct translation *t, const struct command *const *commands)
{
	const struct foreign_word *row;
	size_t used;

	t->command = command_find(commands, t->words, t->n, &used, NULL);
	if (t->command) {
		t->words += used;
		t->n -= used;
		return 0;
	}
	row = foreign_words_find(FOREIGN_COMMAND, NULL, take_next(t));
	if (!row)
		return -1;
	t->is_foreign = t->from_other = true;
	for (size_t i = 0; !t->command && commands[i]; i++)
		if (starts_with(row->ours, commands[i]->name))
			t->command = commands[i];
	return t->command ? translate_rest(t, row->ours + strlen(t->command->name)) : -1;
}

/* Add a word for a shell. Return: whether double quotes are enough for it. */
static bool add_translated(struct string *line, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_=+,./:@%";
	bool quote = !word[0] || word[strspn(word, plain)];

	string_add(line, quote ? " \"%s\"" : " %s", word);
	return !strpbrk(word, "\"$`\\!'");
}

static char *print_words(const struct translation *t)
{
	_cleanup_(string_done) struct string line = { 0 };
	bool good = true;

	string_add(&line, "daxbus %s", t->command->name);
	for (size_t i = 0; i < t->options.n; i++)
		good &= add_translated(&line, t->options.items[i]);
	for (size_t i = 0; i < t->operands.n; i++)
		good &= add_translated(&line, t->operands.items[i]);
	return good ? string_take(&line) : NULL;
}

/* Whether the command accepts the words. */
static bool is_accepted(const struct translation *t)
{
	_cleanup_free_ void *base = calloc(1, t->command->options_size + 1);
	_cleanup_(options_done) struct options o = { 0 };
	struct common_options common = { 0 };
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	size_t n = t->operands.n;
	int r;

	if (!base || n < t->command->min_operands || n > t->command->max_operands)
		return false;
	command_add_options(t->command, &o, base, &common);
	r = options_parse(&o, t->options.items, t->options.n, &error);
	daxbus_error_done(&error);
	return r == 0;
}

/* From now on, the options are those of the command, or if it is NULL, those of every command. */
static void set_known(struct translation *t)
{
	/* Nothing is parsed into it. */
	static struct common_options common;

	options_done(&t->known);
	command_add_options(t->command, &t->known, NULL, &common);
}

char *translate_command_line(const struct command *const *commands, char **words, size_t n)
{
	_cleanup_(translation_done) struct translation t = { .words = words, .n = n };

	set_known(&t);
	if (translate_leading_options(&t) < 0 || translate_command(&t, commands) < 0)
		return NULL;
	set_known(&t);
	if (translate_words(&t) < 0 || !t.is_foreign || !is_accepted(&t))
		return NULL;
	return print_words(&t);
}
