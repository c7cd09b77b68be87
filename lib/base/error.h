/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_ERROR_H
#define DAXBUS_BASE_ERROR_H

#include <errno.h>

#include "base/util.h"
#include "daxbus.h"

/*
 * error_set() - describe a failure, and return its code
 * @err: the object, or NULL; previous contents are replaced
 * @code: a negative errno value
 * @format: a complete sentence, without a newline or the name of the program. If the kernel gave a
 *          reason, end it with ": %s" and strerror(-code): only the caller knows whether errno adds
 *          information.
 *
 * Return: @code.
 */
int error_set(struct daxbus_error *err, int code, const char *format, ...) _format_(3, 4);

/* Add a stable word for the reason to what error_set() has set; @reason lives as long as the
 * library. */
void error_set_reason(struct daxbus_error *err, const char *reason);

/* Set "out of memory". Return: -ENOMEM. */
int error_oom(struct daxbus_error *err);

/* A value that cannot be read is unknown; only memory that ran out is a reason to stop. */
static inline int error_keep_oom(int r)
{
	return r == -ENOMEM ? r : 0;
}

#endif
