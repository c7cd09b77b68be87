/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/findings.h"

static const struct {
	const char *word;
	const char *breaks;
	const char *instead;
} uses[] = {
#define USE_TEXTS(name, word, breaks, instead) [name] = { word, breaks, instead },
	USES(USE_TEXTS)
};

const char *use_word(enum use use)
{
	return uses[use].word;
}

const char *use_breaks(enum use use)
{
	return uses[use].breaks;
}

const char *use_instead(enum use use)
{
	return uses[use].instead;
}
