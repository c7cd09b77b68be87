/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row options[] = {
	{ .name = "size", .argument = "SIZE|+SIZE|-SIZE|max",
	  .help = "the size that the devices are to have, how much more, how much less, or all that "
		  "is free besides",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(size), .setting = true },
	{ .name = "align",
	  .help = "the alignment that they are to have; it stays as it is without",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(align), .setting = true,
	  .value = DAXBUS_RESIZE, .complete = COMPLETE_CHOICES },
	CHANGE_FORCE_ROW,
};
/* clang-format on */

static enum status run(struct session *s, const void *data, char **operands, size_t n_operands)
{
	const struct change_options *given = data;

	if (given->size || given->align)
		return change_run(s, data, operands, n_operands);
	return status_of(fail(&s->error, -EINVAL, "which size? Say --size=%s, or --align",
			      options[0].argument));
}

static const struct example examples[] = {
	{ "daxbus resize --size=-1G dax0.0", "give 1 GiB of it back to the region, from its end" },
	{ "daxbus resize --size=max dax0.0", "give it all that is free" },
	{ "daxbus resize --size=4G --dry-run region0",
	  "what would be done to make all of them that large" },
};

const struct command resize_command = {
	.name = "resize",
	.summary = "give devices another size",
	.description =
		"Give the selected devices another size, out of what is free in their regions, or "
		"another alignment. A device that is bound is unbound for that, its memory taken "
		"offline first, and comes back in the mode that it had. Shrinking takes memory, "
		"and the data in it, from the end of the device. What cannot be finished is "
		"undone. 'all' selects every device.",
	.examples = examples,
	.n_examples = ARRAY_SIZE(examples),
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.devices = "dynamic=yes",
	.action = DAXBUS_RESIZE,
	CHANGE_OF_DEVICES,
	.run = run,
};
