/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_FAILURE_H
#define DAXBUS_EXECUTE_FAILURE_H

#include "base/error.h"
#include "model/reason.h"

/*
 * What went wrong: a code for scripts, a sentence, and what to do next; @hint NULL: what the table
 * of codes says.
 */
struct failure {
	enum reason code;
	struct daxbus_error error;
	const char *hint;
};
#define FAILURE_INIT                                                                               \
	{                                                                                          \
		REASON_NONE, DAXBUS_ERROR_INIT, NULL                                               \
	}
void failure_done(struct failure *failure);

/*
 * failure_set() - say what went wrong
 * @r: a negative errno value
 * @format: a sentence
 *
 * Return: @r.
 */
int failure_set(struct failure *failure, enum reason code, int r, const char *format, ...)
	_format_(4, 5);
int failure_oom(struct failure *failure);
/* All is undone, but the journal of it cannot be removed: @r. */
int failure_journal_left(struct failure *failure, int r);
/* The device does not exist any more: -ENODEV. */
int failure_vanished(struct failure *failure, const char *device);

#endif
