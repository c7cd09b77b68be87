/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * migrate apply and migrate revert: the device model from the next boot on.
 */
#include "cmd/change-common.h"
#include "cmd/migrate.h"

static int migrate(struct session *s, const struct change_options *given,
		   struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	bool to_bus = s->command == &migrate_apply_command;
	struct migrate_choice choice = { .root = given->root,
					 .model = to_bus ? DEVICE_MODEL_BUS : DEVICE_MODEL_CLASS,
					 .now = given->now,
					 .dry_run = given->dry_run };
	int r = migrate_check_root(s, given->root)
		?: change_common_request(s, given, &request)
		?: change_common_open(s, given, &ctx);

	if (r < 0)
		return r;
	choice.ctx = ctx;
	choice.request = request;
	return migrate_root_status(migrate_choose(&choice, ret, &s->error));
}

static enum status run_migration(struct session *s, const void *given)
{
	return change_common_finish(s, given, migrate, NULL);
}

/* clang-format off */
#define NOW_ROW(what)                                                                           \
	{ .name = "now", .help = what, .type = OPTION_FLAG, .offset = CHANGE_MEMBER(now),       \
	  .excludes = EXCLUDE_NOW }

static const struct option_row apply_options[] = {
	NOW_ROW("also move devices from the class to the bus now, without a reboot"),
	MIGRATE_ROOT_ROW(CHANGE_MEMBER(root)),
	CHANGE_FORCE_ROW,
};

static const struct option_row revert_options[] = {
	NOW_ROW("also move devices on persistent memory back to the class now"),
	MIGRATE_ROOT_ROW(CHANGE_MEMBER(root)),
	CHANGE_FORCE_ROW,
};
/* clang-format on */

const struct command migrate_apply_command = {
	.name = "migrate apply",
	.summary = "select the bus as device model, from the next boot on",
	.description =
		"Move devices on persistent memory to the bus (/sys/bus/dax) from the next boot on, "
		"on kernels that would put them into the class (/sys/class/dax). This writes one "
		"file, /etc/modprobe.d/daxbus-migrate.conf, and reports whether an initramfs must be "
		"rebuilt. With --now, also move the existing devices.",
	.examples = {
		{ "daxbus migrate apply --dry-run", "print the file that would be written, and its lines" },
		{ "daxbus migrate apply", "select the bus, from the next boot on" },
		{ "daxbus migrate apply --now", "also move the existing devices now" },
		{ "daxbus migrate apply --root=/mnt", "select the bus for the system installed in /mnt" },
	},
	COMMAND_OPTIONS(apply_options),
	.options_size = sizeof(struct change_options),
	/* Only --force, --wait and --timeout are settings of the request; this action has them. */
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run_migration,
};

const struct command migrate_revert_command = {
	.name = "migrate revert",
	.summary = "undo 'migrate apply'",
	.description =
		"Let the kernel choose the device model from the next boot on: remove the file that "
		"'migrate apply' wrote, unless it was changed since, and report whether an initramfs "
		"must be rebuilt. With --now, also move the devices back.",
	.examples = {
		{ "daxbus migrate revert", "remove the file that 'migrate apply' wrote" },
		{ "daxbus migrate revert --now", "also move the devices back to the class now" },
	},
	COMMAND_OPTIONS(revert_options),
	.options_size = sizeof(struct change_options),
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run_migration,
};
