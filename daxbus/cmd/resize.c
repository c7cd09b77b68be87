/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row resize_options[] = {
	{ .name = "size", .argument = "SIZE|+SIZE|-SIZE|max|none",
	  .help = "set the size, grow (+) or shrink (-) by SIZE, add all free space (max), or remove "
		  "all memory of an unbound device (none)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(size), .setting = true },
	{ .name = "align",
	  .help = "set the alignment (default: unchanged)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(align), .setting = true,
	  .value = DAXBUS_RESIZE, .complete = COMPLETE_CHOICES },
	CHANGE_FORCE_ROW,
	CHANGE_SAVE_ROW,
};
/* clang-format on */

static enum status run_resize(struct session *s, const void *data)
{
	const struct change_options *given = data;

	if (given->size || given->align)
		return change_common_run(s, data);
	return session_status(session_fail(&s->error, -EINVAL, "--size or --align is required"));
}

const struct command resize_command = {
	.name = "resize",
	.summary = "change the size of devices",
	.description =
		"Change the size of the selected devices, within the free space of their regions, or "
		"their alignment. To do so, daxbus takes the memory of a device offline, unbinds the "
		"device and restores its mode afterwards. Shrinking removes memory, and the data in "
		"it, from the end of the device. A change that fails is undone. 'all' selects every "
		"device.",
	.examples = {
		{ "daxbus resize --size=-1G dax0.0", "return its last 1 GiB to the region" },
		{ "daxbus resize --size=max dax0.0", "add all free space" },
		{ "daxbus resize --size=4G --dry-run region0",
		  "print the plan to set the size of all devices of a region" },
	},
	COMMAND_OPTIONS(resize_options),
	.devices = "dynamic=yes",
	.action = DAXBUS_RESIZE,
	CHANGE_OF_DEVICES,
	.flags = COMMAND_JSON | COMMAND_CHANGES | COMMAND_ROOT,
	.run = run_resize,
};
