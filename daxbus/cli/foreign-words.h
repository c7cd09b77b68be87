/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_FOREIGN_WORDS_H
#define DAXBUS_CLI_FOREIGN_WORDS_H

#include <stddef.h>

/*
 * Words of other tools, above all daxctl, and words that people type first: commands, options,
 * operands and arguments of options, each with the words of daxbus for it. They are suggested,
 * never accepted.
 */

/*
 * enum foreign_place - where a word stands
 * @FOREIGN_COMMAND: the name of a command
 * @FOREIGN_OPTION: an option
 * @FOREIGN_WITH_ARGUMENT: an option with an argument
 * @FOREIGN_OPERAND: an operand
 * @FOREIGN_VALUE: the argument of an option of daxbus
 */
enum foreign_place {
	FOREIGN_COMMAND,
	FOREIGN_OPTION,
	FOREIGN_WITH_ARGUMENT,
	FOREIGN_OPERAND,
	FOREIGN_VALUE,
};

/*
 * struct foreign_word - a row of the table
 * @of: the command of daxbus for which the row holds, NULL for all; for FOREIGN_VALUE, the name of
 * the option
 * @theirs: the word
 * @ours: what to type instead, "" for nothing. The argument of the option is appended to it; if it
 * ends with '=', so is the first operand of a command
 */
struct foreign_word {
	enum foreign_place place;
	const char *of;
	const char *theirs;
	const char *ours;
};

/* The row at @i; NULL after the last one. */
const struct foreign_word *foreign_words_at(size_t i);
/* The row of a word in a command (or option) @of of daxbus, or NULL. */
const struct foreign_word *foreign_words_find(enum foreign_place place, const char *of,
					      const char *theirs);

#endif
