/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CLASS_SCAN_H
#define DAXBUS_OUTPUT_CLASS_SCAN_H

/*
 * Print users of /sys/class/dax. The keys of the document follow from rows, like those of changes.
 */

#include "class-scan/class-scan.h"
#include "cli/session.h"
#include "output/change-keys.h"

/* Keys of struct class_consumer and of struct class_scan_counts. */
extern const struct change_key class_scan_json_user_keys[];
extern const struct change_key class_scan_json_count_keys[];

/* Whether any of them does not work with the bus. */
bool class_scan_text_any_breaks(const struct class_consumers *users);

/* @root is the directory of another system, or NULL. */
int class_scan_json_print(struct session *s, const struct class_consumers *users, const char *root);
int class_scan_text_print(struct session *s, const struct class_consumers *users);

#endif
