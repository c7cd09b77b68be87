/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"

#include <errno.h>
#include <stdarg.h>
#include <syslog.h>

int fail(struct daxbus_error *error, int code, const char *format, ...)
{
	va_list args;

	daxbus_error_done(error);
	error->code = code;
	va_start(args, format);
	if (vasprintf(&error->message, format, args) < 0)
		error->message = NULL;
	va_end(args);
	return code;
}

int fail_memory(struct daxbus_error *error)
{
	return fail(error, -ENOMEM, "out of memory");
}

enum status status_of(int result)
{
	switch (result) {
	case 0:
		return STATUS_DONE;
	case -EINVAL:
		return STATUS_USAGE;
	case -ENOENT:
		return STATUS_NOT_FOUND;
	default:
		return STATUS_FAILED;
	}
}

int session_open(struct session *s, struct daxbus_ctx **ret)
{
	_cleanup_(daxbus_unref_p) struct daxbus_ctx *ctx = NULL;
	int r;

	if (daxbus_new(&ctx) < 0)
		return fail_memory(&s->error);
	if (s->common.verbose)
		daxbus_set_log_level(ctx, LOG_DEBUG);
	if (s->common.sysroot) {
		r = daxbus_set_sysroot(ctx, s->common.sysroot, &s->error);
		/* A file where a folder belongs is a mistake of the command line. */
		if (r < 0)
			return r == -ENOTDIR ? -EINVAL : r;
	}
	*ret = TAKE_PTR(ctx);
	return 0;
}

/* Names come from folders and command lines of others: they must not move a terminal's cursor. */
static void defuse(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
}

void say(const char *format, ...)
{
	_cleanup_free_ char *line = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&line, format, args);
	va_end(args);
	if (n < 0) {
		line = NULL;
		fputs("daxbus: out of memory\n", stderr);
		return;
	}
	defuse(line);
	fprintf(stderr, "daxbus: %s\n", line);
}
