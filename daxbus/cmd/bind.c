/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row bind_options[] = {
	{ .name = "driver", .argument = "NAME",
	  .help = "a driver of the dax bus; without it the kernel chooses",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(driver), .setting = true,
	  .complete = COMPLETE_DRIVERS },
	CHANGE_FORCE_ROW,
};

static const struct option_row unbind_options[] = {
	CHANGE_FORCE_ROW,
};
/* clang-format on */

static const struct example bind_examples[] = {
	{ "daxbus bind dax0.0", "to the driver that the kernel chooses" },
	{ "daxbus bind --driver=device_dax driver=none", "all that have no driver" },
};

static const struct example unbind_examples[] = {
	{ "daxbus unbind dax0.0", "leave it without a driver" },
	{ "daxbus unbind region1", "every device of a region" },
};

const struct command bind_command = {
	.name = "bind",
	.summary = "bind devices to a driver, by its name",
	.description =
		"Bind the selected devices to a driver of the dax bus, any that the kernel has. "
		"What protects memory and the kernel is checked as 'daxbus reconfigure' does.",
	.examples = bind_examples,
	.n_examples = ARRAY_SIZE(bind_examples),
	.options = bind_options,
	.n_options = ARRAY_SIZE(bind_options),
	.devices = "model=bus",
	.action = DAXBUS_BIND,
	CHANGE_OF_DEVICES,
	.run = change_run,
};

const struct command unbind_command = {
	.name = "unbind",
	.summary = "unbind devices from their drivers",
	.description =
		"Unbind the selected devices from their drivers. A device in kmem is refused while "
		"a memory block of it is online: its memory would be lost until the next reboot.",
	.examples = unbind_examples,
	.n_examples = ARRAY_SIZE(unbind_examples),
	.options = unbind_options,
	.n_options = ARRAY_SIZE(unbind_options),
	.devices = "driver=*",
	.action = DAXBUS_UNBIND,
	CHANGE_OF_DEVICES,
	.run = change_run,
};
