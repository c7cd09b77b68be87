/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_OPTIONS_H
#define DAXBUS_CLI_OPTIONS_H

/*
 * Options are rows of tables. From a row follow how the option is parsed, its line in --help and in
 * the manual page, what it excludes, and what completes it.
 *
 * To add an option: a member in the command's struct of options, and a row in its table. Released
 * options are never changed or removed, and a letter means the same in every command. No option
 * takes an optional argument, but for --wait: alone it waits for ever, and --wait=SECONDS that
 * long.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/string.h"
#include "base/strv.h"
#include "base/util.h"
#include "daxbus.h"

/*
 * enum option_type - what an option does with the struct of options
 * @OPTION_FLAG: sets a bool
 * @OPTION_SET: sets an int to the row's value
 * @OPTION_STRING: takes an argument, a const char *; given twice, the last one counts
 * @OPTION_STRINGS: the same with a struct strv; given twice, both count, in that order
 * @OPTION_WAIT: the same with an argument that may be left out, and is taken behind '=' only: the
 * word that follows would be an operand as well. Left out it is the row's @absent
 */
enum option_type {
	OPTION_FLAG,
	OPTION_SET,
	OPTION_STRING,
	OPTION_STRINGS,
	OPTION_WAIT,
};

/* What completes an argument or an operand. */
enum completion {
	COMPLETE_NOTHING,
	COMPLETE_FOLDERS,
	COMPLETE_FILES,
	COMPLETE_COMMANDS,
	COMPLETE_COLUMNS,
	COMPLETE_SELECTORS,
	COMPLETE_REGIONS,
	COMPLETE_CHOICES,
	COMPLETE_DRIVERS,
};

/* Options that share one of these exclude each other. */
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
};

/*
 * struct option_row - an option
 * @name: its long name
 * @letter: its letter, or 0
 * @type: see above
 * @offset: its member in the struct of options
 * @value: for OPTION_SET; for COMPLETE_CHOICES the enum daxbus_action whose setting @name it is
 * @argument: name of its argument in help, for those that take one; NULL for COMPLETE_CHOICES,
 * where it is the words that the library takes
 * @absent: for OPTION_WAIT
 * @setting: the library's request has a setting of that name
 * @help: what it does, one line of --help, not a sentence
 * @excludes: bits of enum exclusion
 * @excluded: likewise: by options that exclude these, while those that are excluded so go together
 * @complete: what completes its argument
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

/* Rows, and the struct that they set. */
struct option_table {
	const struct option_row *rows;
	size_t n;
	void *base;
};

#define OPTION_TABLES_MAX 4

/*
 * struct options - a command line while it is parsed
 * @tables: the options that there are
 * @n_tables: how many tables
 * @until_operand: stop in front of the first operand
 * @seen: a bit for each row that was given
 * @pending: the option at the very end whose argument is missing, or NULL
 * @only_operands: "--" was seen
 * @operands: what is no option; borrowed from the command line
 * @used: words of the command line that were consumed
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
extern const struct option_row common_options[];
extern const size_t n_common_options;
/* The row for commands that have --json. */
extern const struct option_row json_option;

void options_add_table(struct options *o, const struct option_row *rows, size_t n, void *base);

/*
 * options_parse() - parse a command line
 * @o: tables are set, the rest is zero; release with options_done()
 * @words: the command line
 * @n: its length
 * @error: receives the first thing that is wrong
 *
 * Operands may stand between options. The rest is parsed after a mistake too, so that --help and
 * --json count where they stand behind it.
 *
 * Return: 0; -EINVAL when the command line is wrong; -ENOMEM.
 */
int options_parse(struct options *o, char **words, size_t n, struct daxbus_error *error);
/* Also what OPTION_STRINGS put into the structs of options, which must still be there. */
void options_done(struct options *o);

/* The row at @i, counted over all tables, or NULL behind the last. */
const struct option_row *options_row(const struct options *o, size_t i);

/* The row of a long name (of @length letters), or NULL. */
const struct option_row *options_find(const struct options *o, const char *name, size_t length);

/* Whether @row takes an argument. */
bool option_has_argument(const struct option_row *row);

/* What its argument is, for people: "COLUMN,..." or "movable|kernel". */
void option_add_argument(struct string *text, const struct option_row *row);

/*
 * What @row was given, the argument at @i: NULL behind the last, "yes" for OPTION_FLAG. Only
 * OPTION_STRINGS has more than one.
 */
const char *option_get(const struct option_row *row, const void *base, size_t i);

/* Whether @row cannot be given any more because of what was. */
bool options_is_excluded(const struct options *o, const struct option_row *row);

#endif
