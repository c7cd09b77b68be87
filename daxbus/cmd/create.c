/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/string.h"
#include "cli/selectors.h"
#include "cmd/change-common.h"
#include "cmd/layout-file.h"

/* clang-format off */
static const struct option_row options[] = {
	{ .name = "region", .argument = "REGION",
	  .help = "where: its id, the device that it comes from (hmem.0), or a selector; without it "
		  "the only region that has room",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(region), .excluded = EXCLUDE_FROM,
	  .complete = COMPLETE_REGIONS },
	{ .name = "size", .argument = "SIZE",
	  .help = "the size of each device; without it all that is free",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(size), .setting = true,
	  .excludes = EXCLUDE_SIZE, .excluded = EXCLUDE_FROM },
	{ .name = "align",
	  .help = "what the addresses and the sizes of ranges are multiples of; as the region has it "
		  "without",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(align), .setting = true,
	  .value = DAXBUS_CREATE, .excluded = EXCLUDE_FROM, .complete = COMPLETE_CHOICES },
	{ .name = "mapping", .argument = "START-END",
	  .help = "physical addresses that the device is to have, in hexadecimal, END included; "
		  "again for each further range, in the order of their offsets in the device",
	  .type = OPTION_STRINGS, .offset = CHANGE_MEMBER(mappings), .setting = true,
	  .excludes = EXCLUDE_SIZE | EXCLUDE_COUNT, .excluded = EXCLUDE_FROM },
	{ .name = "count", .argument = "N",
	  .help = "create N devices, of --size each, or of equal parts of what is free",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(count), .setting = true,
	  .excludes = EXCLUDE_COUNT, .excluded = EXCLUDE_FROM },
	{ .name = "mode", .letter = 'm',
	  .help = "the mode that it is to have; devdax unless this says otherwise, 'none' without a "
		  "driver",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(mode), .setting = true,
	  .value = DAXBUS_CREATE, .excluded = EXCLUDE_FROM, .complete = COMPLETE_CHOICES },
	{ .name = "online",
	  .help = "the zone that memory goes online in, with --mode=kmem; movable unless this says "
		  "otherwise",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(online), .setting = true,
	  .value = DAXBUS_CREATE, .excluded = EXCLUDE_FROM, .complete = COMPLETE_CHOICES },
	{ .name = "map",
	  .help = "where the page map of a new namespace on persistent memory is: 'dev', on the "
		  "memory itself, unless this says 'mem', in RAM",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(map), .setting = true,
	  .value = DAXBUS_CREATE, .excluded = EXCLUDE_FROM, .complete = COMPLETE_CHOICES },
	{ .name = "name", .argument = "NAME",
	  .help = "the name of a new namespace on persistent memory, in its label",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(name), .setting = true,
	  .excluded = EXCLUDE_FROM },
	{ .name = "memmap-on-memory",
	  .help = "whether the kernel's page map of the memory is kept in the memory itself",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(memmap_on_memory), .setting = true,
	  .value = DAXBUS_CREATE, .excluded = EXCLUDE_FROM, .complete = COMPLETE_CHOICES },
	{ .name = "from", .argument = "FILE",
	  .help = "create the devices again that 'daxbus list --json' printed into FILE, with the "
		  "ranges, the alignment and the mode that they had; '-' is standard input",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(from), .excludes = EXCLUDE_FROM,
	  .complete = COMPLETE_FILES },
	CHANGE_FORCE_ROW,
};
/* clang-format on */

static bool consists_of(const char *s, const char *characters)
{
	return *s && !s[strspn(s, characters)];
}

/* "region" or "path=*" with a slash, and what was given. */
static int add_selector(struct daxbus_query *query, const char *prefix, const char *word,
			struct daxbus_error *error)
{
	struct string text = { 0 };
	_cleanup_free_ char *selector = NULL;

	string_add(&text, "%s%s", prefix, word);
	selector = string_take(&text);
	return selector ? selectors_add_operands(query, &selector, 1, error) : fail_memory(error);
}

/* The devices of the region that was named: the library creates another one beside them. */
static int select_region(struct daxbus_query *query, const char *word, struct daxbus_error *error)
{
	static const char digits[] = "0123456789";
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:";
	int r;

	if (!word)
		return add_selector(query, "model=bus", "", error);
	r = add_selector(query, consists_of(word, digits) ? "region" : "", word, error);
	/* What is no selector is the name of the folder that the region is in. */
	if (r != -EINVAL || !consists_of(word, plain))
		return r;
	daxbus_error_done(error);
	return add_selector(query, "path=*/", word, error);
}

/* A pattern that fits no region was a name all the same. */
static int explain(struct session *s, const char *region, int r)
{
	if (r != -ENOENT || !region)
		return r;
	return fail(&s->error, -ENOENT,
		    "there is no region '%s'; 'daxbus list --regions' shows those that are",
		    region);
}

static int create_new(struct session *s, const struct change_options *given,
		      struct daxbus_outcome **ret)
{
	_cleanup_(daxbus_query_unref_p) struct daxbus_query *query = NULL;
	int r = 0;

	if (daxbus_query_new(&query) < 0)
		r = fail_memory(&s->error);
	if (r == 0)
		r = select_region(query, given->region, &s->error);
	if (r == 0)
		r = change_devices(s, given, query, ret);
	return explain(s, given->region, r);
}

static int create_again(struct session *s, const struct change_options *given,
			struct daxbus_outcome **ret)
{
	_cleanup_(daxbus_request_unref_p) struct daxbus_request *request = NULL;
	int r = change_request(s, given, &request);

	if (r == 0)
		r = layout_file_read(given->from, request, &s->error);
	return r < 0 ? r : change_apply(s, given, NULL, request, ret);
}

static enum status run(struct session *s, const void *data, char **operands _unused_,
		       size_t n_operands _unused_)
{
	_cleanup_(daxbus_outcome_unref_p) struct daxbus_outcome *outcome = NULL;
	const struct change_options *given = data;
	int r = given->from ? create_again(s, given, &outcome) : create_new(s, given, &outcome);

	if (r < 0)
		return change_status_of(r);
	if (!daxbus_outcome_next(outcome, NULL))
		say("the layout has no device: nothing to do");
	return change_report(s, given, outcome);
}

static const struct example examples[] = {
	{ "daxbus create --region=0 --size=4G", "a device of 4 GiB" },
	{ "daxbus create --mode=kmem", "all that is free, as memory of the kernel" },
	{ "daxbus create --region=hmem.0 --count=4 --dry-run",
	  "what four devices that share what is free would be" },
	{ "daxbus create --region=1 --size=64G --name=cache", "a namespace on persistent memory" },
	{ "daxbus create --mapping=0x140000000-0x14fffffff --mapping=0x120000000-0x12fffffff",
	  "a device at these addresses" },
	{ "daxbus create --from=layout.json",
	  "what 'daxbus list --json > layout.json' saved, as it was" },
};

const struct command create_command = {
	.name = "create",
	.summary = "create devices in a region",
	.description =
		"Create a device in a region that has free memory, with all of it unless --size or "
		"--mapping says otherwise, and bring it into a mode: devdax, unless --mode says "
		"otherwise. Every range of it starts on a multiple of the alignment. What cannot "
		"be finished is undone. On persistent memory, which has to be named by --region, the "
		"device is a new namespace. With --from create the devices of a saved layout again.",
	.examples = examples,
	.n_examples = ARRAY_SIZE(examples),
	.options = options,
	.n_options = ARRAY_SIZE(options),
	.options_size = sizeof(struct change_options),
	.action = DAXBUS_CREATE,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run,
};
