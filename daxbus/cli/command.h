/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_COMMAND_H
#define DAXBUS_CLI_COMMAND_H

/*
 * A command is constant data and a function. To add a command, see "A command" in CONTRIBUTING.md;
 * in short:
 *
 * 1. daxbus/cmd/NAME.c: a struct of options and its table (cli/options.h; changing commands share
 *    those of cli/change-options.h), the function, and at the end the const struct command;
 * 2. its declaration in cmd/commands.h and its name in the array in commands.c, in the order of
 *    --help;
 * 3. the file in daxbus/Makemodule.am;
 * 4. Documentation/daxbus-NAME.1.adoc, which includes the generated list of its options; a group
 *    has one page;
 * 5. test/cli/NAME.bats for tests that require no kernel, and test/vm for the others.
 *
 * Parsing, --help, suggestions, the options in the manual page and completion follow from the data.
 * A command prints its results to session->out and returns a status. On failure it sets
 * session->error, which main() prints to standard error and, with --json, as a document. A command
 * does not exit and does not write to standard output.
 */

#include "cli/options.h"
#include "cli/session.h"

/*
 * enum command_flags - properties of a command
 * @COMMAND_JSON: it has --json
 * @COMMAND_FIELDS: its --help ends with the list of columns
 * @COMMAND_CHANGES: it changes devices: it has the options of change-options.h, and its struct of
 * options is struct change_options
 * @COMMAND_HIDDEN: --help and completion do not list it
 * @COMMAND_ROOT: with COMMAND_CHANGES, --dry-run requires root too: planning reads addresses, or
 * the journal
 * @COMMAND_OWN_TIMEOUT: with COMMAND_CHANGES, its --timeout is an option of its own
 */
enum command_flags {
	COMMAND_JSON = 1 << 0,
	COMMAND_FIELDS = 1 << 1,
	COMMAND_CHANGES = 1 << 2,
	COMMAND_HIDDEN = 1 << 3,
	COMMAND_ROOT = 1 << 4,
	COMMAND_OWN_TIMEOUT = 1 << 5,
};

#define COMMAND_EXAMPLES_MAX 7

/* A command line for the end of --help, and its effect. */
struct example {
	const char *line;
	const char *help;
};

/*
 * struct command - a command
 * @name: its name; one of a group has two words, "migrate status"
 * @operands: its operands in the synopsis ("[SELECTOR...]"), or NULL
 * @summary: one line, a verb phrase
 * @description: the paragraph of --help
 * @examples: the last one is followed by an empty row
 * @options: its own @n_options options, set in a zeroed struct of @options_size bytes
 * @min_operands: fewer operands are an error
 * @max_operands: more operands are an error
 * @complete: how to complete its operands
 * @devices: selector of the devices that completion offers first; NULL for all
 * @action: for COMMAND_CHANGES, the action of its requests to the library
 * @columns_of: the kind of the objects that its options show as columns, or NULL
 * @flags: bits of enum command_flags
 * @run: runs the command; @options is the struct
 */
struct command {
	const char *name;
	const char *operands;
	const char *summary;
	const char *description;
	struct example examples[COMMAND_EXAMPLES_MAX + 1];
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
	enum status (*run)(struct session *s, const void *options);
};

/* The members of a command that has options. */
#define COMMAND_OPTIONS(rows) .options = (rows), .n_options = ARRAY_SIZE(rows)

/*
 * The command at @i in --help; NULL after the last. @commands: all commands, the hidden ones last,
 * then NULL.
 */
const struct command *command_at(const struct command *const *commands, size_t i);

/*
 * command_find() - find the command at the start of a list of words
 * @commands: all commands, with NULL at the end
 * @words: one word may be the whole name, "migrate status"
 * @n: at least 1
 * @ret_used: receives the number of words in its name
 * @error: receives the reason if there is no such command; or NULL
 *
 * Return: the command, or NULL.
 */
const struct command *command_find(const struct command *const *commands, char *const *words,
				   size_t n, size_t *ret_used, struct daxbus_error *error);

/* The second word of the name if the first one is @first, else NULL. */
const char *command_second_word(const struct command *command, const char *first);

/* How many rows of change_options_rows a command has; 0 if it changes no devices. */
size_t command_n_change_options(const struct command *command);

/* Add the tables of all options of @command; NULL: of the options before the name of the command.
 */
void command_add_options(const struct command *command, struct options *o, void *base,
			 struct common_options *common);

#endif
