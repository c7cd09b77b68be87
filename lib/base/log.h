/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_LOG_H
#define DAXBUS_BASE_LOG_H

#include <syslog.h>

#include "base/util.h"
#include "daxbus.h"

/* The destination of log messages. The context contains it; other modules have a pointer or NULL.
 */
struct log {
	daxbus_log_fn fn;
	void *data;
	int level;
};

/* Set the level from DAXBUS_LOG by secure_getenv(); an unknown word disables the log (-1). */
void log_init(struct log *log);

void log_write(const struct log *log, int level, const char *file, int line, const char *function,
	       const char *format, ...) _format_(6, 7);

/* The arguments are only evaluated if the level is enabled. */
#define log_debug(to, ...)                                                                         \
	do {                                                                                       \
		const struct log *_log = (to);                                                     \
		if (_log && _log->level >= LOG_DEBUG)                                              \
			log_write(_log, LOG_DEBUG, __FILE__, __LINE__, __func__, __VA_ARGS__);     \
	} while (0)

#endif
