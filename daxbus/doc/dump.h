/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DOC_DUMP_H
#define DAXBUS_DOC_DUMP_H

#include "cli/command.h"

/* Print all tables as a JSON document. Return: 0; -ELIBACC json-c is missing; -ENOMEM. */
int dump_print(const struct command *const *commands, FILE *out, struct daxbus_error *error);

#endif
