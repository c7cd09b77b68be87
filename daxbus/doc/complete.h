/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DOC_COMPLETE_H
#define DAXBUS_DOC_COMPLETE_H

#include "base/strv.h"
#include "cli/command.h"

/*
 * struct completion_state - the last word of a command line
 * @session: where candidates go, and which tree devices come from
 * @command: the command, or NULL as long as there is none
 * @group: without a command, the first word of the names of several, or NULL
 * @options: the words before it, parsed
 * @columns_of: the objects whose fields may be named as columns
 * @keep: beginning of the word that stays ("--output=DEVICE,"), @n_keep bytes
 * @prefix: the rest, which candidates begin with
 */
struct completion_state {
	struct session *session;
	const struct command *command;
	const char *group;
	struct options options;
	enum daxbus_kind columns_of;
	const char *keep;
	size_t n_keep;
	const char *prefix;
};

/*
 * Offer @candidate with @suffix where it begins with what was typed. Return: whether it does.
 */
bool complete_offer(const struct completion_state *c, const char *candidate, const char *suffix);

/*
 * What the bus, or the captured tree, has: @field of the devices of @selector (NULL: of all), and
 * regions. NULL when it cannot be read.
 */
struct daxbus_snapshot *complete_scan(const struct completion_state *c, const char *selector,
				      const struct daxbus_field *field);

/* Add the texts that devices have in @field to @values, each once. Return: 0; -ENOMEM. */
int complete_collect(const struct completion_state *c, const struct daxbus_field *field,
		     struct strv *values);

/* The words of a setting, of a mode those that the devices on the command line can have. */
void complete_choices(const struct completion_state *c, const struct option_row *row);
void complete_drivers(const struct completion_state *c);

#endif
