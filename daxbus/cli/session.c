/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/session.h"

#include <errno.h>
#include <stdarg.h>
#include <syslog.h>

#include "base/utf8.h"
#include "cli/stream.h"

int session_fail(struct daxbus_error *error, int code, const char *format, ...)
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

int session_fail_memory(struct daxbus_error *error)
{
	return session_fail(error, -ENOMEM, "out of memory");
}

enum status session_status(int result)
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

int session_flush(struct session *s)
{
	return stream_write(s->results);
}

int session_open(struct session *s, struct daxbus_ctx **ret)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	int r;

	if (daxbus_new(&ctx) < 0)
		return session_fail_memory(&s->error);
	if (s->common.verbose)
		daxbus_set_log_level(ctx, LOG_DEBUG);
	if (s->common.sysroot) {
		r = daxbus_set_sysroot(ctx, s->common.sysroot, &s->error);
		/* A path that is no directory is an error in the command line. */
		if (r < 0)
			return r == -ENOTDIR ? -EINVAL : r;
	}
	*ret = TAKE_PTR(ctx);
	return 0;
}

void session_print_line(FILE *out, struct string *text)
{
	_cleanup_free_ char *line = string_take(text);

	if (!line)
		return;
	utf8_hide_controls(line);
	fprintf(out, "%s\n", line);
}

void session_vsay(const char *prefix, const char *format, va_list args)
{
	_cleanup_free_ char *line = NULL;

	if (vasprintf(&line, format, args) < 0) {
		line = NULL;
		fprintf(stderr, "%sout of memory\n", prefix);
		return;
	}
	utf8_hide_controls(line);
	fprintf(stderr, "%s%s\n", prefix, line);
}

void session_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	session_vsay("daxbus: ", format, args);
	va_end(args);
}
