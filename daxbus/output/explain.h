/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_EXPLAIN_H
#define DAXBUS_OUTPUT_EXPLAIN_H

#include "cli/session.h"
#include "model/cause.h"
#include "output/change-keys.h"

/*
 * The causes of 'explain', as text and as JSON. The document, its schema and the manual page follow
 * from the tables of keys. Add rows; never change them.
 */

extern const struct change_key explain_json_finding_keys[];
extern const struct change_key explain_json_evidence_keys[];

/* For each cause: a line, its evidence, and what to do next. */
void explain_text_print(struct session *s, const struct causes *causes);
int explain_json_print(struct session *s, const struct causes *causes);

#endif
