/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CHANGE_H
#define DAXBUS_OUTPUT_CHANGE_H

/* What became of each device: words, text, JSON and the system's log. */

#include "base/string.h"
#include "cli/command.h"

/* What a result is about, for people: the device, or the file. */
static inline const char *change_subject(const struct daxbus_result *result)
{
	return result->device ? result->device : result->file;
}

/* The word of a verdict, as in JSON: "changed". */
const char *change_word(enum daxbus_verdict verdict);
/* Whether all is well with the device: it is as it was asked for, or would be. */
bool change_is_good(enum daxbus_verdict verdict);
/*
 * The same for people: "created" of a device that was changed, where the command has a word for it.
 */
const char *change_verb(const struct command *command, enum daxbus_verdict verdict);
/*
 * "devdax -> kmem", "kmem" when that stays; of a device that was not there before, or is not any
 * more, the mode that it has, or had.
 */
void change_add_modes(struct string *text, const struct command *command,
		      const struct daxbus_result *result);

/* A result as text: on standard output when all is well, else on standard error. */
void change_print(struct session *s, const struct daxbus_result *result, bool with_steps);
/* All of them as a document. */
int change_print_json(struct session *s, const struct daxbus_outcome *outcome, bool dry_run);
/* A line in the system's log when the device was touched. */
void change_log(struct session *s, const struct daxbus_result *result);

#endif
