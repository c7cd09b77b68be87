/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/steps.h"

#include <inttypes.h>
#include <stdio.h>

#include "model/nd-region.h"

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
 * Which devices a driver takes only when their names are among its ids. From 6.3 on each device has
 * a driver that matches it by itself: device_dax for persistent memory, else kmem.
 */
static const struct {
	const char *driver; /* NULL: all others */
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
 * Whether others may be bound along: a driver that is given an id tries all devices without driver.
 */
static bool is_crowded(const struct plan_builder *p)
{
	return !is_known(&p->facts->neighbours) || p->facts->neighbours.v;
}

/* --- steps ------------------------------------------------------------------------------------ */

static struct step *add(struct plan_builder *p, enum step_kind kind, const char *driver,
			const char *file, const char *value, const char *before)
{
	struct step *step = steps_add(&p->steps, kind, driver, file, value, before);

	p->failed |= !step;
	return step;
}

static struct step *add_device_file(struct plan_builder *p, enum step_kind kind, const char *name,
				    const char *value, const char *before)
{
	_cleanup_free_ char *file = NULL;

	if (asprintf(&file, DEVICES_PATH "/%s/%s", p->d->name.v, name) < 0) {
		file = NULL;
		p->failed = true;
		return NULL;
	}
	return add(p, kind, NULL, file, value, before);
}

static void add_driver(struct plan_builder *p, enum step_kind kind, const char *driver)
{
	add(p, kind, driver, NULL, NULL, NULL);
}

/* How memory that is added from here on comes online. */
static void set_policy(struct plan_builder *p, const char *word)
{
	if (p->s->bus.auto_online.is == DAXBUS_NONE || is_same(p->policy, word))
		return;
	add(p, STEP_SET, NULL, POLICY_PATH, word, p->policy);
	p->policy = word;
	p->policy_is_set = true;
}

static void reset_policy(struct plan_builder *p)
{
	const char *original = text_of(&p->s->bus.auto_online);

	if (p->policy_is_set)
		add(p, STEP_RESET, NULL, POLICY_PATH, original, NULL);
	p->policy = original;
	p->policy_is_set = false;
}

/* A driver that is loaded takes each device that it matches, unless the bus is told not to ask. */
static void add_load(struct plan_builder *p, const char *driver, const char *file,
		     const char *autoprobe)
{
	bool holds = !is_same(autoprobe, "0");

	if (holds)
		add(p, STEP_SET, NULL, file, "0", autoprobe);
	add_driver(p, STEP_LOAD, driver);
	if (holds)
		add(p, STEP_RESET, NULL, file, autoprobe, NULL);
}

static void add_module(struct plan_builder *p)
{
	if (p->load)
		add_load(p, p->driver, AUTOPROBE_PATH, text_of(&p->facts->autoprobe));
}

void steps_offline(struct plan_builder *p, unsigned int zones, uint64_t skip, uint64_t n)
{
	struct step *step = add(p, STEP_OFFLINE, NULL, NULL, "offline", NULL);

	if (step)
		builder_pick(p, &step->runs, &p->blocks, zones, skip, n, _ZONE_MAX);
}

void steps_online(struct plan_builder *p, const struct block_runs *from, unsigned int zones,
		  uint64_t n)
{
	struct step *step = add(p, STEP_ONLINE, NULL, NULL, zone_word(p->zone), NULL);

	if (step)
		builder_pick(p, &step->runs, from, zones, 0, n, ZONE_OFFLINE);
}

/* The word that brings memory back as it is. What is offline is safest where it can leave again. */
static const char *present_word(const struct plan_builder *p)
{
	bool is_kernel = p->count[ZONE_KERNEL] && !p->count[ZONE_MOVABLE];

	return zone_word(is_kernel ? ZONE_KERNEL : ZONE_MOVABLE);
}

/*
 * Take all memory of a device away. New memory is held offline, so that what an undo adds again
 * comes online in its zone, and in no other first. Where kmem can do it as one, nobody else can
 * come between a block that went offline and the next.
 */
static void add_removal(struct plan_builder *p)
{
	struct step *step;

	set_policy(p, "offline");
	if (builder_is_unplugged(p->d))
		return;
	if (p->d->kernel_state.is == DAXBUS_KNOWN) {
		step = add_device_file(p, STEP_UNPLUG, "state", "unplugged", present_word(p));
		if (step)
			builder_pick(p, &step->runs, &p->blocks, ZONES_ALL, 0, UINT64_MAX,
				     _ZONE_MAX);
	} else if (!p->blocks_are_known || p->count[ZONE_MOVABLE] || p->count[ZONE_KERNEL]) {
		steps_offline(p, ZONES_ONLINE, 0, UINT64_MAX);
	}
}

static void add_memmap(struct plan_builder *p)
{
	const struct opt_u64 *now = &p->d->memmap_on_memory;

	if (p->memmap)
		add_device_file(p, STEP_SET, "memmap_on_memory", p->memmap,
				!is_known(now) ? NULL
				: now->v       ? "1"
					       : "0");
}

/*
 * What memory is to become when the bind adds it. An id that the bind turns out to need makes
 * memory of others too: that is not for them.
 */
static void set_policy_for_bind(struct plan_builder *p, bool id)
{
	if (p->online == ONLINE_POLICY)
		reset_policy(p);
	else if (!p->from && id && is_crowded(p))
		set_policy(p, "offline");
	else
		set_policy(p, zone_word(p->zone));
}

/*
 * The id is written while the device is still bound, so that its bind is a write of its own, which
 * tells why it fails.
 */
static void add_id(struct plan_builder *p)
{
	if (is_crowded(p) && is_same(p->driver, "kmem"))
		set_policy(p, "offline");
	add_driver(p, STEP_ID, p->driver);
}

static void add_leave(struct plan_builder *p)
{
	if (!is_same(p->from, p->driver))
		add_driver(p, STEP_FORGET, p->from);
	add_driver(p, STEP_UNBIND, p->from);
}

void steps_unbind(struct plan_builder *p)
{
	if (builder_is_in_kmem(p))
		add_removal(p);
	add_leave(p);
	reset_policy(p);
}

void steps_switch_model(struct plan_builder *p, const char *driver)
{
	_cleanup_free_ char *file = NULL;
	/* It has the name that its folder has there. */
	const char *name = strrchr(p->d->region->path.v, '/') + 1;

	if (asprintf(&file, ND_DEVICES "/%s", name) < 0) {
		file = NULL;
		p->failed = true;
		return;
	}
	if (p->load_nd)
		add_load(p, driver, ND_AUTOPROBE_PATH, text_of(&p->facts->nd_autoprobe));
	if (p->from)
		steps_unbind(p);
	add(p, STEP_MOVE, driver, file, text_of(&p->facts->info_uuid),
	    text_of(&p->facts->nd_driver));
}

/* From whatever driver to @p->driver; the order is that of the kernel's drivers: see add_id(). */
void steps_rebind(struct plan_builder *p)
{
	bool out = builder_is_in_kmem(p), in = is_same(p->driver, "kmem"), id = needs_id(p);

	add_module(p);
	if (out)
		add_removal(p);
	if (p->from && id)
		add_id(p);
	/* What kmem's own memory is made of cannot be changed before it is gone. */
	if (p->from && out)
		add_leave(p);
	if (in) {
		add_memmap(p);
		set_policy_for_bind(p, id);
	}
	if (p->from && !out)
		add_leave(p);
	add_driver(p, STEP_BIND, p->driver);
	if (in && p->zone != ZONE_OFFLINE)
		steps_online(p, &p->expected, ZONES_ALL, UINT64_MAX);
	if (id)
		add_driver(p, STEP_FORGET, p->driver);
	reset_policy(p);
}

void steps_plug(struct plan_builder *p)
{
	add_device_file(p, STEP_PLUG, "state", zone_word(p->zone), NULL);
}

void steps_probe(struct plan_builder *p)
{
	add_driver(p, STEP_PROBE, NULL);
}
