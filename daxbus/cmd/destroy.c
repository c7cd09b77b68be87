/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row options[] = {
	CHANGE_FORCE_ROW,
};
/* clang-format on */

static const struct example examples[] = {
	{ "daxbus destroy dax0.1", "give its memory back to the region, and delete it" },
	{ "daxbus destroy 'dax0.*' --dry-run", "what would be done to all devices of a region" },
};

const struct command destroy_command = {
	.name = "destroy",
	.summary = "give the memory of devices back to their regions, and delete them",
	.description =
		"Unbind the selected devices, their memory taken offline first, give their memory "
		"back to their regions and delete them. The first device of a region cannot be "
		"deleted, and is left without memory. The data is not erased; but a device on "
		"persistent memory goes with its namespace and all that it holds, which takes "
		"--force. 'all' selects every device.",
	.examples = examples,
	.n_examples = ARRAY_SIZE(examples),
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.devices = "dynamic=yes",
	.action = DAXBUS_DESTROY,
	CHANGE_OF_DEVICES,
	.run = change_run,
};
