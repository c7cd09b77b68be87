/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_MONITOR_H
#define DAXBUS_OUTPUT_MONITOR_H

#include "cli/session.h"
#include "output/change-keys.h"

/*
 * The keys of the object of an event. The lines, their schema and the manual page follow from these
 * rows. Add rows; never change them.
 */
extern const struct change_key monitor_json_keys[];

/* A document in one line. */
int monitor_json_print(struct session *s, const struct daxbus_event *event);
/* A line for people. */
void monitor_text_print(struct session *s, const struct daxbus_event *event);

#endif
