/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_METRICS_H
#define DAXBUS_OUTPUT_METRICS_H

#include "base/string.h"
#include "cli/session.h"

/* What is not a field of an object. */
enum metrics_gauge {
	METRICS_RECOVERY_PENDING,
	METRICS_POLICY_DIFFERENCES,
	METRICS_LAST_CHANGE,
	METRICS_LAST_CHANGE_DURATION,
	_METRICS_GAUGE_MAX,
};
struct metrics_gauge_value {
	enum daxbus_presence is;
	uint64_t number;
	const char *result; /* the label of that name, a plain word; or NULL */
};

/* The @i-th metric: its name, and its description, a phrase. Return: false behind the last. */
bool metrics_describe(size_t i, const char **ret_name, const char **ret_help);

/* Add the fields that metrics_add() shows. Return: 0; -ENOMEM. */
int metrics_add_fields(struct daxbus_query *query, struct daxbus_error *error);

/* Append all metrics in the text format of Prometheus. Values that are unknown or do not exist have
 * no sample. */
void metrics_add(struct string *t, const struct daxbus_snapshot *snapshot,
		 const struct metrics_gauge_value values[_METRICS_GAUGE_MAX]);

#endif
