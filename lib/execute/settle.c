/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/settle.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "scan/udev.h"

#define LOOKS_PER_SECOND 50
/* An event is in no queue for a moment, between the socket of udev and its queue. */
#define QUIET_LOOKS	 2

static void pause_ms(long ms)
{
	const struct timespec pause = { .tv_nsec = ms * 1000000L };

	nanosleep(&pause, NULL);
}

bool settle_wait(struct executor *p)
{
	unsigned int quiet = 0;

	if (!udev_is_running(p->fs))
		return true;
	for (unsigned int i = 0; i < SETTLE_SECONDS * LOOKS_PER_SECOND; i++) {
		quiet = udev_is_busy(p->fs) ? 0 : quiet + 1;
		if (quiet == QUIET_LOOKS)
			return true;
		pause_ms(1000 / LOOKS_PER_SECOND);
		if (i % LOOKS_PER_SECOND == 0 && !executor_tell(p, "waiting for udev", 0, 0))
			return false;
	}
	log_debug(p->log, "udev still has events after %d s", SETTLE_SECONDS);
	return true;
}

void settle_dwell(void)
{
	pause_ms(300);
}

/* What brings memory online, and that it does. NULL: out of memory. */
static char *name_culprit(const struct executor *p)
{
	struct onliners onliners = { 0 };
	const struct onliner *o = NULL;
	char *text = NULL;

	if (udev_find_onliners(p->fs, p->log, &onliners) == 0)
		o = onliner_find(&onliners, ONLINER_ADDED, ZONE_OFFLINE)
			    ?: onliner_find(&onliners, ONLINER_OFFLINED, ZONE_OFFLINE);
	if (asprintf(&text, "%s%s memory online", o ? o->name : "something else",
		     !o		     ? " brings"
		     : o->is_certain ? ", brings"
				     : ", may bring") < 0)
		text = NULL;
	onliner_done(&onliners);
	return text;
}

int settle_fail(const struct executor *p, struct failure *failure, enum reason code, int r,
		const char *format, ...)
{
	_cleanup_free_ char *culprit = name_culprit(p), *what = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&what, format, args);
	va_end(args);
	if (n < 0)
		what = NULL;
	if (!what || !culprit)
		return failure_oom(failure);
	failure_set(failure, code, r, "%s: %s", what, culprit);
	failure->hint =
		"Find what brings memory online (udev rules, agents, scripts), and stop it.";
	return r;
}
