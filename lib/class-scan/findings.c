/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/findings.h"

const struct finding_texts findings[_USE_MAX] = {
#define USE_TEXTS(name, word, breaks, instead) [name] = { word, breaks, instead },
	USES(USE_TEXTS)
};
