/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_OPTIONS_H
#define DAXBUS_CLI_OPTIONS_H

/*
 * Options are rows of tables. Parsing, the line in --help and in the manual page, exclusion and
 * completion of an option follow from its row.
 *
 * To add an option, add a member to the struct of options of the command and a row to its table
 * ("An option" in CONTRIBUTING.md). Never change or remove a released option. A letter means the
 * same in every command. Only --wait has an optional argument: --wait waits indefinitely,
 * --wait=SECONDS at most that long.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/string.h"
#include "base/strv.h"
#include "base/util.h"
#include "daxbus.h"

/*
 * enum option_type - how an option sets its member in the struct of options
 * @OPTION_FLAG: sets a bool
 * @OPTION_SET: sets an int to the row's value
 * @OPTION_STRING: stores its argument in a const char *; if given twice, the last one counts
 * @OPTION_STRINGS: appends its argument to a struct strv
 * @OPTION_WAIT: like OPTION_STRING, with an optional argument after '='. Without '=', the next word
 * is an operand, and the value is @absent of the row
 */
enum option_type {
	OPTION_FLAG,
	OPTION_SET,
	OPTION_STRING,
	OPTION_STRINGS,
	OPTION_WAIT,
};

/* How to complete an argument or an operand. */
enum completion {
	COMPLETE_NOTHING,
	COMPLETE_DIRECTORIES,
	COMPLETE_FILES,
	COMPLETE_COMMANDS,
	COMPLETE_COLUMNS,
	COMPLETE_SELECTORS,
	COMPLETE_REGIONS,
	COMPLETE_MEMDEVS,
	COMPLETE_CHOICES,
	COMPLETE_DRIVERS,
};

/* Options that share a bit cannot be combined. */
enum exclusion {
	EXCLUDE_FORMAT = 1 << 0,
	EXCLUDE_VIEW = 1 << 1,
	EXCLUDE_COLUMNS = 1 << 2,
	EXCLUDE_RECOVERY = 1 << 3,
	EXCLUDE_SIZE = 1 << 4,
	EXCLUDE_COUNT = 1 << 5,
	EXCLUDE_LAYOUT = 1 << 6,
	EXCLUDE_FROM = 1 << 7,
	EXCLUDE_NOW = 1 << 8,
	EXCLUDE_MEMDEV = 1 << 9,
	EXCLUDE_ZONE = 1 << 10,
};

/*
 * struct option_row - an option
 * @name: its long name
 * @letter: its letter, or 0
 * @type: see above
 * @offset: its member in the struct of options
 * @value: for OPTION_SET; for COMPLETE_CHOICES the enum daxbus_action whose setting @name it is
 * @argument: name of its argument in help, or NULL; for COMPLETE_CHOICES NULL, because help shows
 * the words that the library accepts
 * @absent: for OPTION_WAIT
 * @setting: requests of the library have a setting of that name
 * @help: a verb phrase without a full stop, with "(default: X)" at its end
 * @excludes: bits of enum exclusion; options that share one cannot be combined
 * @excluded: bits of enum exclusion: options with these in @excludes cannot be combined with this
 * one, but options with these in @excluded can
 * @complete: how to complete its argument
 */
struct option_row {
	const char *name;
	char letter;
	enum option_type type;
	size_t offset;
	int value;
	const char *argument;
	const char *absent;
	bool setting;
	const char *help;
	unsigned int excludes;
	unsigned int excluded;
	enum completion complete;
};

/* Rows, and the struct that they write to. */
struct option_table {
	const struct option_row *rows;
	size_t n;
	void *base;
};

#define OPTION_TABLES_MAX 4

/*
 * struct options - a command line while it is parsed
 * @tables: the known options
 * @n_tables: number of tables
 * @until_operand: stop before the first operand
 * @seen: a bit for each option that was given
 * @pending: the option at the end of the command line whose argument is missing, or NULL
 * @only_operands: "--" was seen
 * @operands: the words that are no options; borrowed from the command line
 * @used: number of words that were parsed
 */
struct options {
	struct option_table tables[OPTION_TABLES_MAX];
	size_t n_tables;
	bool until_operand;
	uint64_t seen;
	const struct option_row *pending;
	bool only_operands;
	char **operands;
	size_t n_operands;
	size_t used;
};

/* Rows of every command, for struct common_options. */
extern const struct option_row options_common[];
extern const size_t options_n_common;
/* The row of commands with COMMAND_JSON. */
extern const struct option_row options_json;

void options_add_table(struct options *o, const struct option_row *rows, size_t n, void *base);

/*
 * options_parse() - parse a command line
 * @o: has its tables; the rest is zero; free with options_done()
 * @words: the command line
 * @n: its length
 * @error: receives the first error
 *
 * Operands and options may be mixed. Parsing continues after an error, so that a later --help or
 * --json takes effect.
 *
 * Return: 0; -EINVAL invalid command line; -ENOMEM.
 */
int options_parse(struct options *o, char **words, size_t n, struct daxbus_error *error);
/* Also frees the lists of OPTION_STRINGS in the structs of options. */
void options_done(struct options *o);

/* The row at @i, counted over all tables, or NULL after the last. */
const struct option_row *options_row(const struct options *o, size_t i);

/* The row of a long name of @length characters, or NULL. */
const struct option_row *options_find(const struct options *o, const char *name, size_t length);
const struct option_row *options_find_letter(const struct options *o, char letter);

/* Whether @row takes an argument. */
bool options_has_argument(const struct option_row *row);

/* Append its argument as help shows it: "COLUMN,..." or "movable|kernel". */
void options_add_argument(struct string *text, const struct option_row *row);

/*
 * The argument at @i that was given to @row; NULL after the last. For OPTION_FLAG it is "yes". Only
 * OPTION_STRINGS can have more than one.
 */
const char *options_get(const struct option_row *row, const void *base, size_t i);

/* Whether an option that was given excludes @row. */
bool options_is_excluded(const struct options *o, const struct option_row *row);

#endif
