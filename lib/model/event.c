/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/event.h"

#include <errno.h>
#include <inttypes.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"

#define EVENT_ROW(kind, word, help) [kind] = { word, help },
static const struct {
	const char *word;
	const char *help;
} rows[] = { EVENTS(EVENT_ROW) };

bool event_describe(size_t kind, const char **ret_word, const char **ret_help)
{
	if (kind >= ARRAY_SIZE(rows))
		return false;
	*ret_word = rows[kind].word;
	*ret_help = rows[kind].help;
	return true;
}

static void event_done(struct event *e)
{
	free((char *)e->shown.device);
	free((char *)e->shown.region);
	free((char *)e->shown.from);
	free((char *)e->shown.to);
	free((char *)e->shown.message);
}

void events_done(struct events *events)
{
	ARRAY_FREE(events->items, events->n, event_done);
	*events = (struct events){ 0 };
}

static void add_blocks(struct string *t, const struct event_facts *f, const char *what)
{
	string_add(t, "%" PRIu64 " memory block%s %s", f->blocks, plural(f->blocks), what);
	if (!f->device)
		string_add(t, ", of which device only root can see");
}

static void add_sizes(struct string *t, const struct event_facts *f)
{
	uint64_t from = 0, to = 0;

	/* Both are numbers that this module's caller has printed. */
	if (parse_u64(f->from, 10, &from) < 0 || parse_u64(f->to, 10, &to) < 0)
		return;
	string_add(t, "size ");
	string_add_size(t, to);
	string_add(t, ", was ");
	string_add_size(t, from);
}

static void add_message(struct string *t, enum event_kind kind, const struct event_facts *f)
{
	switch (kind) {
	case EVENT_REGION_ADDED:
	case EVENT_DEVICE_ADDED:
		return string_add(t, "appeared");
	case EVENT_REGION_REMOVED:
	case EVENT_DEVICE_REMOVED:
		return string_add(t, "gone");
	case EVENT_DRIVER_BOUND:
		return string_add(t, "bound to %s", f->to ?: "a driver");
	case EVENT_DRIVER_UNBOUND:
		return string_add(t, "unbound from %s", f->from ?: "its driver");
	case EVENT_BLOCKS_ADDED:
		return add_blocks(t, f, "added");
	case EVENT_BLOCKS_REMOVED:
		return add_blocks(t, f, "removed");
	case EVENT_BLOCKS_ONLINE:
		return add_blocks(t, f, "online");
	case EVENT_BLOCKS_OFFLINE:
		return add_blocks(t, f, "offline");
	case EVENT_SIZE_CHANGED:
		return add_sizes(t, f);
	case EVENT_FLAG_SET:
		return string_add(t, "flag %s set", f->to);
	case EVENT_FLAG_CLEARED:
		return string_add(t, "flag %s cleared", f->from);
	case EVENT_ORPHANED:
		return string_add(t, "memory %s has no device any more", f->from);
	case EVENT_DRIVER_ADDED:
		return string_add(t, "driver %s loaded", f->to);
	case EVENT_DRIVER_REMOVED:
		return string_add(t, "driver %s unloaded", f->from);
	case EVENT_AUTO_ONLINE_CHANGED:
		return string_add(t, "auto_online_blocks is %s, was %s", f->to ?: "unknown",
				  f->from ?: "unknown");
	case EVENT_POLICY_CHANGED:
		return string_add(t, "policy %s changed", f->to);
	case EVENT_LOST:
		return string_add(t, "events were lost, because they came faster than they were "
				     "read; the state was read again");
	case _EVENT_MAX:
		break;
	}
}

int events_add(struct events *events, enum event_kind kind, const struct event_facts *facts)
{
	struct event e = {
		.kind = kind,
		.shown = { .time = facts->time, .event = rows[kind].word, .blocks = facts->blocks },
	};
	struct string t = { 0 };
	int r = string_copy((char **)&e.shown.device, facts->device)
			? : string_copy((char **)&e.shown.region, facts->region)
			? : string_copy((char **)&e.shown.from, facts->from)
			? : string_copy((char **)&e.shown.to, facts->to);

	add_message(&t, kind, facts);
	e.shown.message = string_take(&t);
	if (r == 0)
		r = e.shown.message ? ARRAY_PUSH(events->items, events->n, e) : -ENOMEM;
	if (r < 0)
		event_done(&e);
	return r;
}

void events_drop_last(struct events *events)
{
	event_done(&events->items[--events->n]);
}
