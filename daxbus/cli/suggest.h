/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_SUGGEST_H
#define DAXBUS_CLI_SUGGEST_H

#include <stddef.h>

#include "daxbus.h"

/*
 * struct suggestion - the known word that is most similar to a mistyped one
 * @word: the mistyped word
 * @best: the most similar word so far, or NULL; borrowed from the caller of suggest_try()
 * @distance: number of mistakes between the two
 */
struct suggestion {
	const char *word;
	const char *best;
	size_t distance;
};

void suggest_try(struct suggestion *s, const char *candidate);

/* Append "; did you mean '--WORD'?" to a message, unless @word is NULL. Return: -EINVAL. */
int suggest_add(struct daxbus_error *error, const char *dashes, const char *word);

#endif
