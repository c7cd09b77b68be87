/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_MIGRATE_H
#define DAXBUS_API_MIGRATE_H

#include "migrate/config.h"

/* The choice of a device model. Only the tool uses it; libdaxbus.so does not export it. */

/*
 * struct migrate_choice - a model for the next boots
 * @ctx: the context; it must read the running kernel, unless @dry_run; not NULL
 * @root: as for status_read(); only write permission below @root is required
 * @model: with DEVICE_MODEL_BUS, a file of modprobe.d is written; with DEVICE_MODEL_CLASS, the file
 *         is removed; in both cases only if necessary
 * @request: a request whose settings "force", "wait" and "timeout" are used; NULL for the defaults
 * @now: also move the devices in the other model now, each as a "reconfigure" to devdax or compat;
 *       not with another root
 * @dry_run: only determine what would change: the step of the file contains the text to write
 */
struct migrate_choice {
	struct daxbus_ctx *ctx;
	const char *root;
	enum device_model model;
	const struct daxbus_request *request;
	bool now;
	bool dry_run;
};

/*
 * migrate_choose() - choose the model for the next boots
 * @c: the choice
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
 *   -EINVAL  @now is combined with @root;
 *   -EINTR  the progress function stopped the search for consumers;
 *   -EUCLEAN  with @now: a killed process left changes behind (reason "recover-first").
 */
int migrate_choose(const struct migrate_choice *c, struct daxbus_results **ret,
		   struct daxbus_error *error);

#endif
