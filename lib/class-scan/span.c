/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/span.h"

#include <ctype.h>
#include <string.h>

bool span_char_is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

bool span_char_is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

bool span_char_is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

bool span_is_before(const struct span *t, size_t p, const char *word)
{
	size_t n = strlen(word);

	return p >= n && memcmp(t->s + p - n, word, n) == 0;
}

bool span_is_behind(const struct span *t, size_t p, const char *word)
{
	size_t n = strlen(word);

	return p <= t->n && t->n - p >= n && memcmp(t->s + p, word, n) == 0;
}

bool span_is_anywhere(const struct span *t, size_t end, const char *word)
{
	return memmem(t->s, end, word, strlen(word));
}

bool span_ends_name(const struct span *t, size_t p)
{
	if (p >= t->n)
		return true;
	if (t->s[p] == '.')
		return p + 1 >= t->n || !isalnum((unsigned char)t->s[p + 1]);
	return !span_char_is_name(t->s[p]);
}

bool span_begins_name(const struct span *t, size_t p)
{
	return p == 0 || !(span_char_is_name(t->s[p - 1]) || t->s[p - 1] == '.');
}

size_t span_skip_spaces_back(const struct span *t, size_t p)
{
	while (p && span_char_is_one_of(t->s[p - 1], " \t"))
		p--;
	return p;
}
