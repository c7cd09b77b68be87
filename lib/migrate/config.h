/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_CONFIG_H
#define DAXBUS_MIGRATE_CONFIG_H

#include "execute/results.h"
#include "migrate/status.h"

/*
 * config_run() - choose the model for the next boots, by writing a file or removing it
 * @sysroot: as for status_read()
 * @root: borrowed, too
 * @model: the one to choose
 * @force: ignore the other files of modprobe.d
 * @dry_run: say what would be done
 * @results: receives one result
 *
 * Return: 0, whatever became of it; what status_read() returns.
 */
int config_run(const char *sysroot, const char *root, enum device_model model, bool force,
	       bool dry_run, const struct log *log, struct daxbus_results *results,
	       struct daxbus_error *err) _must_check_;

#endif
