/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_SUGGEST_H
#define DAXBUS_CLI_SUGGEST_H

#include <stddef.h>

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

/*
 * The number of mistakes between two words: letters that are missing, superfluous, wrong, or
 * swapped. Case is ignored.
 */
size_t suggest_distance(const char *a, const char *b);

void suggest_try(struct suggestion *s, const char *candidate);

/* "; did you mean 'list'?" or "", allocated; NULL if out of memory. */
char *suggest_text(const struct suggestion *s);

#endif
