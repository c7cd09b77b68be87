/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_RESTORE_H
#define DAXBUS_EXECUTE_RESTORE_H

#include "execute/apply.h"

/*
 * restore_devices() - create the devices of a saved layout again
 * @apply: where
 * @request: the layout
 * @results: receives a result for each device of it
 *
 * All of it is planned first, so that nothing is touched where a device would be refused. Devices
 * come in the order of their names, because the kernel gives a new one the lowest number that is
 * free.
 *
 * Return: 0, whatever became of the devices; what daxbus_scan() returns; -ENOMEM.
 */
int restore_devices(const struct apply_context *apply, const struct daxbus_request *request,
		    struct daxbus_results *results, struct daxbus_error *err) _must_check_;

#endif
