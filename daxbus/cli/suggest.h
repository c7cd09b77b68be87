/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_SUGGEST_H
#define DAXBUS_CLI_SUGGEST_H

#include <stddef.h>

/*
 * struct suggestion - the known word that is nearest to a mistyped one
 * @word: what was typed
 * @best: nearest so far, or NULL; borrowed from suggest_try()'s caller
 * @distance: typing mistakes between the two
 */
struct suggestion {
	const char *word;
	const char *best;
	size_t distance;
};

/*
 * Typing mistakes (a letter missing, too many, wrong, or two swapped) between words; case does not
 * count.
 */
size_t suggest_distance(const char *a, const char *b);

void suggest_try(struct suggestion *s, const char *candidate);

/* "; did you mean 'list'?" or "", in memory of the caller's; NULL when memory ran out. */
char *suggest_text(const struct suggestion *s);

#endif
