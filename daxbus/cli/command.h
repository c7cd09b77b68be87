/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_COMMAND_H
#define DAXBUS_CLI_COMMAND_H

/*
 * A command is constant data and a function. To add one:
 *
 * 1. a file of its name, with its options (a struct and a table, see options.h), its function,
 *    and at the end the const struct command, declared below and named in the array of commands.c,
 *    where --help shows it;
 * 2. the file in daxbus/Makemodule.am;
 * 3. a manual page, Documentation/daxbus-NAME.1.adoc, that includes the generated list of its
 *    options; a group has one page;
 * 4. tests: test/cli/NAME.bats for what needs no kernel; test/vm for what does.
 *
 * Parsing, --help, "did you mean", the man page's options and the completion follow from the data.
 * A command prints results to session->out and returns a status; what failed goes into
 * session->error, and main() says it, as a sentence on standard error and, with --json, as a
 * document. No command exits, or writes to standard output itself.
 */

#include "cli/options.h"
#include "cli/session.h"

/*
 * enum command_flags - what the dispatcher does for a command
 * @COMMAND_JSON: it has --json
 * @COMMAND_FIELDS: its --help ends with the fields that are columns
 * @COMMAND_CHANGES: it changes devices: it has the options of change-options.h, its struct of
 * options is struct change_options
 * @COMMAND_HIDDEN: neither --help nor the completion offers it
 */
enum command_flags {
	COMMAND_JSON = 1 << 0,
	COMMAND_FIELDS = 1 << 1,
	COMMAND_CHANGES = 1 << 2,
	COMMAND_HIDDEN = 1 << 3,
};

/* A command line for the end of --help, and what it does. */
struct example {
	const char *line;
	const char *help;
};

/*
 * struct command - a command
 * @name: its name; one of a group has two words, "migrate status"
 * @operands: what follows it, as the synopsis shows it ("[SELECTOR...]"), or NULL
 * @summary: what it does, one line, not a sentence
 * @description: the paragraph of --help
 * @examples: @n_examples of them
 * @options: its own @n_options options, set in a struct of @options_size bytes that starts as zero
 * @min_operands: fewer operands are a mistake
 * @max_operands: more too
 * @complete: what completes its operands
 * @devices: a selector of the devices that it is for, which completion offers before others; NULL
 * for all
 * @action: for COMMAND_CHANGES, what it asks of the library
 * @columns_of: the objects whose fields its options name as columns, or NULL
 * @flags: bits of enum command_flags
 * @run: does it; @options is the struct, @operands are the words of the command line
 */
struct command {
	const char *name;
	const char *operands;
	const char *summary;
	const char *description;
	const struct example *examples;
	size_t n_examples;
	const struct option_row *options;
	size_t n_options;
	size_t options_size;
	size_t min_operands;
	size_t max_operands;
	enum completion complete;
	const char *devices;
	enum daxbus_action action;
	enum daxbus_kind (*columns_of)(const void *options);
	unsigned int flags;
	enum status (*run)(struct session *s, const void *options, char **operands,
			   size_t n_operands);
};

/*
 * The commands of --help, in its order; NULL after the last. @commands: all, with NULL at the end;
 * hidden ones come last.
 */
const struct command *command_at(const struct command *const *commands, size_t i);

/*
 * command_find() - the command that words begin with
 * @commands: all commands, with NULL at the end
 * @words: one of them may be the whole name, "migrate status"
 * @n: at least 1
 * @ret_used: receives how many of them are its name
 * @error: what is wrong with the name; or NULL
 *
 * Return: the command, or NULL.
 */
const struct command *command_find(const struct command *const *commands, char *const *words,
				   size_t n, size_t *ret_used, struct daxbus_error *error);

/* The second word of a command whose first one is @first; NULL for all others. */
const char *command_second_word(const struct command *command, const char *first);

/*
 * The tables of all options that @command takes; @command is NULL in front of the command's name.
 */
void command_add_options(const struct command *command, struct options *o, void *base,
			 struct common_options *common);

#endif
