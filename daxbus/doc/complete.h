/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DOC_COMPLETE_H
#define DAXBUS_DOC_COMPLETE_H

#include "base/strv.h"
#include "cli/command.h"

/*
 * struct completion_state - completion of the last word of a command line
 * @session: has the output for candidates, and the tree of the devices
 * @command: the command, or NULL if it is not known yet
 * @group: without a command, the group of commands on the command line, or NULL
 * @options: the words before the last one, parsed
 * @columns_of: the kind of the objects whose fields are columns
 * @keep: start of the last word that is not completed ("--output=DEVICE,"), @n_keep bytes
 * @prefix: the rest of the word, the prefix of candidates
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

/* Offer @candidate with @suffix if it begins with the prefix. Return: whether it does. */
bool complete_offer(const struct completion_state *c, const char *candidate, const char *suffix);

/*
 * Scan the bus, or the captured tree: @field of the devices of @selector (NULL: of all), and the
 * regions. NULL on failure.
 */
struct daxbus_snapshot *complete_scan(const struct completion_state *c, const char *selector,
				      const struct daxbus_field *field);

/* Add the strings in @field of all devices to @values, without duplicates. Return: 0; -ENOMEM. */
int complete_collect(const struct completion_state *c, const struct daxbus_field *field,
		     struct strv *values);

/* The words of a setting; of a mode, those that are possible for the devices on the command line.
 */
void complete_change_choices(const struct completion_state *c, const struct option_row *row);
void complete_change_drivers(const struct completion_state *c);

#endif
