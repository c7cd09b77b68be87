/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/cause.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/array.h"
#include "base/string.h"
#include "base/utf8.h"

static const struct {
	const char *word;
	const char *next;
} rows[] = {
#define CAUSE_ROW(name, word, check, next) [name] = { word, next },
	CAUSES(CAUSE_ROW)
};

/* --- one of them ------------------------------------------------------------------------------ */

/* Text of others, such as a line of a file, goes to terminals. NULL if memory ran out. */
static _format_(1, 0) char *vprint(const char *format, va_list args)
{
	char *text;

	return vasprintf(&text, format, args) < 0 ? NULL : utf8_hide_controls(text);
}

/* The next step of a row: {} is the subject. */
static char *print_next(const char *next, const char *subject)
{
	struct string t = { 0 };
	const char *place;

	for (; (place = strstr(next, "{}")); next = place + strlen("{}"))
		string_add(&t, "%.*s%s", (int)(place - next), next, subject ?: "");
	string_add(&t, "%s", next);
	return utf8_hide_controls(string_take(&t));
}

static void cause_done(struct cause *cause)
{
	for (size_t i = 0; i < cause->n_evidence; i++) {
		free(cause->evidence[i].file);
		free(cause->evidence[i].text);
	}
	free(cause->evidence);
	free(cause->subject);
	free(cause->message);
	free(cause->next);
}

/* --- all of them ------------------------------------------------------------------------------ */

void cause_add(struct causes *causes, enum cause_code code, const char *subject, const char *format,
	       ...)
{
	struct cause cause = { .code = code,
			       .word = rows[code].word,
			       .next = print_next(rows[code].next, subject) };
	va_list args;

	va_start(args, format);
	cause.message = vprint(format, args);
	va_end(args);
	if (subject)
		cause.subject = utf8_hide_controls(strdup(subject));
	if (cause.message && cause.next && (!subject || cause.subject) &&
	    ARRAY_PUSH(causes->items, causes->n, cause) == 0)
		return;
	cause_done(&cause);
	causes->failed = true;
}

void cause_add_evidence(struct causes *causes, const char *file, unsigned int line,
			const char *text)
{
	struct cause_evidence evidence = { .line = line };
	struct cause *last;

	if (causes->failed)
		return;
	last = &causes->items[causes->n - 1];
	evidence.file = utf8_hide_controls(strdup(file));
	if (text)
		evidence.text = utf8_hide_controls(strdup(text));
	if (evidence.file && (!text || evidence.text) &&
	    ARRAY_PUSH(last->evidence, last->n_evidence, evidence) == 0)
		return;
	free(evidence.file);
	free(evidence.text);
	causes->failed = true;
}

void cause_set_next(struct causes *causes, const char *format, ...)
{
	struct cause *last;
	va_list args;

	if (causes->failed)
		return;
	last = &causes->items[causes->n - 1];
	free(last->next);
	va_start(args, format);
	last->next = vprint(format, args);
	va_end(args);
	causes->failed = !last->next;
}

bool cause_has(const struct causes *causes, enum cause_code code, const char *subject)
{
	for (size_t i = 0; i < causes->n; i++) {
		const struct cause *c = &causes->items[i];

		if (c->code == code && (!subject || (c->subject && streq(c->subject, subject))))
			return true;
	}
	return false;
}

void causes_done(struct causes *causes)
{
	ARRAY_FREE(causes->items, causes->n, cause_done);
	*causes = (struct causes){ 0 };
}
