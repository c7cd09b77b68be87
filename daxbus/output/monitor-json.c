/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <time.h>

#include "output/json.h"
#include "output/monitor.h"

/* An event, with its time as text. */
struct line {
	struct daxbus_event event;
	const char *time;
};
#define LINE(member) offsetof(struct line, member)

/* clang-format off */
const struct change_key monitor_json_keys[] = {
	{ "time", KEY_TEXT, false, LINE(time), 0,
	  "when it was read, in UTC, as 2026-01-31T12:00:00.123456Z" },
	{ "event", KEY_TEXT, false, LINE(event.event), 0, "stable word for what happened, see daxbus-monitor(1)" },
	{ "device", KEY_TEXT, true, LINE(event.device), 0, "name of the device" },
	{ "region", KEY_TEXT, true, LINE(event.region), 0, "name of the region, such as region0" },
	{ "from", KEY_TEXT, true, LINE(event.from), 0,
	  "what was before: driver, flag, size in bytes, range, value" },
	{ "to", KEY_TEXT, true, LINE(event.to), 0, "what is now: the same, or path of a policy" },
	{ "blocks", KEY_COUNT, true, LINE(event.blocks), 0,
	  "number of memory blocks; null for other events" },
	{ "message", KEY_TEXT, false, LINE(event.message), 0, "sentence, for people" },
	{ 0 },
};
/* clang-format on */

#define SECOND_US    1000000

int monitor_json_print(struct session *s, const struct daxbus_event *event)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	time_t seconds = (time_t)(event->time / SECOND_US);
	char day[24] = "", text[40];
	struct line line = { *event, text };
	struct tm tm;
	int r = json_new_document(&j, &s->error);

	if (r < 0)
		return r;
	if (gmtime_r(&seconds, &tm))
		strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%06" PRIu64 "Z", day, event->time % SECOND_US);
	change_json_fill(j, json_root(j), &line, monitor_json_keys);
	return json_print_line(j, s->out, &s->error);
}
