/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/comments.h"

#include <ctype.h>
#include <string.h>

#include "base/util.h"

/* The end of a line without the comment that begins with @mark outside quotes, before a word. */
static size_t cut_comment(const char *s, size_t n, const char *mark)
{
	size_t length = strlen(mark);
	char quote = 0;

	for (size_t i = 0; i + length <= n; i++) {
		if (quote) {
			if (s[i] == '\\' && quote == '"')
				i++;
			else if (s[i] == quote)
				quote = 0;
		} else if (s[i] == '\\') {
			i++;
		} else if (s[i] == '"' || s[i] == '\'') {
			quote = s[i];
		} else if (memcmp(s + i, mark, length) == 0 &&
			   (i == 0 || memchr(" \t;)", s[i - 1], 4))) {
			return i;
		}
	}
	return n;
}

static bool begins_with(const char *s, size_t n, const char *word)
{
	return n >= strlen(word) && memcmp(s, word, strlen(word)) == 0;
}

/*
 * Python's texts that nothing is done with. @s is a line without the spaces before it. Return:
 * whether the line is, or ends, such a text.
 */
static bool is_docstring(struct comments *comments, const char *s, size_t n)
{
	static const char *const marks[] = { "\"\"\"", "'''" };
	size_t begin = 0;

	if (comments->quotes) {
		if (memmem(s, n, comments->quotes, 3))
			comments->quotes = NULL;
		return true;
	}
	while (begin < n && begin < 2 && memchr("rRuUbB", s[begin], 6))
		begin++;
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		if (!begins_with(s + begin, n - begin, marks[i]))
			continue;
		if (!memmem(s + begin + 3, n - begin - 3, marks[i], 3))
			comments->quotes = marks[i];
		return true;
	}
	return false;
}

/* The same of Perl and Ruby. @s is the whole line. */
static bool is_pod(struct comments *comments, const char *s, size_t n)
{
	if (n < 2 || s[0] != '=' || !isalpha((unsigned char)s[1]))
		return comments->pod;
	comments->pod = !begins_with(s, n, "=cut") && !begins_with(s, n, "=end");
	return true;
}

size_t comments_cut(enum syntax syntax, struct comments *comments, const char *line, const char *s,
		    size_t n)
{
	size_t whole = n + (size_t)(s - line);

	switch (syntax) {
	case SYNTAX_PYTHON:
		return is_docstring(comments, s, n) ? 0 : cut_comment(s, n, "#");
	case SYNTAX_PERL:
		return is_pod(comments, line, whole) ? 0 : cut_comment(s, n, "#");
	case SYNTAX_HASH:
		return cut_comment(s, n, "#");
	case SYNTAX_SLASHES:
		return n && s[0] == '*' ? 0 : cut_comment(s, n, "//");
	case SYNTAX_DASHES:
		return cut_comment(s, n, "--");
	case SYNTAX_LINES:
		return n && (s[0] == '#' || s[0] == ';') ? 0 : n;
	default:
		return n && s[0] == '#' ? 0 : n;
	}
}
