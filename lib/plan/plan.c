/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/string.h"
#include "plan/guard.h"
#include "plan/model-switch.h"
#include "plan/namespace.h"
#include "plan/resize.h"
#include "plan/steps.h"

/* A plan in the making, and what it leads to. */
struct maker {
	struct plan_builder p;
	const char *driver; /* of the goal */
	struct goal goal;
	bool goes_on;
};

const char *plan_driver(const struct daxbus_request *request, const struct device *d)
{
	switch (request->action) {
	case DAXBUS_RECONFIGURE:
	case DAXBUS_CREATE:
		return request_mode_driver(request->mode);
	case DAXBUS_BIND:
		return request->driver;
	case DAXBUS_RESIZE:
		return text_of(&d->driver);
	case DAXBUS_DESTROY:
	case DAXBUS_ONLINE:
	case DAXBUS_OFFLINE:
	case DAXBUS_UNBIND:
	case _DAXBUS_ACTION_MAX:
		break;
	}
	return NULL;
}

bool plan_needs_blocks(const struct device *d)
{
	return builder_needs_blocks(d);
}

static enum zone zone_of_online(enum online online)
{
	switch (online) {
	case ONLINE_MOVABLE:
		return ZONE_MOVABLE;
	case ONLINE_KERNEL:
		return ZONE_KERNEL;
	case ONLINE_POLICY:
	case ONLINE_NO:
		break;
	}
	return ZONE_OFFLINE;
}

/* --- goals ------------------------------------------------------------------------------------ */

static void aim_at_driver(struct maker *m, const char *driver)
{
	m->driver = driver;
}

/* All memory of a device that is brought into kmem, as the policy or this plan has it. */
static void aim_at_memory(struct maker *m)
{
	const struct plan_builder *p = &m->p;
	uint64_t blocks = block_runs_count(&p->expected);

	aim_at_driver(m, "kmem");
	m->goal.counted = p->is_placed && p->online != ONLINE_POLICY;
	m->goal.blocks = blocks;
	m->goal.online = p->zone == ZONE_OFFLINE ? 0 : blocks;
	m->goal.in_zone = p->zone != ZONE_OFFLINE;
	m->goal.zone = p->zone;
}

/* So many blocks online, of those that are there. */
static void aim_at_blocks(struct maker *m, uint64_t online, bool in_zone)
{
	const struct plan_builder *p = &m->p;

	aim_at_driver(m, "kmem");
	m->goal.counted = p->blocks_are_known;
	m->goal.blocks = block_runs_count(&p->blocks);
	m->goal.online = online;
	m->goal.in_zone = in_zone;
	m->goal.zone = in_zone ? p->zone : ZONE_OFFLINE;
}

/* --- devices in kmem -------------------------------------------------------------------------- */

static uint64_t memory_blocks_online(const struct plan_builder *p)
{
	return p->count[ZONE_MOVABLE] + p->count[ZONE_KERNEL];
}

static uint64_t bytes(const struct plan_builder *p, uint64_t blocks)
{
	return blocks * p->block_size;
}

static enum zone other_zone(enum zone zone)
{
	return zone == ZONE_MOVABLE ? ZONE_KERNEL : ZONE_MOVABLE;
}

/* Whether they are known; the caller goes on without where they are not. */
static bool has_blocks(struct maker *m, bool *ret_decided)
{
	*ret_decided = !m->p.blocks_are_known &&
		       builder_unknown(&m->p, "which of its memory blocks are online");
	return m->p.blocks_are_known;
}

static bool plan_plug(struct maker *m)
{
	struct plan_builder *p = &m->p;

	if (guard_memmap_fits(p))
		return true;
	steps_plug(p);
	aim_at_memory(m);
	return true;
}

static void note_missing(struct plan_builder *p)
{
	if (is_known(&p->d->memory.missing) && p->d->memory.missing.v &&
	    !builder_is_unplugged(p->d))
		builder_note(p, "%" PRIu64 " memory blocks of %s were never added",
			     p->d->memory.missing.v, p->d->name.v);
}

/* Move the blocks that are in another zone, and bring those online that are not. */
static bool plan_zone(struct maker *m)
{
	struct plan_builder *p = &m->p;
	enum zone wrong = other_zone(p->zone);
	bool decided;

	note_missing(p);
	if (!has_blocks(m, &decided)) {
		if (decided)
			return true;
		steps_online(p, &p->blocks, 0, 0);
		aim_at_blocks(m, 0, true);
		return true;
	}
	if (!p->count[wrong] && !p->count[ZONE_OFFLINE])
		return builder_unchanged(p, "%s is in kmem already, with %s online as %s",
					 p->d->name.v, SIZE_TEXT(bytes(p, p->count[p->zone])),
					 zone_name(p->zone));
	if (guard_room(p, p->count[wrong]))
		return true;
	if (p->count[wrong])
		steps_offline(p, ZONE_BIT(wrong), 0, UINT64_MAX);
	steps_online(p, &p->blocks, ZONE_BIT(wrong) | ZONE_BIT(ZONE_OFFLINE), UINT64_MAX);
	aim_at_blocks(m, block_runs_count(&p->blocks), true);
	return true;
}

/* Its memmap can only be placed anew while it is no memory. */
static bool plan_memmap(struct maker *m)
{
	struct plan_builder *p = &m->p;

	if (guard_leave(p, false) || guard_enter(p) || guard_kmem(p))
		return true;
	steps_rebind(p);
	aim_at_memory(m);
	return true;
}

static bool plan_within_kmem(struct maker *m)
{
	struct plan_builder *p = &m->p;

	if (p->request->action == DAXBUS_RECONFIGURE && guard_memmap_on_memory(p))
		return true;
	if (p->memmap)
		return plan_memmap(m);
	if (p->zone == ZONE_OFFLINE)
		return builder_unchanged(p, "%s is in kmem already", p->d->name.v);
	return builder_is_unplugged(p->d) ? plan_plug(m) : plan_zone(m);
}

/* --- online, offline -------------------------------------------------------------------------- */

static bool guard_is_kmem(struct plan_builder *p)
{
	if (builder_is_in_kmem(p))
		return false;
	return builder_refuse(p, REASON_NOT_KMEM,
			      p->from ? "it is bound to %s, not to kmem" : "it is not in kmem",
			      p->from);
}

/* How much of a device is wanted: whole memory blocks. */
static bool guard_size(struct plan_builder *p)
{
	if (!p->request->size || !p->block_size || p->request->size % p->block_size == 0)
		return false;
	return builder_refuse(p, REASON_BAD_SIZE,
			      "that is not a multiple of the size of memory blocks, %s",
			      SIZE_TEXT(p->block_size));
}

/* How many blocks the request is about. */
static bool find_wanted(struct plan_builder *p, uint64_t *ret)
{
	uint64_t blocks = block_runs_count(&p->blocks);

	*ret = p->request->size ? p->request->size / p->block_size : blocks;
	return *ret > blocks && builder_refuse(p, REASON_BAD_SIZE, "it has %s of memory",
					       SIZE_TEXT(bytes(p, blocks)));
}

static bool plan_online(struct maker *m)
{
	struct plan_builder *p = &m->p;
	uint64_t online = memory_blocks_online(p), other, wanted;
	bool decided;

	if (builder_is_unplugged(p->d)) {
		if (p->request->size)
			return builder_refuse(p, REASON_UNPLUGGED,
					      "its memory is unplugged, and comes back as a whole");
		return plan_plug(m);
	}
	if (!has_blocks(m, &decided)) {
		if (decided)
			return true;
		steps_online(p, &p->blocks, 0, 0);
		aim_at_blocks(m, 0, false);
		return true;
	}
	if (find_wanted(p, &wanted))
		return true;
	other = p->count[other_zone(p->zone)];
	if (other)
		builder_note(p,
			     "%s of %s are online as %s and stay so; "
			     "'daxbus reconfigure' moves them",
			     SIZE_TEXT(bytes(p, other)), p->d->name.v,
			     zone_name(other_zone(p->zone)));
	if (online >= wanted)
		return builder_unchanged(p, "%s of %s are online already",
					 SIZE_TEXT(bytes(p, online)), p->d->name.v);
	steps_online(p, &p->blocks, ZONE_BIT(ZONE_OFFLINE), wanted - online);
	aim_at_blocks(m, wanted, !other);
	return true;
}

static bool plan_offline(struct maker *m)
{
	struct plan_builder *p = &m->p;
	uint64_t online = memory_blocks_online(p), offline = p->count[ZONE_OFFLINE], wanted;
	bool decided;

	if (builder_is_unplugged(p->d))
		return builder_unchanged(p, "the memory of %s is unplugged", p->d->name.v);
	if (!has_blocks(m, &decided)) {
		if (decided)
			return true;
		steps_offline(p, 0, 0, 0);
		aim_at_blocks(m, 0, false);
		return true;
	}
	if (find_wanted(p, &wanted))
		return true;
	if (offline >= wanted)
		return builder_unchanged(p, "%s of %s are offline already",
					 SIZE_TEXT(bytes(p, offline)), p->d->name.v);
	wanted -= offline;
	if (guard_room(p, wanted))
		return true;
	steps_offline(p, ZONES_ONLINE, online - wanted, wanted);
	aim_at_blocks(m, online - wanted, false);
	return true;
}

/* --- drivers ---------------------------------------------------------------------------------- */

/* The device as its user knows it: its mode, or the driver that is none of ours. */
static const char *mode_or_driver(const char *driver)
{
	enum mode mode = request_mode_of_driver(driver);

	return mode == MODE_NONE ? driver : request_mode_name(mode);
}

/* Commands other than reconfigure touch no memory that is online. */
static bool keeps_online(const struct plan_builder *p)
{
	return p->request->action != DAXBUS_RECONFIGURE;
}

/* To the driver that is wanted, from none or one that it may leave. */
static bool plan_switch(struct maker *m)
{
	struct plan_builder *p = &m->p;

	if (guard_enter(p))
		return true;
	if (is_same(p->driver, "kmem") && guard_kmem(p))
		return true;
	steps_rebind(p);
	if (is_same(p->driver, "kmem"))
		aim_at_memory(m);
	else
		aim_at_driver(m, p->driver);
	return true;
}

static bool plan_rebind(struct maker *m)
{
	struct plan_builder *p = &m->p;

	return guard_device(p) || guard_leave(p, keeps_online(p)) || plan_switch(m);
}

static bool plan_to_class(struct maker *m)
{
	if (m->p.d->is_class)
		return builder_unchanged(&m->p, "%s is in compat already", m->p.d->name.v);
	if (plan_model_switch_to_class(&m->p))
		return true;
	m->goal.is_class = true;
	return true;
}

/* The rest is planned when it is there. */
static bool plan_to_bus(struct maker *m)
{
	if (plan_model_switch_to_bus(&m->p))
		return true;
	aim_at_driver(m, m->p.driver);
	m->goes_on = true;
	return true;
}

static bool plan_reconfigure(struct maker *m)
{
	struct plan_builder *p = &m->p;

	if (p->request->mode == MODE_COMPAT)
		return plan_to_class(m);
	if (p->d->is_class)
		return plan_to_bus(m);
	if (!is_same(p->from, p->driver))
		return plan_rebind(m);
	if (is_same(p->driver, "kmem"))
		return plan_within_kmem(m);
	return builder_unchanged(p, "%s is in %s already", p->d->name.v,
				 request_mode_name(p->request->mode));
}

static bool plan_probe(struct maker *m)
{
	struct plan_builder *p = &m->p;

	if (guard_device(p) || guard_enter(p))
		return true;
	steps_probe(p);
	m->goal.any_driver = true;
	return true;
}

static bool plan_bind(struct maker *m)
{
	struct plan_builder *p = &m->p;

	if (p->d->is_class)
		return guard_device(p);
	if (p->from && (!p->driver || streq(p->from, p->driver)))
		return builder_unchanged(p, "%s is bound to %s already", p->d->name.v, p->from);
	return p->driver ? plan_rebind(m) : plan_probe(m);
}

static bool plan_unbind(struct maker *m)
{
	struct plan_builder *p = &m->p;

	if (!p->d->is_class && p->d->driver.is == DAXBUS_NONE)
		return builder_unchanged(p, "%s has no driver", p->d->name.v);
	if (guard_device(p) || guard_leave(p, true))
		return true;
	steps_unbind(p);
	return true;
}

static bool plan_blocks(struct maker *m)
{
	if (guard_device(&m->p) || guard_is_kmem(&m->p) || guard_size(&m->p))
		return true;
	return m->p.request->action == DAXBUS_ONLINE ? plan_online(m) : plan_offline(m);
}

/* --- shape ------------------------------------------------------------------------------------ */

/* A device that has its memory, and no driver yet. */
static bool plan_first_bind(struct maker *m)
{
	return !m->p.driver || plan_switch(m);
}

static bool plan_create_namespace(struct maker *m)
{
	if (plan_namespace_create(&m->p))
		return true;
	aim_at_driver(m, m->p.driver);
	m->goes_on = true;
	return true;
}

static bool refuse_namespace_options(struct plan_builder *p)
{
	return (p->request->has_map || p->request->name) &&
	       builder_refuse(p, REASON_NOT_FOR_REGION,
			      "--map and --name are for namespaces on persistent memory");
}

static bool plan_create(struct maker *m)
{
	if (m->p.d->region->is_nd)
		return plan_create_namespace(m);
	if (refuse_namespace_options(&m->p))
		return true;
	if (m->p.request->refill && guard_shaped(&m->p))
		return true;
	return plan_resize_create(&m->p) || plan_first_bind(m);
}

/* Memory comes back as it was: in its zone, or offline where all of it was. */
static enum online online_as_before(const struct plan_builder *p)
{
	if (p->count[ZONE_MOVABLE])
		return ONLINE_MOVABLE;
	return p->count[ZONE_KERNEL] ? ONLINE_KERNEL : ONLINE_NO;
}

static void keep_online(struct plan_builder *p)
{
	if (!builder_is_in_kmem(p))
		return;
	p->online = online_as_before(p);
	p->zone = zone_of_online(p->online);
	if (p->zone == ZONE_OFFLINE)
		return;
	if (p->count[ZONE_OFFLINE])
		builder_note(p, "%s of %s that are offline come online with the rest",
			     SIZE_TEXT(bytes(p, p->count[ZONE_OFFLINE])), p->d->name.v);
	if (p->count[other_zone(p->zone)])
		builder_note(p, "%s of %s that are online as %s come online as %s",
			     SIZE_TEXT(bytes(p, p->count[other_zone(p->zone)])), p->d->name.v,
			     zone_name(other_zone(p->zone)), zone_name(p->zone));
}

static bool plan_resize(struct maker *m)
{
	struct plan_builder *p = &m->p;

	if (guard_shaped(p) || (p->from && guard_leave(p, false)))
		return true;
	keep_online(p);
	return plan_resize_change(p) || plan_first_bind(m);
}

static bool plan_destroy(struct maker *m)
{
	struct plan_builder *p = &m->p;

	if (guard_shaped(p) || (p->from && guard_leave(p, false)))
		return true;
	if (known_as(&p->d->provider, "pmem")) {
		m->goal.gone = true;
		return plan_namespace_destroy(p);
	}
	return plan_resize_destroy(p, &m->goal.gone);
}

/* --- plans ------------------------------------------------------------------------------------ */

static bool (*const actions[])(struct maker *m) = {
	[DAXBUS_RECONFIGURE] = plan_reconfigure, [DAXBUS_ONLINE] = plan_blocks,
	[DAXBUS_OFFLINE] = plan_blocks,		 [DAXBUS_BIND] = plan_bind,
	[DAXBUS_UNBIND] = plan_unbind,		 [DAXBUS_CREATE] = plan_create,
	[DAXBUS_RESIZE] = plan_resize,		 [DAXBUS_DESTROY] = plan_destroy,
};

/* What is asked for, as it goes on behind "cannot". */
static char *ask(const struct daxbus_request *request, const char *device)
{
	_cleanup_(string_done) struct string t = { 0 };
	struct builder_size_string size = builder_size_string(request->size);

	switch (request->action) {
	case DAXBUS_RECONFIGURE:
		string_add(&t, "bring %s into %s", device, request_mode_name(request->mode));
		break;
	case DAXBUS_ONLINE:
		string_add(&t, "bring %s of %s online", request->size ? size.s : "the memory",
			   device);
		break;
	case DAXBUS_OFFLINE:
		string_add(&t, "take %s of %s offline", request->size ? size.s : "the memory",
			   device);
		break;
	case DAXBUS_BIND:
		string_add(&t, request->driver ? "bind %s to %s" : "bind %s", device,
			   request->driver);
		break;
	case DAXBUS_UNBIND:
		string_add(&t, "unbind %s", device);
		break;
	case DAXBUS_CREATE:
		string_add(&t, "create %s", device);
		break;
	case DAXBUS_RESIZE:
		string_add(&t, "resize %s", device);
		break;
	case DAXBUS_DESTROY:
		string_add(&t, "destroy %s", device);
		break;
	case _DAXBUS_ACTION_MAX:
		break;
	}
	return string_take(&t);
}

/* bind never says where memory goes. */
static enum online wanted_online(const struct daxbus_request *request)
{
	return request->action == DAXBUS_BIND ? ONLINE_POLICY : request->online;
}

static void maker_init(struct maker *m, const struct daxbus_snapshot *s, const struct device *d,
		       const struct facts *facts, const struct daxbus_request *request)
{
	m->p = (struct plan_builder){
		.s = s,
		.d = d,
		.facts = facts,
		.request = request,
		.asked = ask(request, d->name.v),
		.from = text_of(&d->driver),
		.driver = plan_driver(request, d),
		.online = wanted_online(request),
		.zone = zone_of_online(wanted_online(request)),
		.verdict = DAXBUS_PLANNED,
	};
	m->p.failed = !m->p.asked;
	m->p.policy = text_of(&s->bus.auto_online);
	builder_find_blocks(&m->p);
}

/* What the device is in the end. */
static const char *find_to(const struct maker *m)
{
	if (m->p.verdict != DAXBUS_PLANNED)
		return m->p.d->is_class ? request_mode_name(MODE_COMPAT)
					: mode_or_driver(m->p.from);
	return m->goal.is_class ? request_mode_name(MODE_COMPAT) : mode_or_driver(m->driver);
}

static int give(struct maker *m, struct plan *ret)
{
	_cleanup_free_ char *to = NULL;

	if (string_copy(&to, find_to(m)) < 0 || string_copy(&m->goal.driver, m->driver) < 0)
		return -ENOMEM;
	if (m->p.verdict != DAXBUS_PLANNED)
		steps_done(&m->p.steps);
	*ret = (struct plan){
		.verdict = m->p.verdict,
		.code = m->p.code,
		.message = m->p.message,
		.to = TAKE_PTR(to),
		.steps = m->p.steps,
		.notes = m->p.notes,
		.goal = m->goal,
		.goes_on = m->goes_on && m->p.verdict == DAXBUS_PLANNED,
	};
	m->p.message = NULL;
	m->p.steps = (struct steps){ 0 };
	m->p.notes = (struct strv){ 0 };
	return 0;
}

int plan_make(const struct daxbus_snapshot *s, const struct device *d, const struct facts *facts,
	      const struct daxbus_request *request, struct plan *ret)
{
	struct maker m = { 0 };
	int r = -ENOMEM;

	maker_init(&m, s, d, facts, request);
	if (!m.p.failed)
		actions[request->action](&m);
	if (!m.p.failed)
		r = give(&m, ret);
	builder_done(&m.p);
	return r;
}

void plan_done(struct plan *plan)
{
	free(plan->message);
	free(plan->to);
	free(plan->goal.driver);
	steps_done(&plan->steps);
	strv_done(&plan->notes);
	*plan = (struct plan){ 0 };
}
