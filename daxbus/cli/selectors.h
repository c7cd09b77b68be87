/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_SELECTORS_H
#define DAXBUS_CLI_SELECTORS_H

#include <stddef.h>

#include "cli/session.h"
#include "daxbus.h"

/*
 * selectors_add_operands() - add the selectors of a command line to a query
 * @query: the query
 * @words: the selectors
 * @n: their number; 0 selects everything
 * @error: receives the reason, with a suggestion for a mistyped field
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int selectors_add_operands(struct daxbus_query *query, char **words, size_t n,
			   struct daxbus_error *error);

/* A query of the operands of the command, owned by the caller. Return: 0; -EINVAL; -ENOMEM. */
int selectors_query(struct session *s, struct daxbus_query **ret);

#endif
