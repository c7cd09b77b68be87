/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_OUTPUT_WHO_H
#define DAXBUS_OUTPUT_WHO_H

#include "cli/session.h"
#include "model/who.h"
#include "output/change-keys.h"

/*
 * The keys of the objects in the document of 'who'. The document, its schema and the manual page
 * follow from these rows. Add rows; never change them.
 */
extern const struct change_key who_json_keys[];

int who_json_print(struct session *s, const struct who *who);
/* A table. */
int who_text_print(struct session *s, const struct who *who);

#endif
