/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/others.h"

#include <errno.h>

#include "api/migrate.h"
#include "cmd/change-common.h"

int daxctl_others_version(struct daxctl_run *run)
{
	/* The version of daxctl whose command line this is. */
	fputs("85\n", run->session.out);
	return 0;
}

int daxctl_others_help(struct daxctl_run *run)
{
	if (!run->n_operands) {
		fputs("\n usage: daxctl [--version] [--help] COMMAND [ARGS]\n\n"
		      " See 'man daxbus-daxctl'; 'daxctl --list-cmds' lists the commands.\n\n",
		      run->session.out);
		return 0;
	}
	execlp("man", "man", "daxbus-daxctl", NULL);
	session_say("cannot run man: %s", strerror(errno));
	return 1;
}

int daxctl_others_split_acpi(struct daxctl_run *run _unused_)
{
	session_say("split-acpi changes tables of firmware and no device: use daxctl itself, see "
		    "daxbus-daxctl(1)");
	return 1;
}

static int migrate(struct daxctl_run *run, struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	const struct change_options options = { 0 };
	struct migrate_choice choice = { .model = DEVICE_MODEL_BUS };
	int r = change_common_open(&run->session, &options, &ctx);

	choice.ctx = ctx;
	return r ?: migrate_choose(&choice, ret, &run->session.error);
}

int daxctl_others_migrate(struct daxctl_run *run)
{
	_cleanup_(daxbus_results_free_p) struct daxbus_results *results = NULL;
	const struct daxbus_result *result = NULL;
	int r;

	run->session.command = &run->command->change;
	r = migrate(run, &results);
	daxctl_run_say_error(run);
	while (r == 0 && (result = daxbus_results_next(results, result))) {
		change_log_write(&run->session, result);
		if (change_text_is_good(result->status)) {
			daxctl_run_say(" success: installed %s", change_subject(result));
			continue;
		}
		change_text_print(&run->session, result, false);
		/* On kernels that have only the bus, there is nothing to do. */
		if (!result->code || !streq(result->code, "no-compat-driver"))
			r = -EBUSY;
	}
	if (r < 0)
		daxctl_run_say("failed to select the device model");
	return r < 0 ? 1 : 0;
}
