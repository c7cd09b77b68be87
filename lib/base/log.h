/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_LOG_H
#define DAXBUS_BASE_LOG_H

#include <syslog.h>

#include "base/util.h"
#include "daxbus.h"

/* Where messages go. Embedded in the context; modules below it get a pointer, which may be NULL. */
struct log {
	daxbus_log_fn fn;
	void *data;
	int level;
};

/* level from DAXBUS_LOG by secure_getenv(); an unknown word is -1, nothing. */
void log_init(struct log *log);

void log_write(const struct log *log, int level, const char *file, int line, const char *function,
	       const char *format, ...) _format_(6, 7);

/* The arguments are not evaluated when nobody listens. */
#define log_debug(to, ...)                                                                         \
	do {                                                                                       \
		const struct log *_log = (to);                                                     \
		if (_log && _log->level >= LOG_DEBUG)                                              \
			log_write(_log, LOG_DEBUG, __FILE__, __LINE__, __func__, __VA_ARGS__);     \
	} while (0)

#endif
