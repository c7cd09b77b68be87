/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/parse.h"
#include "cli/session.h"

/* The command line, while it is parsed. */
struct parser {
	const struct option_row *rows;
	size_t n_rows;
	void *base;
	char **words;
	size_t n;
	size_t at; /* the next word */
	struct daxbus_error *error;
};

/* What an option on the command line means: a row, and whether it is reset. */
struct meaning {
	const struct option_row *row;
	bool reset;
};

static int set_option(const struct parser *p, const struct meaning *match, const char *value)
{
	void *member = (char *)p->base + match->row->offset;

	if (match->row->type == OPTION_FLAG)
		*(bool *)member = !match->reset;
	else
		*(const char **)member = match->reset ? NULL : value;
	return 0;
}

/* @value: the part after '=' or after the letter, or NULL */
static int apply_option(struct parser *p, const struct meaning *match, const char *value)
{
	bool wants_value = options_has_argument(match->row) && !match->reset;

	if (wants_value && !value && p->at < p->n)
		value = p->words[p->at++];
	if (wants_value && !value)
		return session_fail(p->error, -EINVAL, "option `%s' requires a value",
				    match->row->name);
	if (!wants_value && value)
		return session_fail(p->error, -EINVAL, "option `%s%s' takes no value",
				    match->reset ? "no-" : "", match->row->name);
	return set_option(p, match, value);
}

/*
 * Compare @word of @n characters with a name of @row. Return: whether it is a prefix; @exact
 * receives whether it is the whole name.
 */
static bool is_prefix(const char *word, size_t n, const char *before, const char *name, bool *exact)
{
	size_t n_before = strlen(before), length = n_before + strlen(name);
	size_t first = n < n_before ? n : n_before;

	*exact = n == length;
	return n <= length && strncmp(word, before, first) == 0 &&
	       strncmp(word + first, name, n - first) == 0;
}

/* Whether @word is the opposite of @row. With a value, it cannot be abbreviated. */
static bool is_reset(const char *word, size_t n, const struct option_row *row, bool *exact)
{
	bool has_no = starts_with(row->name, "no-");
	bool is_found = (has_no && is_prefix(word, n, "", row->name + 3, exact)) ||
			is_prefix(word, n, "no-", row->name, exact);

	return is_found && (*exact || word[n] != '=');
}

/* Whether @word is @row or its opposite. */
static bool is_row(const char *word, size_t n, const struct option_row *row, struct meaning *ret,
		   bool *exact)
{
	*ret = (struct meaning){ .row = row };
	if (is_prefix(word, n, "", row->name, exact))
		return true;
	ret->reset = true;
	return is_reset(word, n, row, exact);
}

/* Return: 0; -EINVAL no option, or several. */
static int find_long(const struct parser *p, const char *word, size_t n, struct meaning *ret)
{
	struct meaning match, other = { 0 };
	bool exact;

	*ret = (struct meaning){ 0 };
	for (size_t i = 0; i < p->n_rows; i++) {
		if (!is_row(word, n, &p->rows[i], &match, &exact))
			continue;
		other = *ret;
		*ret = match;
		if (exact)
			return 0;
	}
	if (!ret->row)
		return session_fail(p->error, -EINVAL, "unknown option `%.*s'", (int)n, word);
	if (!other.row)
		return 0;
	return session_fail(p->error, -EINVAL, "Ambiguous option: %.*s (could be --%s%s or --%s%s)",
			    (int)n, word, other.reset ? "no-" : "", other.row->name,
			    ret->reset ? "no-" : "", ret->row->name);
}

/* @word is the part after "--". */
static int parse_long_option(struct parser *p, const char *word)
{
	const char *equals = strchr(word, '=');
	struct meaning match;
	int r;

	if (streq(word, "help") || streq(word, "help-all"))
		return DAXCTL_PARSE_HELP;
	if (streq(word, "list-opts"))
		return DAXCTL_PARSE_LIST_OPTIONS;
	if (streq(word, "list-cmds"))
		return DAXCTL_PARSE_LIST_COMMANDS;
	r = find_long(p, word, equals ? (size_t)(equals - word) : strlen(word), &match);
	return r < 0 ? r : apply_option(p, &match, equals ? equals + 1 : NULL);
}

static const struct option_row *find_letter(const struct parser *p, char letter)
{
	for (size_t i = 0; i < p->n_rows; i++)
		if (p->rows[i].letter == letter)
			return &p->rows[i];
	return NULL;
}

/* @word is the part after "-": letters, the last of which may have an argument. */
static int parse_short_options(struct parser *p, const char *word)
{
	int r = 0;

	for (; r == 0 && *word; word++) {
		struct meaning match = { .row = find_letter(p, *word) };

		if (*word == 'h')
			return DAXCTL_PARSE_HELP;
		if (!match.row)
			return session_fail(p->error, -EINVAL, "unknown switch `%c'", *word);
		if (options_has_argument(match.row))
			return apply_option(p, &match, word[1] ? word + 1 : NULL);
		r = set_option(p, &match, NULL);
	}
	return r;
}

int daxctl_parse_words(const struct option_row *rows, size_t n_rows, void *base, char **words,
		       size_t n, size_t *ret_operands, struct daxbus_error *error)
{
	struct parser p = { rows, n_rows, base, words, n, 0, error };
	size_t operands = 0;
	int r = 0;

	while (r == 0 && p.at < n) {
		char *word = words[p.at++];

		if (word[0] != '-' || !word[1])
			words[operands++] = word;
		else if (word[1] != '-')
			r = parse_short_options(&p, word + 1);
		else if (word[2])
			r = parse_long_option(&p, word + 2);
		else
			break;
	}
	while (r == 0 && p.at < n)
		words[operands++] = words[p.at++];
	*ret_operands = operands;
	return r;
}

int daxctl_parse_size(const char *s, uint64_t *ret)
{
	static const char suffixes[] = "kmgt";
	const char *suffix;
	unsigned int shift = 0;
	uint64_t value;
	char *end;

	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	errno = 0;
	value = strtoull(s, &end, 0);
	if (errno)
		return -EINVAL;
	suffix = *end ? strchr(suffixes, tolower((unsigned char)*end)) : NULL;
	if (suffix) {
		shift = 10 * ((unsigned int)(suffix - suffixes) + 1);
		end++;
	}
	if (*end)
		return parse_size(s, ret);
	if (value > UINT64_MAX >> shift)
		return -EINVAL;
	*ret = value << shift;
	return 0;
}
