/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/commands.h"

#include "daxctl/change.h"
#include "daxctl/create.h"
#include "daxctl/devices.h"
#include "daxctl/list.h"
#include "daxctl/others.h"

#define MEMBER(member) offsetof(struct daxctl_options, member)

/* clang-format off */
#define FLAG(long_name, short_name, member, text)                                               \
	{ .name = (long_name), .letter = (short_name), .type = OPTION_FLAG,                     \
	  .offset = MEMBER(member), .help = (text) }
#define VALUE(long_name, short_name, member, what, text)                                        \
	{ .name = (long_name), .letter = (short_name), .type = OPTION_STRING,                   \
	  .argument = (what), .offset = MEMBER(member), .help = (text) }

#define BASE_ROWS                                                                               \
	VALUE("region", 'r', region, "region-id", "only devices of this region"),               \
	FLAG("human", 'u', human, "print sizes with units"),                                    \
	FLAG("verbose", 'v', verbose, "print debug messages")
#define SHAPE_ROWS                                                                              \
	VALUE("size", 's', size, "size", "set the size"),                                       \
	VALUE("align", 'a', align, "align", "set the alignment"),                               \
	VALUE("input", 0, input, "input", "create the device that this JSON file describes")
#define ZONE_ROWS                                                                               \
	FLAG("no-movable", 0, no_movable, "bring memory online in zone Normal")

static const struct option_row list_rows[] = {
	VALUE("region", 'r', region, "region-id", "only this region"),
	VALUE("dev", 'd', dev, "dev-id", "only this device"),
	FLAG("devices", 'D', devices, "list devices"),
	FLAG("regions", 'R', regions, "list regions"),
	FLAG("mappings", 'M', mappings, "list the ranges of devices"),
	FLAG("idle", 'i', idle, "list devices without memory, too"),
	FLAG("human", 'u', human, "print sizes with units"),
};

static const struct option_row create_rows[] = {
	BASE_ROWS,
	SHAPE_ROWS,
};

static const struct option_row reconfigure_rows[] = {
	BASE_ROWS,
	SHAPE_ROWS,
	VALUE("mode", 'm', mode, "mode", "switch to system-ram, devdax or famfs"),
	FLAG("no-online", 'N', no_online, "leave new memory offline"),
	FLAG("force", 'f', force, "take memory offline first; ignore the policy of the kernel"),
	FLAG("check-config", 'C', check_config, "read the mode from /etc/daxctl.conf.d"),
	ZONE_ROWS,
};

static const struct option_row online_rows[] = {
	BASE_ROWS,
	ZONE_ROWS,
};

static const struct option_row base_rows[] = {
	BASE_ROWS,
};

static const struct option_row destroy_rows[] = {
	BASE_ROWS,
	FLAG("force", 'f', force, "disable the device first"),
};

static const struct option_row split_rows[] = {
	VALUE("directory", 'd', directory, "path", "directory with the tables of acpixtract"),
	VALUE("pxm", 'p', pxm, "n", "proximity domain to split"),
	VALUE("nodes", 'n', nodes, "n", "number of nodes (default: 2)"),
	FLAG("verbose", 'v', verbose, "print debug messages"),
};

#define ROWS(rows) .options = (rows), .n_options = ARRAY_SIZE(rows)
#define CHANGE(command)                                                                         \
	.name = (command),                                                                      \
	.change = { .name = "daxctl " command, .options = daxctl_change_settings,               \
		    .n_options = 5, .flags = COMMAND_CHANGES | COMMAND_ROOT }

const struct daxctl_command daxctl_commands_all[] = {
	{ .name = "version", .usage = "version", .run = daxctl_others_version },
	{ .name = "list", .usage = "list [<options>]", ROWS(list_rows), .run = daxctl_list_run },
	{ .name = "help", .usage = "help [command]", .run = daxctl_others_help },
	{ .name = "split-acpi", .usage = "split-acpi <options>", ROWS(split_rows),
	  .run = daxctl_others_split_acpi },
	{ CHANGE("migrate-device-model"), .usage = "migrate-device-model",
	  .run = daxctl_others_migrate },
	{ CHANGE("create-device"), .usage = "create-device [<options>]", ROWS(create_rows),
	  .failed = "creating devices", .done = "created", .run = daxctl_create_run },
	{ CHANGE("destroy-device"), .usage = "destroy-device <device> [<options>]",
	  ROWS(destroy_rows), .attempt = "destroy", .failed = "destroying devices",
	  .done = "destroyed", .run = daxctl_devices_run,
	  .change_device = daxctl_change_destroy },
	{ CHANGE("reconfigure-device"), .usage = "reconfigure-device <device> [<options>]",
	  ROWS(reconfigure_rows), .attempt = "reconfigure", .failed = "reconfiguring devices",
	  .done = "reconfigured", .run = daxctl_devices_reconfigure,
	  .change_device = daxctl_change_reconfigure },
	{ CHANGE("online-memory"), .usage = "online-memory <device> [<options>]",
	  ROWS(online_rows), .attempt = "online memory for", .failed = "onlining memory",
	  .done = "onlined memory for", .run = daxctl_devices_run,
	  .change_device = daxctl_change_online },
	{ CHANGE("offline-memory"), .usage = "offline-memory <device> [<options>]",
	  ROWS(base_rows), .attempt = "offline memory for", .failed = "offlining memory",
	  .done = "offlined memory for", .run = daxctl_devices_run,
	  .change_device = daxctl_change_offline },
	{ CHANGE("disable-device"), .usage = "disable-device <device>", ROWS(base_rows),
	  .attempt = "disable", .failed = "disabling device", .done = "disabled",
	  .run = daxctl_devices_run,
	  .change_device = daxctl_change_disable },
	{ CHANGE("enable-device"), .usage = "enable-device <device>", ROWS(base_rows),
	  .attempt = "enable", .failed = "enabling device", .done = "enabled",
	  .run = daxctl_devices_run,
	  .change_device = daxctl_change_enable },
};
/* clang-format on */
const size_t daxctl_commands_n = ARRAY_SIZE(daxctl_commands_all);
