/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_FORECAST_H
#define DAXBUS_OUTPUT_FORECAST_H

#include "cli/session.h"
#include "model/forecast.h"
#include "output/change-keys.h"

/*
 * The keys of a forecast in the documents of changing commands, of its memory blocks and of other
 * nodes. The document, its schema and the manual page follow from these rows. Add rows; never
 * change them.
 */
extern const struct change_key forecast_json_keys[];
extern const struct change_key forecast_json_block_keys[];
extern const struct change_key forecast_json_node_keys[];

/* Put an array of forecasts into an object; NULL: null. */
void forecast_json_set(struct json *j, struct json_object *object, const struct forecasts *all);
/* A table of memory blocks, and a line for each device. */
int forecast_text_print(struct session *s, const struct forecasts *all);

#endif
