/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row bind_options[] = {
	{ .name = "driver", .argument = "NAME",
	  .help = "bind to this driver of the dax bus (default: chosen by the kernel)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(driver), .setting = true,
	  .complete = COMPLETE_DRIVERS },
	CHANGE_FORCE_ROW,
	CHANGE_SAVE_ROW,
};

static const struct option_row unbind_options[] = {
	CHANGE_FORCE_ROW,
	CHANGE_SAVE_ROW,
};
/* clang-format on */

const struct command bind_command = {
	.name = "bind",
	.summary = "bind devices to a driver by name",
	.description =
		"Bind the selected devices to any driver of the dax bus, with the same safety checks "
		"for memory and kernel as 'daxbus reconfigure'.",
	.examples = {
		{ "daxbus bind dax0.0", "bind a device to the driver that the kernel chooses" },
		{ "daxbus bind --driver=device_dax driver=none",
		  "bind all devices without a driver to device_dax" },
	},
	COMMAND_OPTIONS(bind_options),
	.devices = "model=bus",
	.action = DAXBUS_BIND,
	CHANGE_OF_DEVICES,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = change_common_run,
};

const struct command unbind_command = {
	.name = "unbind",
	.summary = "unbind devices from their drivers",
	.description =
		"Unbind the selected devices from their drivers. A device in kmem with online "
		"memory blocks is refused, because its memory would be lost until the next reboot.",
	.examples = {
		{ "daxbus unbind dax0.0", "unbind a device from its driver" },
		{ "daxbus unbind region1", "unbind every device of a region" },
	},
	COMMAND_OPTIONS(unbind_options),
	.devices = "driver=*",
	.action = DAXBUS_UNBIND,
	CHANGE_OF_DEVICES,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = change_common_run,
};
