/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/string.h"
#include "cli/selectors.h"
#include "cmd/change-common.h"
#include "cmd/layout-file.h"

/* clang-format off */
static const struct option_row create_options[] = {
	{ .name = "region", .argument = "REGION",
	  .help = "create in this region: an id, the device that provides it (hmem.0), or a selector "
		  "(default: the only region with free space)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(region), .excluded = EXCLUDE_FROM | EXCLUDE_MEMDEV,
	  .complete = COMPLETE_REGIONS },
	{ .name = "size", .argument = "SIZE",
	  .help = "set the size of each device (default: all free space)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(size), .setting = true,
	  .excludes = EXCLUDE_SIZE, .excluded = EXCLUDE_FROM },
	{ .name = "align",
	  .help = "set the alignment of the ranges of the devices (default: alignment of the region)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(align), .setting = true,
	  .value = DAXBUS_CREATE, .excluded = EXCLUDE_FROM | EXCLUDE_MEMDEV, .complete = COMPLETE_CHOICES },
	{ .name = "mapping", .argument = "START-END",
	  .help = "use this range of physical addresses, in hexadecimal, END included; repeat for "
		  "further ranges, in the order of their offsets in the device",
	  .type = OPTION_STRINGS, .offset = CHANGE_MEMBER(mappings), .setting = true,
	  .excludes = EXCLUDE_SIZE | EXCLUDE_COUNT, .excluded = EXCLUDE_FROM | EXCLUDE_MEMDEV },
	{ .name = "count", .argument = "N",
	  .help = "create N devices, of --size each or of equal parts of the free space (default: 1)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(count), .setting = true,
	  .excludes = EXCLUDE_COUNT, .excluded = EXCLUDE_FROM | EXCLUDE_MEMDEV },
	{ .name = "mode", .letter = 'm',
	  .help = "set the mode of the new device; none leaves it unbound (default: devdax)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(mode), .setting = true,
	  .value = DAXBUS_CREATE, .excluded = EXCLUDE_FROM, .complete = COMPLETE_CHOICES },
	{ .name = "online",
	  .help = "with --mode=kmem, bring memory online in this zone; policy follows the kernel's "
		  "auto_online_blocks, no leaves it offline (default: movable)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(online), .setting = true,
	  .value = DAXBUS_CREATE, .excluded = EXCLUDE_FROM, .complete = COMPLETE_CHOICES },
	{ .name = "map",
	  .help = "store the memmap of a new pmem namespace on the namespace (dev) or in RAM (mem) "
		  "(default: dev)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(map), .setting = true,
	  .value = DAXBUS_CREATE, .excluded = EXCLUDE_FROM | EXCLUDE_MEMDEV, .complete = COMPLETE_CHOICES },
	{ .name = "name", .argument = "NAME",
	  .help = "set the name of a new pmem namespace, which its label contains (default: none)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(name), .setting = true,
	  .excluded = EXCLUDE_FROM | EXCLUDE_MEMDEV },
	{ .name = "memdev", .argument = "MEMDEV,...",
	  .help = "create a CXL region of these memory devices, interleaved in this order, and its "
		  "device",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(memdev), .setting = true,
	  .excludes = EXCLUDE_MEMDEV, .excluded = EXCLUDE_FROM, .complete = COMPLETE_MEMDEVS },
	{ .name = "granularity", .argument = "SIZE",
	  .help = "with --memdev, set the size of the pieces of interleaving (default: granularity of "
		  "the root decoder)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(granularity), .setting = true,
	  .excluded = EXCLUDE_FROM },
	{ .name = "memmap-on-memory",
	  .help = "with --mode=kmem, store the memmap in the memory of the device (default: chosen by "
		  "the kernel)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(memmap_on_memory), .setting = true,
	  .value = DAXBUS_CREATE, .excluded = EXCLUDE_FROM, .complete = COMPLETE_CHOICES },
	{ .name = "from", .argument = "FILE",
	  .help = "recreate the devices that 'daxbus list --json' saved to FILE (-: standard input), "
		  "with their ranges, alignment and mode",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(from), .excludes = EXCLUDE_FROM,
	  .complete = COMPLETE_FILES },
	CHANGE_FORCE_ROW,
	CHANGE_SAVE_ROW,
};
/* clang-format on */

static bool consists_of(const char *s, const char *characters)
{
	return *s && !s[strspn(s, characters)];
}

/* Add the selector @prefix@word; @prefix is "region" or "path=*" with a slash. */
static int add_selector(struct daxbus_query *query, const char *prefix, const char *word,
			struct daxbus_error *error)
{
	_cleanup_free_ char *selector = NULL;

	if (string_format(&selector, "%s%s", prefix, word) < 0)
		return session_fail_memory(error);
	return selectors_add_operands(query, &selector, 1, error);
}

/* Select the devices of the named region, in which the library creates another one. */
static int select_region(struct daxbus_query *query, const char *word, struct daxbus_error *error)
{
	static const char digits[] = "0123456789";
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:";
	int r;

	if (!word)
		return add_selector(query, "model=bus", "", error);
	r = add_selector(query, consists_of(word, digits) ? "region" : "", word, error);
	/* If it is no selector, it is the name of the directory that contains the region. */
	if (r != -EINVAL || !consists_of(word, plain))
		return r;
	daxbus_error_done(error);
	return add_selector(query, "path=*/", word, error);
}

/* A pattern that matches no region may have been a name. */
static int explain(struct session *s, const char *region, int r)
{
	if (r != -ENOENT || !region)
		return r;
	return session_fail(&s->error, -ENOENT,
			    "there is no region '%s'; see 'daxbus list --regions'", region);
}

static int create_new(struct session *s, const struct change_options *given,
		      struct daxbus_results **ret)
{
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	int r = 0;

	if (daxbus_query_new(&query) < 0)
		r = session_fail_memory(&s->error);
	if (r == 0)
		r = select_region(query, given->region, &s->error);
	if (r == 0)
		r = change_common_devices(s, given, query, ret);
	return explain(s, given->region, r);
}

static int create_again(struct session *s, const struct change_options *given,
			struct daxbus_results **ret)
{
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	int r = change_common_request(s, given, &request)
			?: layout_file_read(given->from, request, &s->error);

	return r < 0 ? r : change_common_apply(s, given, NULL, request, ret);
}

static enum status run_create(struct session *s, const void *data)
{
	const struct change_options *given = data;

	return change_common_finish(s, given, given->from ? create_again : create_new,
				    "the layout contains no device, nothing to do");
}

const struct command create_command = {
	.name = "create",
	.summary = "create devices in a region",
	.description =
		"Create a device in a region with free memory and bring it into a mode. By default, "
		"it receives all free memory and mode devdax; see --size, --mapping and --mode. All "
		"its ranges start at a multiple of the alignment. A change that fails is undone. On "
		"persistent memory, --region is required and the device is a new namespace. With "
		"--memdev, create a CXL region of these memory devices, and a device that has all of it. With "
		"--from, recreate the devices of a saved layout.",
	.examples = {
		{ "daxbus create --region=0 --size=4G", "create a device of 4 GiB" },
		{ "daxbus create --mode=kmem", "give all free memory to the kernel" },
		{ "daxbus create --region=hmem.0 --count=4 --dry-run",
		  "print the plan for four devices that share the free space" },
		{ "daxbus create --region=1 --size=64G --name=cache",
		  "create a namespace on persistent memory" },
		{ "daxbus create --memdev=mem0,mem1 --mode=kmem",
		  "interleave two CXL memory devices, and give their memory to the kernel" },
		{ "daxbus create --mapping=0x140000000-0x14fffffff --mapping=0x120000000-0x12fffffff",
		  "create a device at these addresses" },
		{ "daxbus create --from=layout.json",
		  "recreate the devices that 'daxbus list --json > layout.json' saved" },
	},
	COMMAND_OPTIONS(create_options),
	.options_size = sizeof(struct change_options),
	.action = DAXBUS_CREATE,
	.flags = COMMAND_JSON | COMMAND_CHANGES | COMMAND_ROOT,
	.run = run_create,
};
