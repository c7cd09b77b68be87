/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_CLASS_SCAN_H
#define DAXBUS_OUTPUT_CLASS_SCAN_H

/*
 * Users of /sys/class/dax, shown. Keys of the document follow from rows, as those of changes do.
 */

#include "cli/session.h"
#include "output/change-keys.h"

/* Of struct daxbus_user and of struct daxbus_users_count. */
extern const struct change_key user_keys[];
extern const size_t n_user_keys;
extern const struct change_key user_count_keys[];
extern const size_t n_user_count_keys;

/* Whether any of them does not work on the bus. */
bool users_any_breaks(const struct daxbus_users *users);

/* @root is the folder of another system, or NULL. */
int users_print_json(struct session *s, const struct daxbus_users *users, const char *root);
int users_print_text(struct session *s, const struct daxbus_users *users);

#endif
