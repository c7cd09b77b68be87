/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_POLICY_H
#define DAXBUS_OUTPUT_POLICY_H

#include "api/policy.h"
#include "cli/session.h"
#include "output/change-keys.h"

/*
 * The keys of the arrays in the document of 'policy show', 'check' and 'verify'. The document, its
 * schema and the manual page follow from these rows. Add rows; never change them.
 */
extern const struct change_key policy_json_policy_keys[];
extern const struct change_key policy_json_setting_keys[];
extern const struct change_key policy_json_difference_keys[];
extern const struct change_key policy_json_note_keys[];
extern const struct change_key policy_json_problem_keys[];

int policy_json_print(struct session *s, const struct policies *policies);

/*
 * Print the problems of files to standard error, one line each; @fatal: also those that break a
 * file, which are differences, too.
 */
void policy_text_say_problems(const struct policies *policies, bool fatal);
/* Print the values that apply, and the lines that set them. */
int policy_text_show(struct session *s, const struct policies *policies);
/* Print the notes to standard error. */
void policy_text_say_notes(const struct policies *policies);
/* Print a line for each difference. */
void policy_text_differences(struct session *s, const struct policies *policies);

#endif
