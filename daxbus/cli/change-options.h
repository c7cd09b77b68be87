/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_CHANGE_OPTIONS_H
#define DAXBUS_CLI_CHANGE_OPTIONS_H

#include "base/strv.h"
#include "cli/options.h"

/* Options of all changing commands; each command uses those for which it has rows. */
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
	const char *memdev;
	const char *granularity;
	const char *root;
	struct strv mappings;
	const char *wait;
	const char *timeout;
	const char *confirm; /* seconds until then */
	const char *huge_pages;
	const char *purpose;
	bool make_room;
	bool drop_caches;
	bool force;
	bool forget;
	bool now;
	bool dry_run;
	bool progress;
	bool save;
	bool regions;
	bool yield;
};

#define CHANGE_MEMBER(member) offsetof(struct change_options, member)

/* clang-format off */
/* The row of commands with refusals that can be overridden. */
#define CHANGE_FORCE_ROW                                                                        \
	{ .name = "force", .help = "override refusals that allow it; safety checks for "        \
				   "memory and kernel cannot be overridden",                    \
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(force), .setting = true }

/* The row of commands that change devices by their operands. */
#define CHANGE_SAVE_ROW                                                                         \
	{ .name = "save", .help = "after success, write the policy of the changed regions, as "  \
				  "'daxbus policy save' does (default: only change devices)",   \
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(save) }

/* The rows of commands that make room: what this may do to the rest of the machine. */
#define CHANGE_ROOM_ROWS                                                                        \
	{ .name = "huge-pages", .help = "move pools of huge pages to other nodes, or shrink them, to " \
					"make room (default: leave them; the kernel dissolves free ones)", \
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(huge_pages), .setting = true,          \
	  .value = DAXBUS_OFFLINE, .complete = COMPLETE_CHOICES },                              \
	{ .name = "drop-caches", .help = "drop the clean caches of all nodes to make room, if the " \
					 "kernel cannot drop those of one (default: only of one)", \
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(drop_caches), .setting = true }

/* Members of the commands that change selected devices. */
#define CHANGE_OF_DEVICES                                                                       \
	.operands = "SELECTOR...",                                                              \
	.min_operands = 1,                                                                      \
	.max_operands = SIZE_MAX,                                                               \
	.complete = COMPLETE_SELECTORS,                                                         \
	.options_size = sizeof(struct change_options)
/* clang-format on */

/* The rows of all changing commands; the last one is --timeout, see COMMAND_OWN_TIMEOUT. */
extern const struct option_row change_options_rows[];
extern const size_t change_options_n_rows;

#endif
