/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row online_options[] = {
	{ .name = "online", .help = "the zone that memory goes online in; movable unless this says otherwise",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(online), .setting = true,
	  .value = DAXBUS_ONLINE, .complete = COMPLETE_CHOICES },
	{ .name = "size", .argument = "SIZE",
	  .help = "how much of each device is to be online; all of it without",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(size), .setting = true },
	CHANGE_FORCE_ROW,
};

static const struct option_row offline_options[] = {
	{ .name = "size", .argument = "SIZE",
	  .help = "how much of each device is to be offline; all of it without",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(size), .setting = true },
	CHANGE_FORCE_ROW,
};
/* clang-format on */

static const struct example online_examples[] = {
	{ "daxbus online dax0.0", "all of its memory, in zone Movable" },
	{ "daxbus online --size=4G dax0.0", "4 GiB of it" },
};

static const struct example offline_examples[] = {
	{ "daxbus offline dax0.0", "take its memory from the kernel" },
	{ "daxbus offline --size=1G mode=kmem --dry-run", "what 1 GiB of each would take" },
};

const struct command online_command = {
	.name = "online",
	.summary = "bring memory of devices in kmem online",
	.description =
		"Bring the memory of the selected devices, which are in kmem, online: all of it, "
		"or as much as --size says. When the kernel refuses, what was brought online goes "
		"offline again.",
	.examples = online_examples,
	.n_examples = ARRAY_SIZE(online_examples),
	.options = online_options,
	.n_options = ARRAY_SIZE(online_options),
	.devices = "mode=kmem",
	.action = DAXBUS_ONLINE,
	CHANGE_OF_DEVICES,
	.run = change_run,
};

const struct command offline_command = {
	.name = "offline",
	.summary = "take memory of devices in kmem offline",
	.description =
		"Take the memory of the selected devices, which stay in kmem, offline: all of it, "
		"or as much as --size says, from the high end. When a memory block will not go, "
		"it is named, with what uses it, and the others are brought back online in the "
		"zones that they had.",
	.examples = offline_examples,
	.n_examples = ARRAY_SIZE(offline_examples),
	.options = offline_options,
	.n_options = ARRAY_SIZE(offline_options),
	.devices = "mode=kmem",
	.action = DAXBUS_OFFLINE,
	CHANGE_OF_DEVICES,
	.run = change_run,
};
