/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <errno.h>
#include <stdio.h>

int error_set(struct daxbus_error *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	daxbus_error_done(err);
	err->code = code;
	va_start(args, format);
	if (vasprintf(&err->message, format, args) < 0)
		err->message = NULL;
	va_end(args);
	return code;
}

void error_set_reason(struct daxbus_error *err, const char *reason)
{
	if (err)
		err->reason = reason;
}

int error_oom(struct daxbus_error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

_public_ void daxbus_error_done(struct daxbus_error *error)
{
	if (!error)
		return;
	free(error->message);
	*error = (struct daxbus_error)DAXBUS_ERROR_INIT;
}
