/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

void failure_done(struct failure *failure)
{
	daxbus_error_done(&failure->error);
	failure->code = REASON_NONE;
	failure->hint = NULL;
}

int failure_set(struct failure *failure, enum reason code, int r, const char *format, ...)
{
	va_list args;

	failure_done(failure);
	failure->code = code;
	failure->error.code = r;
	va_start(args, format);
	if (vasprintf(&failure->error.message, format, args) < 0)
		failure->error.message = NULL;
	va_end(args);
	return r;
}

int failure_oom(struct failure *failure)
{
	return failure_set(failure, REASON_WRITE_FAILED, -ENOMEM, "out of memory");
}

int failure_journal_left(struct failure *failure, int r)
{
	return failure_set(failure, REASON_JOURNAL_FAILED, r, "cannot remove the journal: %s",
			   strerror(-r));
}

int failure_vanished(struct failure *failure, const char *device)
{
	return failure_set(failure, REASON_VANISHED, -ENODEV, "the device %s has gone", device);
}
