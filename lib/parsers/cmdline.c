/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/cmdline.h"

#include <errno.h>

#include "base/string.h"

/* Cut the next word off. NULL when there is none. */
static char *next_parameter(char **rest)
{
	bool quoted = false;
	char *word = *rest + strspn(*rest, " \n"), *end = word;

	while (*end && (quoted || (*end != ' ' && *end != '\n'))) {
		quoted ^= *end == '"';
		end++;
	}
	*rest = *end ? end + 1 : end;
	*end = '\0';
	return *word ? word : NULL;
}

/* Remove the quotes around a word or a value, in place. */
static char *unquote(char *s)
{
	size_t n;

	if (*s != '"')
		return s;
	n = strlen(++s);
	if (n && s[n - 1] == '"')
		s[n - 1] = '\0';
	return s;
}

static int take_parameter_word(const char *word,
			       int (*fn)(void *data, const char *name, char *value,
					 const char *word),
			       void *data)
{
	_cleanup_free_ char *copy = strdup(word);
	char none[1] = "";
	char *name, *value;

	if (!copy)
		return -ENOMEM;
	name = unquote(copy);
	value = strchr(name, '=');
	if (value)
		*value++ = '\0';
	for (char *s = name; *s; s++)
		if (*s == '-')
			*s = '_';
	return fn(data, name, value ? unquote(value) : none, word);
}

int cmdline_each(char *text, int (*fn)(void *data, const char *name, char *value, const char *word),
		 void *data)
{
	char *word;
	int r = 0;

	while (r == 0 && (word = next_parameter(&text)) && !streq(word, "--"))
		r = take_parameter_word(word, fn, data);
	return r;
}
