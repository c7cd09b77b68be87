/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/steps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "model/nd-region.h"
#include "plan/room.h"

#define DEVICES_PATH	  "/sys/bus/dax/devices"
#define AUTOPROBE_PATH	  "/sys/bus/dax/drivers_autoprobe"
#define ND_AUTOPROBE_PATH ND_BUS "/drivers_autoprobe"
#define POLICY_PATH	  "/sys/devices/system/memory/auto_online_blocks"

/* --- ids -------------------------------------------------------------------------------------- */

enum id_rule {
	ID_NEVER,
	ID_ALWAYS,
	ID_PMEM,     /* for persistent memory */
	ID_NOT_PMEM, /* for all other memory */
};

/*
 * Which devices a driver only accepts if their names are among its IDs. Since Linux 6.3, one driver
 * matches each device without an ID: device_dax for persistent memory, kmem for all other memory.
 */
static const struct {
	const char *driver; /* NULL: any other driver */
	enum id_rule before_6_3;
	enum id_rule since_6_3;
} id_rules[] = {
	{ "device_dax", ID_NEVER, ID_NOT_PMEM },
	{ "kmem", ID_ALWAYS, ID_PMEM },
	{ NULL, ID_ALWAYS, ID_ALWAYS },
};

static bool needs_id(const struct plan_builder *p)
{
	bool is_pmem = known_as(&p->d->provider, "pmem");
	uint64_t kernel = p->facts->kernel;
	enum id_rule rule;
	size_t i = 0;

	while (id_rules[i].driver && !streq(id_rules[i].driver, p->driver))
		i++;
	rule = kernel && kernel < KERNEL(6, 3, 0) ? id_rules[i].before_6_3 : id_rules[i].since_6_3;
	return rule == ID_ALWAYS || (rule == ID_PMEM && is_pmem) ||
	       (rule == ID_NOT_PMEM && !is_pmem);
}

/*
 * Whether adding an ID may bind other devices, too: the driver then tries all devices without a
 * driver.
 */
static bool is_crowded(const struct plan_builder *p)
{
	return !is_known(&p->facts->neighbours) || p->facts->neighbours.v;
}

/* --- steps ------------------------------------------------------------------------------------ */

static int add(struct plan_builder *p, enum step_kind kind, const char *driver, const char *file,
	       const char *value, const char *before)
{
	return steps_add(&p->steps, kind, driver, file, value, before) ? 0 : -ENOMEM;
}

static int add_device_file(struct plan_builder *p, enum step_kind kind, const char *name,
			   const char *value, const char *before)
{
	_cleanup_free_ char *file = NULL;

	if (asprintf(&file, DEVICES_PATH "/%s/%s", p->d->name.v, name) < 0) {
		file = NULL;
		return -ENOMEM;
	}
	return add(p, kind, NULL, file, value, before);
}

static int add_driver(struct plan_builder *p, enum step_kind kind, const char *driver)
{
	return add(p, kind, driver, NULL, NULL, NULL);
}

/* Give the last step these blocks; see builder_pick(). */
static int pick_for_last(struct plan_builder *p, const struct block_runs *from, unsigned int zones,
			 uint64_t skip, uint64_t n, enum zone as)
{
	return builder_pick(&p->steps.items[p->steps.n - 1].runs, from, zones, skip, n, as);
}

/* Set what happens to memory that later steps add. */
static int set_policy(struct plan_builder *p, const char *word)
{
	int r;

	if (p->s->bus.auto_online.is == DAXBUS_NONE || is_same(p->policy, word))
		return 0;
	r = add(p, STEP_SET, NULL, POLICY_PATH, word, p->policy);
	p->policy = word;
	p->policy_is_set = true;
	return r;
}

static int reset_policy(struct plan_builder *p)
{
	const char *original = text_of(&p->s->bus.auto_online);
	bool is_set = p->policy_is_set;

	p->policy = original;
	p->policy_is_set = false;
	return is_set ? add(p, STEP_RESET, NULL, POLICY_PATH, original, NULL) : 0;
}

/* A driver takes every device that it matches when it is loaded, unless autoprobe is off. */
static int add_load(struct plan_builder *p, const char *driver, const char *file,
		    const char *autoprobe)
{
	if (is_same(autoprobe, "0"))
		return add_driver(p, STEP_LOAD, driver);
	return add(p, STEP_SET, NULL, file, "0", autoprobe) ?:
	       add_driver(p, STEP_LOAD, driver) ?:
	       add(p, STEP_RESET, NULL, file, autoprobe, NULL);
}

static int add_module(struct plan_builder *p)
{
	if (!p->load)
		return 0;
	return add_load(p, p->driver, AUTOPROBE_PATH, text_of(&p->facts->autoprobe));
}

/* Something that brings back what goes offline shows once udev has handled it. */
static int add_return(struct plan_builder *p)
{
	const struct onliner *o = onliner_find(&p->facts->onliners, ONLINER_OFFLINED, ZONE_OFFLINE);

	if (!o)
		return 0;
	return builder_note(p, "%s, %s memory online when it goes offline", o->name,
			    o->is_certain ? "brings" : "may bring")
		       ?: add(p, STEP_SETTLE, NULL, NULL, NULL, NULL);
}

#define POOL_PATH                                                                                  \
	"/sys/devices/system/node/node%" PRIu64 "/hugepages/hugepages-%" PRIu64 "kB/nr_hugepages"

/* The kernel dissolves free huge pages in memory that goes offline, and does not bring them back.
 */
static int add_pools(struct plan_builder *p)
{
	const struct huge_pools *pools = &p->facts->pools;
	int r = 0;

	if (room_has_pools(p))
		return 0;
	for (size_t i = 0; r == 0 && i < pools->n && is_known(&p->d->target_node); i++) {
		_cleanup_free_ char *file = NULL;

		if (asprintf(&file, POOL_PATH, p->d->target_node.v, pools->items[i].size / 1024) <
		    0) {
			file = NULL;
			return -ENOMEM;
		}
		r = add(p, STEP_POOL, NULL, file, NULL, NULL);
	}
	return r;
}

/* How many they are at most: as many as fit into the blocks of the last step. */
static int note_pools(struct plan_builder *p)
{
	const struct huge_pools *pools = &p->facts->pools;
	uint64_t blocks = block_runs_count(&p->steps.items[p->steps.n - 1].runs);
	int r = 0;

	if (room_has_pools(p))
		return 0;
	for (size_t i = 0; r == 0 && i < pools->n && is_known(&p->d->target_node); i++) {
		uint64_t fit = blocks * p->block_size / pools->items[i].size;
		uint64_t pages = pools->items[i].pages < fit ? pools->items[i].pages : fit;

		if (pages)
			r = builder_note(p,
					 "up to %" PRIu64 " huge pages of %s on node %" PRIu64
					 " go with the memory: the kernel dissolves free ones",
					 pages, SIZE_TEXT(pools->items[i].size),
					 p->d->target_node.v);
	}
	return r;
}

static int add_offline(struct plan_builder *p, const struct block_runs *from, unsigned int zones,
		       uint64_t skip, uint64_t n)
{
	return add_pools(p)
		       ?: room_add_steps(p)
		       ?: add(p, STEP_OFFLINE, NULL, NULL, "offline", NULL)
		       ?: pick_for_last(p, from, zones, skip, n, _ZONE_MAX)
		       ?: note_pools(p) ?: add_return(p);
}

int steps_offline(struct plan_builder *p, unsigned int zones, uint64_t skip, uint64_t n)
{
	return add_offline(p, &p->blocks, zones, skip, n);
}

int steps_offline_runs(struct plan_builder *p, const struct block_runs *runs)
{
	return add_offline(p, runs, ZONES_ALL, 0, UINT64_MAX);
}

int steps_online(struct plan_builder *p, const struct block_runs *from, unsigned int zones,
		 uint64_t n)
{
	return add(p, STEP_ONLINE, NULL, NULL, zone_word(p->zone), NULL)
		       ?: pick_for_last(p, from, zones, 0, n, ZONE_OFFLINE);
}

static int online_in_zone(struct plan_builder *p, const struct block_runs *from, enum zone zone)
{
	_cleanup_(block_runs_done) struct block_runs runs = { 0 };
	enum zone before = p->zone;
	int r = builder_wanted(p, from, zone, &runs);

	if (r < 0 || !runs.n)
		return r;
	p->zone = zone;
	r = steps_online(p, &runs, ZONES_ALL, UINT64_MAX);
	p->zone = before;
	return r;
}

int steps_online_as_wanted(struct plan_builder *p, const struct block_runs *from)
{
	return online_in_zone(p, from, ZONE_MOVABLE) ?: online_in_zone(p, from, ZONE_KERNEL);
}

/*
 * Remove all memory of the device. New memory stays offline meanwhile, so that an undo brings each
 * block online in its zone and never in another zone first.
 */
static int add_removal(struct plan_builder *p)
{
	int r = set_policy(p, "offline");

	if (r < 0 || builder_is_unplugged(p->d))
		return r;
	if (p->blocks_are_known && !p->count[ZONE_MOVABLE] && !p->count[ZONE_KERNEL])
		return 0;
	return steps_offline(p, ZONES_ONLINE, 0, UINT64_MAX);
}

static int add_memmap(struct plan_builder *p)
{
	const struct opt_u64 *now = &p->d->memmap_on_memory;
	const char *before = !is_known(now) ? NULL : now->v ? "1" : "0";

	if (!p->memmap)
		return 0;
	return add_device_file(p, STEP_SET, "memmap_on_memory", p->memmap, before);
}

/* --- what brings new memory online by itself --- */

/*
 * What may bring the new memory into another state than is wanted. While the kernel brings it
 * online itself (--online=policy), nothing finds it offline.
 */
static const struct onliner *find_onliner(const struct plan_builder *p)
{
	bool stays_offline = is_same(text_of(&p->s->bus.auto_online), "offline");

	if (!is_same(p->driver, "kmem") || (p->online == ONLINE_POLICY && !stays_offline))
		return NULL;
	return onliner_find(&p->facts->onliners, ONLINER_ADDED, p->zone);
}

static int note_onliner(struct plan_builder *p)
{
	const struct onliner *o = find_onliner(p);
	const char *brings;

	if (!o)
		return 0;
	brings = o->is_certain ? "brings" : "may bring";
	if (p->zone == ZONE_OFFLINE)
		return builder_note(p,
				    "%s, %s new memory online: the memory of %s comes online in "
				    "zone Movable, and goes offline when udev has handled it",
				    o->name, brings, p->d->name.v);
	return builder_note(p,
			    "%s, %s new memory online: the kernel brings the memory of %s online "
			    "first, in the requested zone, and in order of address",
			    o->name, brings, p->d->name.v);
}

/*
 * The policy that keeps others away from the new memory: a rule finds a block that is online. In
 * order of address this takes longer, and so it is only for machines that have such a rule. Memory
 * that is to be offline waits in zone Movable, which it can leave.
 */
static const char *holding_policy(const struct plan_builder *p)
{
	return zone_word(p->zone == ZONE_OFFLINE ? ZONE_MOVABLE : p->zone);
}

/* Before memory comes online as wanted: udev may still be about to bring some of it online. */
static int add_settle(struct plan_builder *p)
{
	if (!find_onliner(p) || (p->zone != ZONE_OFFLINE && is_same(p->policy, zone_word(p->zone))))
		return 0;
	return add(p, STEP_SETTLE, NULL, NULL, NULL, NULL);
}

static int add_kept_offline(struct plan_builder *p)
{
	if (!find_onliner(p))
		return 0;
	return add(p, STEP_OFFLINE, NULL, NULL, "offline", NULL)
		       ?: pick_for_last(p, &p->expected, ZONES_ALL, 0, UINT64_MAX, ZONE_OFFLINE);
}

/*
 * The kernel would bring the memory online in order of address while it binds, which takes it the
 * square of the size; see online_order() in execute/memory-blocks. So the memory stays offline, and
 * a step of its own brings it online. --online=policy leaves all to the kernel. If the bind may
 * have to write an ID, which may add memory of other devices, that stays offline in any case.
 */
static int set_policy_for_bind(struct plan_builder *p, bool id)
{
	bool others = !p->from && id && is_crowded(p);

	if (find_onliner(p) && !others)
		return set_policy(p, holding_policy(p));
	return p->online == ONLINE_POLICY ? reset_policy(p) : set_policy(p, "offline");
}

/*
 * Write the ID while the device is still bound to its old driver: its bind is then a separate
 * write, whose error is reported.
 */
static int add_id(struct plan_builder *p)
{
	int r = 0;

	if (is_crowded(p) && is_same(p->driver, "kmem"))
		r = set_policy(p, "offline");
	return r ?: add_driver(p, STEP_ID, p->driver);
}

static int add_leave(struct plan_builder *p)
{
	int r = 0;

	if (!is_same(p->from, p->driver))
		r = add_driver(p, STEP_FORGET, p->from);
	return r
		       ?: add(p, STEP_UNBIND, p->from, NULL, NULL,
			      builder_is_unplugged(p->d) ? "unplugged" : NULL);
}

int steps_leave(struct plan_builder *p)
{
	int r = 0;

	if (!p->from)
		return 0;
	if (builder_is_in_kmem(p))
		r = add_removal(p);
	return r ?: add_leave(p);
}

int steps_unbind(struct plan_builder *p)
{
	return steps_leave(p) ?: reset_policy(p);
}

int steps_hold_devices(struct plan_builder *p)
{
	return add(p, STEP_SET, NULL, AUTOPROBE_PATH, "0", text_of(&p->facts->autoprobe));
}

int steps_reset(struct plan_builder *p)
{
	return reset_policy(p)
		       ?: add(p, STEP_RESET, NULL, AUTOPROBE_PATH, text_of(&p->facts->autoprobe),
			      NULL);
}

int steps_switch_model(struct plan_builder *p, const char *driver)
{
	_cleanup_free_ char *file = NULL;
	/* The region's directory has the name of the device on the nd bus. */
	const char *name = strrchr(p->d->region->path.v, '/') + 1;
	int r = 0;

	if (asprintf(&file, ND_DEVICES "/%s", name) < 0) {
		file = NULL;
		return -ENOMEM;
	}
	if (p->load_nd)
		r = add_load(p, driver, ND_AUTOPROBE_PATH, text_of(&p->facts->nd_autoprobe));
	return r ?: steps_unbind(p)
		  ?: add(p, STEP_MOVE, driver, file, text_of(&p->facts->info_uuid),
			 text_of(&p->facts->nd_driver));
}

/* Memory of the device that the bind has added comes online here. */
static int add_bind(struct plan_builder *p)
{
	int r = add_driver(p, STEP_BIND, p->driver);

	if (r < 0 || !is_same(p->driver, "kmem"))
		return r;
	r = add_settle(p);
	if (r == 0)
		r = p->zone == ZONE_OFFLINE ? add_kept_offline(p)
					    : steps_online(p, &p->expected, ZONES_ALL, UINT64_MAX);
	/* With zones that differ from each other, none is the zone of the request. */
	if (r == 0 && p->request->blocks && p->zone == ZONE_OFFLINE)
		r = steps_online_as_wanted(p, &p->expected);
	return r;
}

/* The drivers of the kernel require this order; see add_id(). */
int steps_rebind(struct plan_builder *p)
{
	bool out = builder_is_in_kmem(p), in = is_same(p->driver, "kmem"), id = needs_id(p);
	int r = add_module(p);

	if (r == 0 && out)
		r = add_removal(p);
	if (r == 0 && p->from && id)
		r = add_id(p);
	/* memmap_on_memory can only be written while kmem has no memory of the device. */
	if (r == 0 && out)
		r = add_leave(p);
	if (r == 0 && in)
		r = add_memmap(p) ?: note_onliner(p) ?: set_policy_for_bind(p, id);
	if (r == 0 && p->from && !out)
		r = add_leave(p);
	if (r == 0)
		r = add_bind(p);
	if (r == 0 && id)
		r = add_driver(p, STEP_FORGET, p->driver);
	return r ?: reset_policy(p);
}

int steps_probe(struct plan_builder *p)
{
	return add_driver(p, STEP_PROBE, NULL);
}
