/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/reason.h"

static const struct {
	const char *word;
	bool force;
	const char *hint;
} codes[] = {
#define CODE_ROW(name, word, force, hint) [name] = { word, force, hint },
	CODES(CODE_ROW)
};

const char *code_word(enum code code)
{
	return codes[code].word;
}

bool code_is_forceable(enum code code)
{
	return codes[code].force;
}

const char *code_hint(enum code code)
{
	return codes[code].hint;
}
