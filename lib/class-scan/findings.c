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

const char *findings_word(enum finding use)
{
	return uses[use].word;
}

const char *findings_breaks(enum finding use)
{
	return uses[use].breaks;
}

const char *findings_instead(enum finding use)
{
	return uses[use].instead;
}
