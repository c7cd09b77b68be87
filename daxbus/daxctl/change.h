/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_CHANGE_H
#define DAXBUS_DAXCTL_CHANGE_H

#include "cli/change-options.h"
#include "daxctl/run.h"

/* The changes of one device or region, each with the words of daxctl and a request to the library.
 */

/* Settings of the library in struct change_options, for the changes of all commands. */
extern const struct option_row daxctl_change_settings[];
extern const size_t daxctl_change_n_settings;

/*
 * daxctl_change_apply() - change a device, or create one
 * @run: the run; its command is the change
 * @action: the action
 * @selector: the device or the region
 * @options: the settings
 * @ret_device: receives the name of the changed device, owned by the caller; or NULL
 *
 * Prints why it cannot be changed.
 *
 * Return: 0, or the negative errno value that says so in the words of daxctl.
 */
int daxctl_change_apply(struct daxctl_run *run, enum daxbus_action action, const char *selector,
			const struct change_options *options, char **ret_device);

/* A number of bytes in decimal, for a setting. */
struct daxctl_change_bytes {
	char text[24];
};

/*
 * Read the argument @value of @option: @ret receives its bytes, which are in @bytes; it is not
 * changed if @value is NULL. @subject: the device or region, for the message. Return: 0; -EINVAL.
 */
int daxctl_change_read_size(const char *subject, const char *option, const char *value,
			    struct daxctl_change_bytes *bytes, const char **ret);

/* Changes of one device of a snapshot, as in struct daxctl_command. */
int daxctl_change_reconfigure(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			      const struct daxbus_object *device);
int daxctl_change_online(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			 const struct daxbus_object *device);
int daxctl_change_offline(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			  const struct daxbus_object *device);
int daxctl_change_enable(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			 const struct daxbus_object *device);
int daxctl_change_disable(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			  const struct daxbus_object *device);
int daxctl_change_destroy(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			  const struct daxbus_object *device);

#endif
