/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/command.h"

#include <errno.h>

#include "base/string.h"
#include "cli/change-options.h"
#include "cli/foreign-words.h"
#include "cli/suggest.h"

const struct command *command_at(const struct command *const *commands, size_t i)
{
	return commands[i] && !(commands[i]->flags & COMMAND_HIDDEN) ? commands[i] : NULL;
}

const char *command_second_word(const struct command *command, const char *first)
{
	size_t length = strlen(first);

	return strncmp(command->name, first, length) == 0 && command->name[length] == ' '
		       ? command->name + length + 1
		       : NULL;
}

/* @word is not a command; @first: the word of a group before it, or NULL. */
static void fail_unknown_command(const struct command *const *commands, const char *first,
				 const char *word, struct daxbus_error *error)
{
	struct suggestion suggestion = { .word = word };
	const struct foreign_word *row =
		first ? NULL : foreign_words_find(FOREIGN_COMMAND, NULL, word);

	for (size_t i = 0; command_at(commands, i); i++) {
		const char *name =
			first ? command_second_word(commands[i], first) : commands[i]->name;

		if (name)
			suggest_try(&suggestion, name);
	}
	session_fail(error, -EINVAL, "unknown command '%s%s%s'", first ?: "", first ? " " : "",
		     word);
	suggest_add(error, "", row ? row->ours : suggestion.best);
}

/* "'migrate' requires a subcommand: status, scan". Return: whether it is a group. */
static bool fail_incomplete_command(const struct command *const *commands, const char *first,
				    struct daxbus_error *error)
{
	struct string text = { 0 };
	_cleanup_free_ char *list = NULL;

	for (size_t i = 0; commands[i]; i++) {
		const char *second = command_second_word(commands[i], first);

		if (second)
			string_add(&text, "%s%s", text.length ? ", " : "", second);
	}
	if (!text.length)
		return false;
	list = string_take(&text);
	session_fail(error, -EINVAL, "'%s' requires a subcommand: %s", first, list ? list : "");
	return true;
}

static const struct command *find_two(const struct command *const *commands, const char *first,
				      const char *second)
{
	for (size_t i = 0; commands[i]; i++) {
		const char *word = command_second_word(commands[i], first);

		if (word && streq(word, second))
			return commands[i];
	}
	return NULL;
}

static const struct command *find_one(const struct command *const *commands, const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (streq(name, commands[i]->name))
			return commands[i];
	return NULL;
}

const struct command *command_find(const struct command *const *commands, char *const *words,
				   size_t n, size_t *ret_used, struct daxbus_error *error)
{
	const struct command *command = find_one(commands, words[0]);

	*ret_used = 1;
	if (!command && n > 1) {
		command = find_two(commands, words[0], words[1]);
		*ret_used = 2;
	}
	if (command || !error)
		return command;
	if (!fail_incomplete_command(commands, words[0], error))
		fail_unknown_command(commands, NULL, words[0], error);
	else if (n > 1 && words[1][0] != '-')
		fail_unknown_command(commands, words[0], words[1], error);
	return NULL;
}

size_t command_n_change_options(const struct command *command)
{
	if (!(command->flags & COMMAND_CHANGES))
		return 0;
	return change_options_n_rows - (command->flags & COMMAND_OWN_TIMEOUT ? 1 : 0);
}

void command_add_options(const struct command *command, struct options *o, void *base,
			 struct common_options *common)
{
	if (command)
		options_add_table(o, command->options, command->n_options, base);
	if (command && command->flags & COMMAND_CHANGES)
		options_add_table(o, change_options_rows, command_n_change_options(command), base);
	if (command && command->flags & COMMAND_JSON)
		options_add_table(o, &options_json, 1, common);
	options_add_table(o, options_common, options_n_common, common);
}
