/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"

#include "cmd/commands.h"
#include "doc/help.h"
#include "doc/introspect.h"

/* clang-format off */
const struct command *const commands_all[] = {
	&list_command,
	&explain_command,
	&who_command,
	&reconfigure_command,
	&online_command,
	&offline_command,
	&drain_command,
	&bind_command,
	&unbind_command,
	&create_command,
	&resize_command,
	&destroy_command,
	&migrate_status_command,
	&migrate_scan_command,
	&migrate_apply_command,
	&migrate_revert_command,
	&policy_show_command,
	&policy_check_command,
	&policy_apply_command,
	&policy_try_command,
	&policy_confirm_command,
	&policy_save_command,
	&policy_import_command,
	&policy_remove_command,
	&policy_verify_command,
	&recover_command,
	&history_command,
	&undo_command,
	&diff_command,
	&monitor_command,
	&metrics_command,
	&capture_command,
	&help_command,
	&version_command,
	/* For rules of udev. */
	&udev_properties_command,
	/* For completion, the manual pages and the tests. */
	&introspect_command,
	NULL,
};
/* clang-format on */
