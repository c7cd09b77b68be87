/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/log.h"

#include <stdio.h>

#include "base/parse.h"
#include "base/string.h"
#include "base/utf8.h"

static void _format_(6, 0)
	log_stderr(void *data _unused_, int level _unused_, const char *file _unused_,
		   int line _unused_, const char *function, const char *format, va_list args)
{
	_cleanup_free_ char *text = NULL;

	if (string_vformat(&text, format, args) < 0)
		return;
	/* Paths and names are what others chose. */
	utf8_hide_controls(text);
	fprintf(stderr, "libdaxbus: %s: %s\n", function, text);
}

void log_init(struct log *log)
{
	const char *wanted = secure_getenv("DAXBUS_LOG");
	uint32_t number;

	*log = (struct log){ .fn = log_stderr, .level = -1 };
	if (!wanted)
		return;
	if (streq(wanted, "debug"))
		log->level = LOG_DEBUG;
	else if (streq(wanted, "info"))
		log->level = LOG_INFO;
	else if (streq(wanted, "err"))
		log->level = LOG_ERR;
	else if (parse_u32(wanted, 10, &number) == 0 && number <= LOG_DEBUG)
		log->level = (int)number;
}

void log_write(const struct log *log, int level, const char *file, int line, const char *function,
	       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(log->fn ? log->fn : log_stderr)(log->data, level, file, line, function, format, args);
	va_end(args);
}
