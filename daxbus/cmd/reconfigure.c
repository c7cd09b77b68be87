/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/string.h"
#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row options[] = {
	{ .name = "mode", .letter = 'm', .help = "the mode that the devices are to have",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(mode), .setting = true,
	  .value = DAXBUS_RECONFIGURE, .complete = COMPLETE_CHOICES },
	{ .name = "online",
	  .help = "the zone that memory goes online in; 'policy' as the kernel's "
		  "auto_online_blocks says, 'no' not at all; movable unless this says otherwise",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(online), .setting = true,
	  .value = DAXBUS_RECONFIGURE, .complete = COMPLETE_CHOICES },
	{ .name = "memmap-on-memory",
	  .help = "whether the kernel's page map of the memory is kept in the memory itself",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(memmap_on_memory), .setting = true,
	  .value = DAXBUS_RECONFIGURE, .complete = COMPLETE_CHOICES },
	CHANGE_FORCE_ROW,
};
/* clang-format on */

static enum status run(struct session *s, const void *data, char **operands, size_t n_operands)
{
	const struct change_options *given = data;
	struct string text = { 0 };
	_cleanup_free_ char *modes = NULL;

	if (given->mode)
		return change_run(s, data, operands, n_operands);
	option_add_argument(&text, &options[0]);
	modes = string_take(&text);
	if (!modes)
		return status_of(fail_memory(&s->error));
	return status_of(fail(&s->error, -EINVAL, "which mode? Say --mode=%s", modes));
}

static const struct example examples[] = {
	{ "daxbus reconfigure --mode=kmem dax0.0", "give the memory to the kernel" },
	{ "daxbus reconfigure --mode=devdax dax0.0", "and take it back" },
	{ "daxbus reconfigure --mode=kmem all --dry-run", "what would be done, as any user" },
};

const struct command reconfigure_command = {
	.name = "reconfigure",
	.summary = "switch devices to a mode: devdax, kmem, famfs",
	.description =
		"Bring the selected devices into a mode. In kmem their memory goes online, in zone "
		"Movable unless --online says otherwise; on the way out of kmem it is taken "
		"offline first. A device that cannot be switched is left as it was, or brought "
		"back to that. 'all' selects every device.",
	.examples = examples,
	.n_examples = ARRAY_SIZE(examples),
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.devices = "model=bus",
	.action = DAXBUS_RECONFIGURE,
	CHANGE_OF_DEVICES,
	.run = run,
};
