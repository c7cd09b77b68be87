/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/unsafe.h"

#include <stddef.h>

#include "base/string.h"

/* @argument: the member of struct region with the last word of the command; 0 if it has none. */
static const struct {
	const char *provider; /* NULL: each of them */
	const char *command;
	size_t argument;
} commands[] = {
	{ "cxl", "cxl disable-region", offsetof(struct region, cxl.region) },
	{ "cxl", "cxl destroy-region --force", offsetof(struct region, cxl.region) },
	{ "cxl", "modprobe -r dax_cxl", 0 },
	{ "pmem", "ndctl disable-namespace", offsetof(struct region, pmem.namespace) },
	{ "pmem", "ndctl disable-region", offsetof(struct region, pmem.region) },
	{ "pmem", "modprobe -r dax_pmem", 0 },
	{ "hmem", "modprobe -r dax_hmem", 0 },
	{ NULL, "modprobe -r kmem", 0 },
};

static int add_command(struct device *d, const char *command, const char *argument)
{
	char *text;

	return string_format(&text, "%s%s%s", command, argument ? " " : "", argument ?: "")
		       ?: strv_push_take(&d->unsafe_commands.v, text);
}

static int name_commands(struct device *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(commands); i++) {
		const struct opt_str *argument = NULL;

		if (commands[i].provider && !known_as(&d->provider, commands[i].provider))
			continue;
		if (commands[i].argument)
			argument = (const void *)((const char *)d->region + commands[i].argument);
		if (!argument || argument->is == DAXBUS_KNOWN)
			r = add_command(d, commands[i].command, argument ? argument->v : NULL);
	}
	return r;
}

int unsafe_name_commands(struct daxbus_snapshot *s)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_devices; i++) {
		struct device *d = s->devices[i];

		d->unsafe_commands.is = d->memory.online.is;
		if (!is_known(&d->memory.online))
			continue;
		if (d->memory.online.v)
			r = name_commands(d);
		else
			d->unsafe_commands.is = DAXBUS_NONE;
	}
	return r;
}
