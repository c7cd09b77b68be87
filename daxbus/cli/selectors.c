/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/selectors.h"

#include <errno.h>

#include "cli/columns.h"
#include "cli/session.h"
#include "cli/suggest.h"

/* The field with a name similar to one of @length characters, or NULL. */
static const char *find_similar(const char *name, size_t length)
{
	_cleanup_free_ char *word = strndup(name, length);
	const struct daxbus_field *field = NULL;
	struct suggestion suggestion = { .word = word };

	if (!word || daxbus_field_find(DAXBUS_DEVICE, word))
		return NULL;
	while ((field = columns_next_field(DAXBUS_DEVICE, field)))
		suggest_try(&suggestion, field->name);
	return suggestion.best;
}

/* Append a suggestion to the library's message about @selector. */
static int suggest_field(const char *selector, struct daxbus_error *error)
{
	const char *term = selector, *similar = NULL;

	while (term && !similar) {
		size_t length = strcspn(term, "=,");

		if (term[length] == '=')
			similar = find_similar(term, length);
		term = strchr(term, ',');
		if (term)
			term++;
	}
	return suggest_add(error, "", similar);
}

int selectors_add_operands(struct daxbus_query *query, char **words, size_t n,
			   struct daxbus_error *error)
{
	for (size_t i = 0; i < n; i++) {
		int r = daxbus_query_add_selector(query, words[i], error);

		if (r < 0)
			return r == -EINVAL ? suggest_field(words[i], error) : r;
	}
	return 0;
}

int selectors_query(struct session *s, struct daxbus_query **ret)
{
	if (daxbus_query_new(ret) < 0)
		return session_fail_memory(&s->error);
	return selectors_add_operands(*ret, s->operands, s->n_operands, &s->error);
}
