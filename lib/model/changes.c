/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/changes.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "base/string.h"
#include "model/fields.h"
#include "model/range-list.h"

const unsigned int changes_needs = NEED_DRIVER | NEED_SIZE | NEED_RANGES | NEED_MEMORY |
				   NEED_FLAGS | NEED_POLICY | NEED_ORPHANS;

/* Both snapshots, and where the events go. */
struct comparison {
	const struct burst *b;
	const struct daxbus_snapshot *before;
	const struct daxbus_snapshot *now;
	const struct selectors *selection;
	struct events *events;
	uint64_t time; /* of what nothing has announced */
};

/* --- announcements ---------------------------------------------------------------------------- */

static void announced_done(struct announced *a)
{
	free(a->device);
	free(a->value);
}

void changes_burst_done(struct burst *b)
{
	ARRAY_FREE(b->items, b->n, announced_done);
	*b = (struct burst){ 0 };
}

static int burst_push(struct burst *b, const struct announced *a)
{
	if (!b->seen)
		b->begin = a->time;
	b->seen = true;
	return ARRAY_PUSH(b->items, b->n, *a);
}

int changes_burst_add(struct burst *b, enum event_kind kind, uint64_t time, const char *device,
		      const char *value)
{
	struct announced a = { .kind = kind, .time = time };
	int r = string_copy(&a.device, device) ?: string_copy(&a.value, value) ?: burst_push(b, &a);

	if (r < 0)
		announced_done(&a);
	return r;
}

int changes_burst_add_block(struct burst *b, enum event_kind kind, uint64_t time, uint64_t block)
{
	return burst_push(b, &(struct announced){ .kind = kind, .time = time, .block = block });
}

static bool is_of_blocks(enum event_kind kind)
{
	return kind == EVENT_BLOCKS_ADDED || kind == EVENT_BLOCKS_REMOVED ||
	       kind == EVENT_BLOCKS_ONLINE || kind == EVENT_BLOCKS_OFFLINE;
}

/* --- devices ---------------------------------------------------------------------------------- */

static const struct region *find_same_region(const struct daxbus_snapshot *s,
					     const struct region *wanted)
{
	for (size_t i = 0; i < s->n_regions; i++)
		if (is_known(&s->regions[i]->id) && s->regions[i]->id.v == wanted->id.v)
			return s->regions[i];
	return NULL;
}

static bool selects_everything(const struct comparison *c)
{
	return c->selection->n_selectors == 0;
}

/* A device that matches before or afterwards. */
static bool is_watched(const struct comparison *c, const char *name)
{
	const struct device *before = snapshot_find_device(c->before, name),
			    *now = snapshot_find_device(c->now, name);

	return selects_everything(c) || (before && selectors_has(c->selection, before)) ||
	       (now && selectors_has(c->selection, now));
}

/* "region0" of the name of a device. */
struct region_name {
	char s[32];
};
static struct region_name changed_region(const char *device)
{
	struct region_name name = { "" };
	unsigned int id, instance;

	if (sscanf(device, "dax%u.%u", &id, &instance) == 2)
		snprintf(name.s, sizeof(name.s), "region%u", id);
	return name;
}

static int add_of_device(struct comparison *c, enum event_kind kind, const char *device,
			 struct event_facts facts)
{
	struct region_name region = changed_region(device);

	if (!is_watched(c, device))
		return 0;
	facts.device = device;
	facts.region = *region.s ? region.s : NULL;
	facts.time = facts.time ?: c->time;
	return events_add(c->events, kind, &facts);
}

static int add_of_machine(struct comparison *c, enum event_kind kind, struct event_facts facts)
{
	facts.time = facts.time ?: c->time;
	return selects_everything(c) ? events_add(c->events, kind, &facts) : 0;
}

/* --- memory blocks ---------------------------------------------------------------------------- */

/* The owner of an address. */
static const char *owner_in(const struct daxbus_snapshot *s, uint64_t address)
{
	for (size_t i = 0; i < s->n_devices; i++)
		for (size_t k = 0; k < s->devices[i]->n_mappings; k++) {
			const struct mapping *m = &s->devices[i]->mappings[k];

			if (is_known(&m->start) && is_known(&m->end) && m->start.v <= address &&
			    address <= m->end.v)
				return s->devices[i]->name.v;
		}
	for (size_t i = 0; i < s->n_orphans; i++)
		if (s->orphans[i]->start.v <= address && address <= s->orphans[i]->end.v &&
		    s->orphans[i]->former_device.is == DAXBUS_KNOWN)
			return s->orphans[i]->former_device.v;
	return NULL;
}

static bool sees_addresses(const struct daxbus_snapshot *s)
{
	for (size_t i = 0; i < s->n_devices; i++)
		if (s->devices[i]->ranges == DAXBUS_UNKNOWN)
			return false;
	return true;
}

/* The event of this burst to which more blocks of a device are added, or NULL. */
static struct event *find_event(const struct comparison *c, size_t first, enum event_kind kind,
				const char *device)
{
	for (size_t i = first; i < c->events->n; i++) {
		struct event *e = &c->events->items[i];

		if (e->kind == kind &&
		    (device ? e->shown.device && streq(e->shown.device, device) : !e->shown.device))
			return e;
	}
	return NULL;
}

/* A run of blocks of one device, so that thousands of them are looked up once. */
struct run {
	enum event_kind kind;
	const char *device; /* NULL: nobody can see */
	uint64_t time;
	uint64_t n;
};

static int add_run(struct comparison *c, size_t first, struct run *run)
{
	struct event_facts facts = { .blocks = run->n, .time = run->time };
	struct event *e = find_event(c, first, run->kind, run->device);
	struct event joined;
	int r;

	if (!run->n)
		return 0;
	run->n = 0;
	if (!e)
		return run->device ? add_of_device(c, run->kind, run->device, facts)
				   : add_of_machine(c, run->kind, facts);
	/* The message has the number: make the event again, in its place. */
	facts.device = e->shown.device;
	facts.region = e->shown.region;
	facts.blocks += e->shown.blocks;
	facts.time = e->shown.time;
	r = events_add(c->events, run->kind, &facts);
	if (r < 0)
		return r;
	e = find_event(c, first, run->kind, run->device);
	joined = c->events->items[c->events->n - 1];
	c->events->items[c->events->n - 1] = *e;
	*e = joined;
	events_drop_last(c->events);
	return 0;
}

/* Blocks of memory that no device has, such as DIMMs, are none of ours. */
static bool find_owner(const struct comparison *c, uint64_t block, const char **ret)
{
	const struct opt_u64 *size = &c->now->bus.block_size;

	*ret = NULL;
	if (is_known(size))
		*ret = owner_in(c->now, block * size->v) ?: owner_in(c->before, block * size->v);
	return *ret || !sees_addresses(c->now);
}

static const char *driver_of(const struct device *d)
{
	return d && d->driver.is == DAXBUS_KNOWN ? d->driver.v : NULL;
}

/* The driver that a device had before its last event; the kernel does not say from which it was
 * unbound. */
static const char *last_driver(const struct comparison *c, size_t first, const char *device)
{
	for (size_t i = c->events->n; i-- > first;) {
		const struct event *e = &c->events->items[i];

		if (e->kind == EVENT_DRIVER_BOUND && streq(e->shown.device, device))
			return e->shown.to;
	}
	return driver_of(snapshot_find_device(c->before, device));
}

static int add_announced(struct comparison *c, size_t first, const struct announced *a)
{
	const char *driver =
		a->kind == EVENT_DRIVER_UNBOUND ? last_driver(c, first, a->device) : a->value;
	const struct event_facts to = { .to = a->value, .time = a->time };
	const struct event_facts from = { .from = driver, .time = a->time };
	bool leaves = a->kind == EVENT_DRIVER_UNBOUND || a->kind == EVENT_DRIVER_REMOVED;

	if (a->device)
		return add_of_device(c, a->kind, a->device, leaves ? from : to);
	return add_of_machine(c, a->kind, leaves ? from : to);
}

/* What was announced, with the blocks of each device as one event of each kind. */
static int add_burst(struct comparison *c)
{
	size_t first = c->events->n;
	struct run run = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->b->n; i++) {
		const struct announced *a = &c->b->items[i];
		const char *owner;

		if (!is_of_blocks(a->kind)) {
			r = c->b->lost && a->kind != EVENT_POLICY_CHANGED
				    ? 0
				    : (add_run(c, first, &run) ?: add_announced(c, first, a));
			continue;
		}
		if (c->b->lost || !find_owner(c, a->block, &owner))
			continue;
		if (run.n && (run.kind != a->kind || run.device != owner))
			r = add_run(c, first, &run);
		if (!run.n)
			run = (struct run){ a->kind, owner, a->time, 0 };
		run.n++;
	}
	return r ?: add_run(c, first, &run);
}

/* --- differences ------------------------------------------------------------------------------ */

static int compare_size(struct comparison *c, const struct device *old, const struct device *new)
{
	char from[24], to[24];

	if (!is_known(&old->size) || !is_known(&new->size) || old->size.v == new->size.v)
		return 0;
	snprintf(from, sizeof(from), "%" PRIu64, old->size.v);
	snprintf(to, sizeof(to), "%" PRIu64, new->size.v);
	return add_of_device(c, EVENT_SIZE_CHANGED, new->name.v,
			     (struct event_facts){ .from = from, .to = to });
}

static int compare_flags(struct comparison *c, const struct device *old, const struct device *new)
{
	static const struct strv nothing;
	const struct strv *before = old ? &old->flags.v : &nothing, *now = &new->flags.v;
	int r = 0;

	if (new->flags.is != DAXBUS_KNOWN || (old && old->flags.is != DAXBUS_KNOWN))
		return 0;
	for (size_t i = 0; r == 0 && i < now->n; i++)
		if (!strv_has(before, now->items[i]))
			r = add_of_device(c, EVENT_FLAG_SET, new->name.v,
					  (struct event_facts){ .to = now->items[i] });
	for (size_t i = 0; r == 0 && i < before->n; i++)
		if (!strv_has(now, before->items[i]))
			r = add_of_device(c, EVENT_FLAG_CLEARED, new->name.v,
					  (struct event_facts){ .from = before->items[i] });
	return r;
}

static int compare_count(struct comparison *c, const char *name, const struct opt_u64 *old,
			 const struct opt_u64 *new, enum event_kind more, enum event_kind less)
{
	uint64_t before = is_known(old) ? old->v : 0, now = is_known(new) ? new->v : 0;

	if (before == now || old->is == DAXBUS_UNKNOWN || new->is == DAXBUS_UNKNOWN)
		return 0;
	return add_of_device(c, now > before ? more : less, name,
			     (struct event_facts){ .blocks = now > before ? now - before
									  : before - now });
}

static bool has_unknown_driver(const struct device *d)
{
	return d && d->driver.is == DAXBUS_UNKNOWN;
}

/* What the kernel announces; only after announcements were lost. One of both may be NULL. */
static int compare_announced(struct comparison *c, const char *name, const struct device *old,
			     const struct device *new)
{
	const struct memory nothing = { 0 };
	const struct memory *before = old ? &old->memory : &nothing,
			    *now = new ? &new->memory : &nothing;
	const char *from = driver_of(old), *to = driver_of(new);
	int r = 0;

	/* A driver that could not be read may be the same. */
	if (has_unknown_driver(old) || has_unknown_driver(new))
		from = to = NULL;
	if (!old)
		r = add_of_device(c, EVENT_DEVICE_ADDED, name, (struct event_facts){ 0 });
	if (r == 0)
		r = compare_count(c, name, &before->online, &now->online, EVENT_BLOCKS_ONLINE,
				  EVENT_BLOCKS_OFFLINE)
			    ?: compare_count(c, name, &before->blocks, &now->blocks,
					     EVENT_BLOCKS_ADDED, EVENT_BLOCKS_REMOVED);
	if (r == 0 && from && (!to || !streq(from, to)))
		r = add_of_device(c, EVENT_DRIVER_UNBOUND, name,
				  (struct event_facts){ .from = from });
	if (r == 0 && to && (!from || !streq(from, to)))
		r = add_of_device(c, EVENT_DRIVER_BOUND, name, (struct event_facts){ .to = to });
	if (r == 0 && !new)
		r = add_of_device(c, EVENT_DEVICE_REMOVED, name, (struct event_facts){ 0 });
	return r;
}

static int compare_all_devices(struct comparison *c)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->now->n_devices; i++) {
		const struct device *new = c->now->devices[i];
		const struct device *old = snapshot_find_device(c->before, new->name.v);

		if (c->b->lost)
			r = compare_announced(c, new->name.v, old, new);
		if (r == 0 && old)
			r = compare_size(c, old, new);
		if (r == 0)
			r = compare_flags(c, old, new);
	}
	for (size_t i = 0; r == 0 && c->b->lost && i < c->before->n_devices; i++)
		if (!snapshot_find_device(c->now, c->before->devices[i]->name.v))
			r = compare_announced(c, c->before->devices[i]->name.v,
					      c->before->devices[i], NULL);
	return r;
}

/* The regions of @in that are not in @out. */
static int compare_regions(struct comparison *c, enum event_kind kind,
			   const struct daxbus_snapshot *in, const struct daxbus_snapshot *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < in->n_regions; i++) {
		const struct region *region = in->regions[i];
		char name[32];

		if (!is_known(&region->id) || find_same_region(out, region) ||
		    !(selects_everything(c) || selectors_has_region(c->selection, region)))
			continue;
		snprintf(name, sizeof(name), "region%" PRIu64, region->id.v);
		r = events_add(c->events, kind,
			       &(struct event_facts){ .region = name, .time = c->time });
	}
	return r;
}

static bool has_orphan(const struct daxbus_snapshot *s, const struct orphan *wanted)
{
	for (size_t i = 0; i < s->n_orphans; i++)
		if (s->orphans[i]->start.v == wanted->start.v)
			return true;
	return false;
}

static int compare_orphans(struct comparison *c)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->now->n_orphans; i++) {
		const struct orphan *o = c->now->orphans[i];
		struct range_list_text range = range_list_text(o->start.v, o->end.v);
		struct event_facts facts = { .from = range.s };

		if (has_orphan(c->before, o))
			continue;
		r = o->former_device.is == DAXBUS_KNOWN
			    ? add_of_device(c, EVENT_ORPHANED, o->former_device.v, facts)
			    : add_of_machine(c, EVENT_ORPHANED, facts);
	}
	return r;
}

static const char *auto_online_of(const struct daxbus_snapshot *s)
{
	return s->bus.auto_online.is == DAXBUS_KNOWN ? s->bus.auto_online.v : NULL;
}

static int compare_settings(struct comparison *c)
{
	const char *from = auto_online_of(c->before), *to = auto_online_of(c->now);

	if (!from || !to || streq(from, to))
		return 0;
	return add_of_machine(c, EVENT_AUTO_ONLINE_CHANGED,
			      (struct event_facts){ .from = from, .to = to });
}

int changes_find(const struct burst *b, const struct daxbus_snapshot *before,
		 const struct daxbus_snapshot *now, const struct selectors *selection,
		 struct events *ret)
{
	struct comparison c = { b, before, now, selection, ret, b->begin };
	int r = 0;

	if (b->lost)
		r = events_add(ret, EVENT_LOST, &(struct event_facts){ .time = b->begin });
	return r
		       ?: compare_regions(&c, EVENT_REGION_ADDED, now, before)
		       ?: add_burst(&c)
		       ?: compare_all_devices(&c)
		       ?: compare_orphans(&c)
		       ?: compare_settings(&c)
		       ?: compare_regions(&c, EVENT_REGION_REMOVED, before, now);
}
