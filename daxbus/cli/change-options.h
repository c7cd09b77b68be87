/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_CHANGE_OPTIONS_H
#define DAXBUS_CLI_CHANGE_OPTIONS_H

#include "base/strv.h"
#include "cli/options.h"

/* Options of all changing commands; each takes those that its rows name. */
struct change_options {
	const char *mode;
	const char *online;
	const char *memmap_on_memory;
	const char *size;
	const char *driver;
	const char *region;
	const char *from;
	const char *align;
	const char *count;
	const char *map;
	const char *name;
	const char *root;
	struct strv mappings;
	const char *wait;
	bool force;
	bool forget;
	bool now;
	bool dry_run;
	bool progress;
};

#define CHANGE_MEMBER(member) offsetof(struct change_options, member)

/* clang-format off */
/* A row of a command's table, for those that refuse what can be forced. */
#define CHANGE_FORCE_ROW                                                                        \
	{ .name = "force", .help = "pass over refusals that say so; never over those that "    \
				   "protect memory or the kernel",                              \
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(force), .setting = true }

/* What the commands that change selected devices have in common. */
#define CHANGE_OF_DEVICES                                                                       \
	.operands = "SELECTOR...",                                                              \
	.min_operands = 1,                                                                      \
	.max_operands = SIZE_MAX,                                                               \
	.complete = COMPLETE_SELECTORS,                                                         \
	.options_size = sizeof(struct change_options),                                          \
	.flags = COMMAND_JSON | COMMAND_CHANGES
/* clang-format on */

/* Rows that all of them have. */
extern const struct option_row change_rows[];
extern const size_t n_change_rows;

#endif
