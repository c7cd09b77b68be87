/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/span.h"

#include <ctype.h>
#include <string.h>

bool char_is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

bool char_is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

bool char_is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

bool piece_is_before(const struct piece *t, size_t p, const char *word)
{
	size_t n = strlen(word);

	return p >= n && memcmp(t->s + p - n, word, n) == 0;
}

bool piece_is_behind(const struct piece *t, size_t p, const char *word)
{
	size_t n = strlen(word);

	return p <= t->n && t->n - p >= n && memcmp(t->s + p, word, n) == 0;
}

bool piece_is_anywhere(const struct piece *t, size_t end, const char *word)
{
	return memmem(t->s, end, word, strlen(word));
}

bool piece_ends_name(const struct piece *t, size_t p)
{
	if (p >= t->n)
		return true;
	if (t->s[p] == '.')
		return p + 1 >= t->n || !isalnum((unsigned char)t->s[p + 1]);
	return !char_is_name(t->s[p]);
}

bool piece_begins_name(const struct piece *t, size_t p)
{
	return p == 0 || !(char_is_name(t->s[p - 1]) || t->s[p - 1] == '.');
}

size_t piece_skip_blanks_back(const struct piece *t, size_t p)
{
	while (p && char_is_one_of(t->s[p - 1], " \t"))
		p--;
	return p;
}
