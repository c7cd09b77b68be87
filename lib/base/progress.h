/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_PROGRESS_H
#define DAXBUS_BASE_PROGRESS_H

#include "daxbus.h"

/* Who hears of progress, and may stop it. */
struct progress_fn {
	daxbus_progress_fn fn; /* or NULL */
	void *data;
};

/* Tell it. Return: whether to go on. */
static inline bool progress_fn_call(const struct progress_fn *progress_fn,
				    const struct daxbus_progress *progress)
{
	return !progress_fn->fn || progress_fn->fn(progress_fn->data, progress);
}

#endif
