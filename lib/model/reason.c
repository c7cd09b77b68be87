/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/reason.h"

#include <stdarg.h>

#include "base/string.h"

static const struct {
	const char *word;
	bool force;
	const char *hint;
} codes[] = {
#define REASON_ROW(name, word, force, hint) [name] = { word, force, hint },
	REASONS(REASON_ROW)
};

const char *reason_word(enum reason code)
{
	return codes[code].word;
}

int reason_fail(struct daxbus_error *err, int r, enum reason code, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = string_vformat(&text, format, args);
	va_end(args);
	if (n < 0)
		return error_oom(err);
	error_set(err, r, "%s", text);
	error_set_reason(err, reason_word(code));
	return r;
}

bool reason_is_overridden(enum reason code, bool force)
{
	return force && codes[code].force;
}

const char *reason_hint(enum reason code)
{
	return codes[code].hint;
}

enum reason reason_if_hidden(enum reason held)
{
	return held == REASON_DEVICE_HELD ? REASON_HOLDERS_UNKNOWN : REASON_UNKNOWN_STATE;
}
