/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/string.h"
#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row reconfigure_options[] = {
	{ .name = "mode", .letter = 'm', .help = "switch the devices to this mode (required)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(mode), .setting = true,
	  .value = DAXBUS_RECONFIGURE, .complete = COMPLETE_CHOICES },
	{ .name = "online",
	  .help = "bring memory online in this zone; policy follows the kernel's auto_online_blocks, "
		  "no leaves it offline (default: movable)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(online), .setting = true,
	  .value = DAXBUS_RECONFIGURE, .complete = COMPLETE_CHOICES, .excludes = EXCLUDE_ZONE },
	{ .name = "for",
	  .help = "choose the zone by purpose: Movable for memory to give back later, Normal for memory "
		  "to pin for devices (default: give-back)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(purpose), .setting = true,
	  .value = DAXBUS_RECONFIGURE, .complete = COMPLETE_CHOICES, .excludes = EXCLUDE_ZONE },
	{ .name = "memmap-on-memory",
	  .help = "store the memmap in the memory of the device (default: setting of the device)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(memmap_on_memory), .setting = true,
	  .value = DAXBUS_RECONFIGURE, .complete = COMPLETE_CHOICES },
	CHANGE_FORCE_ROW,
	CHANGE_SAVE_ROW,
};
/* clang-format on */

static enum status run_reconfigure(struct session *s, const void *data)
{
	const struct change_options *given = data;
	const char *const *modes = daxbus_request_choices(DAXBUS_RECONFIGURE, "mode");
	struct string text = { 0 };
	_cleanup_free_ char *list = NULL;

	if (given->mode)
		return change_common_run(s, data);
	for (size_t i = 0; modes[i]; i++)
		string_add(&text, "%s%s", !i ? "" : modes[i + 1] ? ", " : " or ", modes[i]);
	list = string_take(&text);
	if (!list)
		return session_status(session_fail_memory(&s->error));
	return session_status(session_fail(&s->error, -EINVAL, "--mode is required: %s", list));
}

const struct command reconfigure_command = {
	.name = "reconfigure",
	.summary = "switch devices to another mode",
	.description =
		"Switch the selected devices to a mode. In kmem, their memory goes online, by default "
		"in zone Movable; before a device leaves kmem, its memory is taken offline. If a "
		"device cannot be switched, it stays in its mode or its mode is restored. 'all' "
		"selects every device.",
	.examples = {
		{ "daxbus reconfigure --mode=kmem dax0.0", "give its memory to the kernel" },
		{ "daxbus reconfigure --mode=kmem --for=pin dax0.0",
		  "give its memory to the kernel, for programs that register it with RDMA or a GPU" },
		{ "daxbus reconfigure --mode=devdax dax0.0", "take its memory back from the kernel" },
		{ "daxbus reconfigure --mode=kmem all --dry-run", "print the plan for all devices" },
	},
	COMMAND_OPTIONS(reconfigure_options),
	.devices = "model=bus",
	.action = DAXBUS_RECONFIGURE,
	CHANGE_OF_DEVICES,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run_reconfigure,
};
