/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DOC_INTROSPECT_H
#define DAXBUS_DOC_INTROSPECT_H

#include "cli/command.h"

extern const struct command introspect_command;

/*
 * complete() - print candidates for the last word of a command line
 * @s: the session
 * @words: the command line without the name of the tool; the last word may be incomplete
 * @n: at least 1
 *
 * Prints one candidate per line. Lines that start with a colon are for the shell: ":directories"
 * and
 * ":files" request names of files, ":nospace" means that the word may continue.
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
