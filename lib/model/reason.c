/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/reason.h"

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
