/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/change-options.h"

/* clang-format off */
const struct option_row change_options_rows[] = {
	{ .name = "dry-run", .help = "print the planned steps without changing anything",
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(dry_run), .excludes = EXCLUDE_RECOVERY },
	{ .name = "wait", .argument = "SECONDS", .absent = "forever",
	  .help = "wait up to SECONDS, or indefinitely, for a running daxbus to finish (default: do not "
		  "wait)",
	  .type = OPTION_WAIT, .offset = CHANGE_MEMBER(wait), .setting = true },
	{ .name = "progress",
	  .help = "print progress lines to standard error (default: one line, on a terminal only)",
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(progress) },
	{ .name = "timeout", .argument = "SECONDS",
	  .help = "give up taking a memory block offline if none of its data moves for SECONDS, or never "
		  "with forever (default: 30)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(timeout), .setting = true },
};
/* clang-format on */
const size_t change_options_n_rows = ARRAY_SIZE(change_options_rows);
