/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_PROGRESS_H
#define DAXBUS_BASE_PROGRESS_H

#include "daxbus.h"

/* Who hears of progress, and may stop it. */
struct watch {
	daxbus_watch_fn fn; /* or NULL */
	void *data;
};

/* Tell it. Return: whether to go on. */
static inline bool watch_tell(const struct watch *watch, const struct daxbus_progress *progress)
{
	return !watch->fn || watch->fn(watch->data, progress);
}

#endif
