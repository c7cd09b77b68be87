/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * migrate apply and migrate revert: the model of the next boots.
 */
#include "cmd/change-common.h"
#include "cmd/migrate.h"

static int migrate(struct session *s, const struct change_options *given, enum daxbus_model model,
		   struct daxbus_outcome **ret)
{
	_cleanup_(change_close) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_request_unref_p) struct daxbus_request *request = NULL;
	unsigned int flags = given->now ? DAXBUS_MIGRATE_NOW : 0;
	int r = migrate_check_root(s, given->root) ?: change_request(s, given, &request);

	if (r == 0)
		r = change_open(s, given, &ctx);
	if (r < 0)
		return r;
	if (given->dry_run)
		r = daxbus_migrate_plan(ctx, given->root, model, request, flags, ret, &s->error);
	else
		r = daxbus_migrate_apply(ctx, given->root, model, request, flags, ret, &s->error);
	return migrate_root_status(r);
}

static enum status run(struct session *s, const struct change_options *given,
		       enum daxbus_model model)
{
	_cleanup_(daxbus_outcome_unref_p) struct daxbus_outcome *outcome = NULL;
	int r = migrate(s, given, model, &outcome);

	return r < 0 ? change_status_of(r) : change_report(s, given, outcome);
}

static enum status run_apply(struct session *s, const void *data, char **operands _unused_,
			     size_t n_operands _unused_)
{
	return run(s, data, DAXBUS_MODEL_BUS);
}

static enum status run_revert(struct session *s, const void *data, char **operands _unused_,
			      size_t n_operands _unused_)
{
	return run(s, data, DAXBUS_MODEL_CLASS);
}

/* clang-format off */
#define NOW_ROW(what)                                                                           \
	{ .name = "now", .help = what, .type = OPTION_FLAG, .offset = CHANGE_MEMBER(now),       \
	  .excludes = EXCLUDE_NOW }

static const struct option_row apply_options[] = {
	NOW_ROW("also move the devices of the class to the bus, without a reboot"),
	MIGRATE_ROOT_ROW(CHANGE_MEMBER(root)),
	CHANGE_FORCE_ROW,
};

static const struct option_row revert_options[] = {
	NOW_ROW("also move the devices on persistent memory back to the class"),
	MIGRATE_ROOT_ROW(CHANGE_MEMBER(root)),
	CHANGE_FORCE_ROW,
};
/* clang-format on */

static const struct example apply_examples[] = {
	{ "daxbus migrate apply --dry-run", "the file that would be written, and its lines" },
	{ "daxbus migrate apply", "the bus, from the next boot on" },
	{ "daxbus migrate apply --now", "and for the devices that are there, at once" },
	{ "daxbus migrate apply --root=/mnt", "the same for the system that is installed there" },
};

static const struct example revert_examples[] = {
	{ "daxbus migrate revert", "take back what 'migrate apply' wrote" },
	{ "daxbus migrate revert --now", "and bring the devices back to the class" },
};

const struct command migrate_apply_command = {
	.name = "migrate apply",
	.summary = "make the bus the device model, from the next boot on",
	.description =
		"Have devices on persistent memory be on the bus (/sys/bus/dax) from the next "
		"boot on, on kernels that would put them into the class (/sys/class/dax): write "
		"one file, /etc/modprobe.d/daxbus-migrate.conf, and say whether an initramfs has "
		"to be made anew. With --now also move the devices that are there.",
	.examples = apply_examples,
	.n_examples = ARRAY_SIZE(apply_examples),
	.options = apply_options,
	.n_options = ARRAY_SIZE(apply_options),
	.options_size = sizeof(struct change_options),
	/* Only --force and --wait are asked of the request, which this action has. */
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run_apply,
};

const struct command migrate_revert_command = {
	.name = "migrate revert",
	.summary = "take back what 'migrate apply' wrote",
	.description =
		"Have the kernel choose the device model again from the next boot on: remove the "
		"file that 'migrate apply' wrote, unless it was changed since, and say whether "
		"an initramfs has to be made anew. With --now also bring the devices back.",
	.examples = revert_examples,
	.n_examples = ARRAY_SIZE(revert_examples),
	.options = revert_options,
	.n_options = ARRAY_SIZE(revert_options),
	.options_size = sizeof(struct change_options),
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run_revert,
};
