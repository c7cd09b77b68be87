/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_CONFIG_H
#define DAXBUS_MIGRATE_CONFIG_H

#include "execute/results.h"
#include "migrate/status.h"

/*
 * enum device_model - a device model to choose
 * @DEVICE_MODEL_CLASS: /sys/class/dax
 * @DEVICE_MODEL_BUS: /sys/bus/dax
 */
enum device_model {
	DEVICE_MODEL_CLASS,
	DEVICE_MODEL_BUS,
};

/*
 * config_run() - choose the model for the next boots, by writing or removing a file
 * @ctx: as for status_read()
 * @root: as for status_read(); borrowed
 * @model: the model
 * @force: ignore the other files of modprobe.d
 * @dry_run: only plan
 * @results: receives one result
 * @err: receives the reason of a failure, or NULL
 *
 * Return: 0, whatever the status of the result, or an error of status_read().
 */
int config_run(const struct daxbus_ctx *ctx, const char *root, enum device_model model, bool force,
	       bool dry_run, struct daxbus_results *results, struct daxbus_error *err) _must_check_;

#endif
