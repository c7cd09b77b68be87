/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_MONITOR_H
#define DAXBUS_API_MONITOR_H

#include "base/util.h"
#include "daxbus.h"

/* What 'daxbus monitor' needs beside the public functions; libdaxbus.so does not export it. */

/*
 * What the kernel has announced so far ends a burst: the next calls of daxbus_monitor_next() report
 * it without waiting for more. Return: 0, also if nothing was announced; as daxbus_monitor_next().
 */
int api_monitor_end_burst(struct daxbus_monitor *monitor, struct daxbus_error *error);

/*
 * A state of the devices that a monitor observes: all of them match a selector, and there is one;
 * or, with @none, not one of them matches.
 */
struct monitor_state {
	const struct daxbus_query *query; /* its selectors */
	bool none;
};

/* Whether a selector has a range: memory without a device has neither events nor a state. */
bool api_monitor_has_range(const struct daxbus_query *query);

/* Let a query ask for what is needed to check a state. */
void api_monitor_add_state(struct daxbus_query *query, const struct monitor_state *state);

/* Check the state when events were last read. */
bool api_monitor_is_reached(const struct daxbus_monitor *monitor,
			    const struct monitor_state *state);

#endif
