/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/change-options.h"

/* clang-format off */
const struct option_row change_rows[] = {
	{ .name = "dry-run", .help = "show the steps and touch nothing; any user may",
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(dry_run), .excludes = EXCLUDE_RECOVERY },
	{ .name = "wait", .argument = "SECONDS", .absent = "forever",
	  .help = "wait while another daxbus changes something: SECONDS, or for ever",
	  .type = OPTION_WAIT, .offset = CHANGE_MEMBER(wait), .setting = true },
	{ .name = "progress",
	  .help = "lines on standard error that tell how far it is; on a terminal one line does "
		  "without asking",
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(progress) },
};
/* clang-format on */
const size_t n_change_rows = ARRAY_SIZE(change_rows);
