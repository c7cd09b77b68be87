/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DOC_INTROSPECT_H
#define DAXBUS_DOC_INTROSPECT_H

#include "cli/command.h"

extern const struct command introspect_command;

/*
 * complete() - print what may stand in place of the last word of a command line
 * @s: the session
 * @words: the command line without the tool's name; the last word is as far as it is typed
 * @n: at least 1
 *
 * A line for each candidate. A line that starts with a colon is for the shell: ":folders", offer
 * names of folders;
 * ":nospace", the word may go on.
 */
void complete(struct session *s, char **words, size_t n);

/* AsciiDoc lists for the manual pages. */
void adoc_commands(const struct command *const *commands, FILE *out);
void adoc_options(FILE *out, const struct command *command);
void adoc_examples(FILE *out, const struct command *command);
void adoc_fields(FILE *out, enum daxbus_kind kind);
void adoc_exit(FILE *out);

/* The keys of a row of change_keys.h. */
struct change_key;
void adoc_keys(FILE *out, const struct change_key *keys, size_t n);

/* The JSON Schemas of list's document, of the changing commands' of migrate status's and of
 * migrate scan's. */
int schema_print_list(FILE *out, struct daxbus_error *error);
int schema_print_change(FILE *out, struct daxbus_error *error);
int schema_print_migration(FILE *out, struct daxbus_error *error);
int schema_print_scan(FILE *out, struct daxbus_error *error);

#endif
