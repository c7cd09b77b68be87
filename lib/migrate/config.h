/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_CONFIG_H
#define DAXBUS_MIGRATE_CONFIG_H

#include "execute/results.h"
#include "migrate/status.h"

/*
 * config_run() - choose the model for the next boots, by writing or removing a file
 * @sysroot: as for status_read()
 * @root: as for status_read(); borrowed
 * @model: the model
 * @force: ignore the other files of modprobe.d
 * @dry_run: only plan
 * @log: receives debug messages; borrowed
 * @results: receives one result
 * @err: receives the reason of a failure, or NULL
 *
 * Return: 0, whatever the status of the result, or an error of status_read().
 */
int config_run(const char *sysroot, const char *root, enum device_model model, bool force,
	       bool dry_run, const struct log *log, struct daxbus_results *results,
	       struct daxbus_error *err) _must_check_;

#endif
