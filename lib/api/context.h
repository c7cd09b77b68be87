/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_CONTEXT_H
#define DAXBUS_API_CONTEXT_H

#include "base/log.h"
#include "execute/apply.h"
#include "model/selector.h"

/* The public types that are opaque to programs. */
struct daxbus_ctx {
	struct log log;
	char *sysroot; /* NULL: the running kernel */
	struct progress_fn progress_fn;
};

struct daxbus_query {
	struct selectors selection;
	unsigned int needs;
};

#endif
