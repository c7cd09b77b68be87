/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_SELECTORS_H
#define DAXBUS_CLI_SELECTORS_H

#include <stddef.h>

#include "daxbus.h"

/*
 * selectors_add_operands() - restrict a query to what a command line's selectors select
 * @query: the query
 * @words: the selectors
 * @n: how many; none at all leaves everything
 * @error: receives what is wrong with one, and which field it may have meant
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int selectors_add_operands(struct daxbus_query *query, char **words, size_t n,
			   struct daxbus_error *error);

#endif
