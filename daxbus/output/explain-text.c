/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "output/explain.h"

static void print_evidence(FILE *out, const struct cause_evidence *evidence)
{
	struct string t = { 0 };

	string_add(&t, "    %s", evidence->file);
	if (evidence->line)
		string_add(&t, ", line %u", evidence->line);
	string_add(&t, ": %s", evidence->text ?: "does not exist");
	session_print_line(out, &t);
}

static void print_cause(FILE *out, const struct cause *cause)
{
	struct string t = { 0 };

	string_add(&t, "%s (%s)", cause->message, cause->word);
	session_print_line(out, &t);
	for (size_t i = 0; i < cause->n_evidence; i++)
		print_evidence(out, &cause->evidence[i]);
	string_add(&t, "    next: %s", cause->next);
	session_print_line(out, &t);
}

void explain_text_print(struct session *s, const struct causes *causes)
{
	for (size_t i = 0; i < causes->n; i++)
		print_cause(s->out, &causes->items[i]);
	if (!causes->n)
		fputs("nothing found that is wrong\n", s->out);
}
