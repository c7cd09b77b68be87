/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_HISTORY_H
#define DAXBUS_OUTPUT_HISTORY_H

#include "api/history.h"
#include "cli/session.h"
#include "output/change-keys.h"

/*
 * The keys of the objects in the documents of 'history' and 'diff'. The documents, their schemas
 * and the manual page follow from these rows. Add rows; never change them.
 */
extern const struct change_key history_json_record_keys[];
extern const struct change_key history_json_difference_keys[];

int history_json_print(struct session *s, const struct history *history);
/* A table, the newest change last. */
int history_text_print(struct session *s, const struct history *history);

/* The differences between two states, which are called @a and @b. */
int history_json_diff(struct session *s, const char *a, const char *b,
		      const struct state_differences *differences);
int history_text_diff(struct session *s, const struct state_differences *differences);

#endif
