/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_TRANSLATE_H
#define DAXBUS_CLI_TRANSLATE_H

#include "cli/command.h"

/*
 * translate_command_line() - write a command line with foreign words in the words of daxbus
 * @commands: all commands, with NULL at the end
 * @words: the command line without the name of the tool
 * @n: its length
 *
 * Return: a command line for a shell, owned by the caller. NULL if no word is a foreign one, if not
 * all words can be translated, or if memory runs out.
 */
char *translate_command_line(const struct command *const *commands, char **words,
			     size_t n) _must_check_;

#endif
