/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CHANGE_H
#define DAXBUS_OUTPUT_CHANGE_H

/* Results of changes: words, text, JSON and the system log. */

#include "base/string.h"
#include "cli/command.h"
#include "model/forecast.h"

/* The subject of a result, for people: the device, or the file. */
static inline const char *change_subject(const struct daxbus_result *result)
{
	return result->device ?: result->file ?: "?";
}

/* The word of a status, as in JSON: "changed". */
const char *change_text_word(enum daxbus_status status);
/* Whether the device is in the requested state, or is planned to be. */
bool change_text_is_good(enum daxbus_status status);
/* The same for people: "created" instead of "changed" if the command has such a word. */
const char *change_text_verb(const struct command *command, const struct daxbus_result *result);
/*
 * "devdax -> kmem", or "kmem" if it does not change; for a device that was created or destroyed,
 * its mode.
 */
void change_text_add_modes(struct string *text, const struct command *command,
			   const struct daxbus_result *result);

/* Print a result as text: on standard output if it is good, else on standard error. */
void change_text_print(struct session *s, const struct daxbus_result *result, bool with_steps);
/* Print all results as a document, with forecasts; NULL: null. */
int change_json_print(struct session *s, const struct daxbus_results *results, bool dry_run,
		      const struct forecasts *forecasts);
/* Write a line to the system log if the device was changed. */
void change_log_write(struct session *s, const struct daxbus_result *result);

#endif
