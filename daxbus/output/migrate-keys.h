/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_MIGRATE_KEYS_H
#define DAXBUS_OUTPUT_MIGRATE_KEYS_H

#include "migrate/status.h"
#include "output/change-keys.h"

/*
 * The keys of the document of 'migrate status' and of the objects in its arrays. The document, its
 * schema and the manual page follow from these rows. Add rows; never change them.
 */
extern const struct change_key migrate_json_keys[];
extern const struct change_key migrate_json_device_keys[];
extern const struct change_key migrate_json_boot_keys[];
extern const struct change_key migrate_json_line_keys[];

int migrate_json_print(const struct migrate_status *m, FILE *out, struct daxbus_error *error);

#endif
