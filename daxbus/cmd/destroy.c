/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row destroy_options[] = {
	CHANGE_FORCE_ROW,
	CHANGE_SAVE_ROW,
};
/* clang-format on */

const struct command destroy_command = {
	.name = "destroy",
	.summary = "return the memory of devices to their regions and delete them",
	.description =
		"Take the memory of the selected devices offline, unbind the devices, return their "
		"memory to their regions and delete them. The first device of a region cannot be "
		"deleted; it remains without memory. A CXL region that is named (region0) is destroyed "
		"with its devices, and its memory devices are free again. The data is not erased. A device on persistent "
		"memory is deleted with its namespace and all data in it, which requires --force. "
		"'all' selects every device.",
	.examples = {
		{ "daxbus destroy dax0.1", "return its memory to the region and delete it" },
		{ "daxbus destroy region1", "destroy a CXL region with its devices" },
		{ "daxbus destroy 'dax0.*' --dry-run", "print the plan for all devices of a region" },
	},
	COMMAND_OPTIONS(destroy_options),
	.devices = "dynamic=yes",
	.action = DAXBUS_DESTROY,
	CHANGE_OF_DEVICES,
	.flags = COMMAND_JSON | COMMAND_CHANGES | COMMAND_ROOT,
	.run = change_common_run,
};
