/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DOC_HELP_H
#define DAXBUS_DOC_HELP_H

#include <stdio.h>

#include "cli/command.h"

extern const struct command help_command;

/* Print the help of @command, or of the tool if it is NULL. */
void help_print(const struct command *const *commands, const struct command *command, FILE *out);

/* List the commands of the group @first. Return: whether there are any. */
bool help_print_group(const struct command *const *commands, const char *first, FILE *out);

/* Print two lines for an empty command line. */
void help_print_usage(const struct command *const *commands, FILE *out);

#endif
