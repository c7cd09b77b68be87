/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CMD_COMMANDS_H
#define DAXBUS_CMD_COMMANDS_H

#include "cli/command.h"

/* Each is at the end of the file with its name; the second one of a pair in that of the first. */
extern const struct command drain_command;
extern const struct command bind_command;
extern const struct command capture_command;
extern const struct command create_command;
extern const struct command destroy_command;
extern const struct command diff_command;
extern const struct command explain_command;
extern const struct command history_command;
extern const struct command list_command;
extern const struct command metrics_command;
extern const struct command migrate_apply_command;
extern const struct command migrate_revert_command;
extern const struct command migrate_status_command;
extern const struct command migrate_scan_command;
extern const struct command offline_command;
extern const struct command online_command;
extern const struct command policy_apply_command;
extern const struct command policy_check_command;
extern const struct command policy_confirm_command;
extern const struct command policy_import_command;
extern const struct command policy_remove_command;
extern const struct command policy_save_command;
extern const struct command policy_show_command;
extern const struct command policy_try_command;
extern const struct command policy_verify_command;
extern const struct command reconfigure_command;
extern const struct command recover_command;
extern const struct command resize_command;
extern const struct command udev_properties_command;
extern const struct command unbind_command;
extern const struct command undo_command;
extern const struct command version_command;
extern const struct command monitor_command;
extern const struct command who_command;

#endif
