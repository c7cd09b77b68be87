/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row online_options[] = {
	{ .name = "online", .help = "bring memory online in this zone (default: movable)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(online), .setting = true,
	  .value = DAXBUS_ONLINE, .complete = COMPLETE_CHOICES },
	{ .name = "size", .argument = "SIZE",
	  .help = "set the amount of memory to have online on each device (default: all)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(size), .setting = true },
	CHANGE_FORCE_ROW,
	CHANGE_SAVE_ROW,
};

static const struct option_row offline_options[] = {
	{ .name = "size", .argument = "SIZE",
	  .help = "set the amount of memory to have offline on each device (default: all)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(size), .setting = true },
	{ .name = "make-room",
	  .help = "make room for the memory first, within the time of --timeout, as 'daxbus drain' does "
		  "(default: only let the kernel move it)",
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(make_room), .setting = true },
	CHANGE_ROOM_ROWS,
	CHANGE_FORCE_ROW,
	CHANGE_SAVE_ROW,
};
/* clang-format on */

static enum status run_offline(struct session *s, const void *data)
{
	const struct change_options *options = data;

	return options->make_room ? drain_run(s, data) : change_common_run(s, data);
}

const struct command online_command = {
	.name = "online",
	.summary = "bring memory of devices online",
	.description =
		"Bring the memory of the selected devices online: all of it, or --size. The devices "
		"must be in mode kmem. If the kernel refuses, the memory blocks that were brought "
		"online are taken offline again.",
	.examples = {
		{ "daxbus online dax0.0", "bring all its memory online, in zone Movable" },
		{ "daxbus online --size=4G dax0.0", "have 4 GiB of it online" },
	},
	COMMAND_OPTIONS(online_options),
	.devices = "mode=kmem",
	.action = DAXBUS_ONLINE,
	CHANGE_OF_DEVICES,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = change_common_run,
};

const struct command offline_command = {
	.name = "offline",
	.summary = "take memory of devices offline",
	.description =
		"Take the memory of the selected devices offline: all of it, or --size, from its "
		"end. The devices stay in mode kmem. If the kernel cannot take a memory block "
		"offline, daxbus reports the block and what uses it, and brings the others back "
		"online in their previous zones.",
	.examples = {
		{ "daxbus offline dax0.0", "take all its memory offline" },
		{ "daxbus offline --size=1G mode=kmem --dry-run",
		  "print the plan to take 1 GiB of each device offline" },
	},
	COMMAND_OPTIONS(offline_options),
	.devices = "mode=kmem",
	.action = DAXBUS_OFFLINE,
	CHANGE_OF_DEVICES,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run_offline,
};
