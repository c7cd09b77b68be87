/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_CONTEXT_H
#define DAXBUS_BASE_CONTEXT_H

#include "base/log.h"
#include "base/progress.h"

/* The context of a program, which it sets with the functions of daxbus.h. */
struct daxbus_ctx {
	struct log log;
	char *sysroot; /* NULL: the running kernel */
	struct progress_fn progress_fn;
};

#endif
