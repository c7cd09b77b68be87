/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "explain/explain.h"

#include <errno.h>

static void (*const checks[])(const struct explain_input *in, struct causes *causes) = {
#define CHECK_ROW(name, word, check, next) [name] = check,
	CAUSES(CHECK_ROW)
};

int explain_run(const struct explain_input *in, struct causes *ret)
{
	for (enum cause_code code = 0; code < _CAUSE_MAX; code++)
		checks[code](in, ret);
	if (!ret->failed)
		return 0;
	causes_done(ret);
	return -ENOMEM;
}
