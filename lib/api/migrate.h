/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_MIGRATE_H
#define DAXBUS_API_MIGRATE_H

#include "migrate/config.h"

/* The choice of a device model. Only the tool uses it; libdaxbus.so does not export it. */

/*
 * enum migrate_flags - options of migrate_plan() and migrate_apply(), combined with |
 * @MIGRATE_NOW: also move the devices in the other model now, each as a "reconfigure" to devdax or
 *               compat; not with another root
 */
enum migrate_flags {
	MIGRATE_NOW = 1 << 0,
};

/*
 * migrate_plan() - determine what choosing a model for the next boots would change
 * @ctx: the context; it may read a captured tree; not NULL
 * @root: as for status_read()
 * @model: the model
 * @request: a request whose setting "force" is used; NULL not to force
 * @flags: bits of enum migrate_flags
 * @ret: receives first the result of the file, whose step contains the text to write, then those of
 *       devices; release them with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Return: as status_read(); also
 *   -EINVAL  a flag is unknown, or MIGRATE_NOW is combined with @root.
 */
int migrate_plan(struct daxbus_ctx *ctx, const char *root, enum device_model model,
		 const struct daxbus_request *request, unsigned int flags,
		 struct daxbus_results **ret, struct daxbus_error *error);

/*
 * migrate_apply() - choose the model for the next boots
 * @ctx: the context; it must read the running kernel; not NULL
 * @root: as for status_read(); only write permission below @root is required
 * @model: with DEVICE_MODEL_BUS, the function writes a file of modprobe.d; with DEVICE_MODEL_CLASS,
 *         it removes the file; in both cases only if necessary
 * @request: a request whose settings "force", "wait" and "timeout" are used; NULL for the defaults
 * @flags: bits of enum migrate_flags
 * @ret: receives first the result of the file, then those of devices; release them with
 *       daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * With DEVICE_MODEL_BUS, the function first searches for consumers, as class_scan_run() does; if it
 * finds any, it changes nothing unless "force" is set. It never changes a file that daxbus did not
 * write, or that was edited since. It moves devices only after the file is in the requested state,
 * each device in its own transaction; if a device fails, the file stays.
 *
 * Context: without @root, takes the lock /run/daxbus/lock and requires CAP_DAC_OVERRIDE.
 *
 * Return: 0, whatever the status of the results, or an error of status_read(); also
 *   -EPERM  the process is not root;
 *   -EOPNOTSUPP  the context reads a captured tree;
 *   -EBUSY  another process holds the lock;
 *   -EINVAL  a flag is unknown, or MIGRATE_NOW is combined with @root;
 *   -EINTR  the progress function stopped the search for consumers;
 *   -EUCLEAN  with MIGRATE_NOW: a killed process left changes behind (reason "recover-first").
 */
int migrate_apply(struct daxbus_ctx *ctx, const char *root, enum device_model model,
		  const struct daxbus_request *request, unsigned int flags,
		  struct daxbus_results **ret, struct daxbus_error *error);

#endif
