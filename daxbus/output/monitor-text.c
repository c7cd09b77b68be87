/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <time.h>

#include "output/monitor.h"

#define SECOND_US 1000000

void monitor_text_print(struct session *s, const struct daxbus_event *event)
{
	time_t seconds = (time_t)(event->time / SECOND_US);
	struct string t = { 0 };
	char clock[16] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	string_add(&t, "%s.%03" PRIu64 " %-9s %s", clock, event->time % SECOND_US / 1000,
		   event->device ?: event->region ?: "-", event->message);
	session_print_line(s->out, &t);
}
