/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/string.h"
#include "plan/cxl.h"
#include "plan/guard.h"
#include "plan/model-switch.h"
#include "plan/namespace.h"
#include "plan/resize.h"
#include "plan/steps.h"

const char *plan_driver(const struct daxbus_request *request, const struct device *d)
{
	switch (request->action) {
	case DAXBUS_RECONFIGURE:
	case DAXBUS_CREATE:
		return request_mode_driver(request->mode);
	case DAXBUS_BIND:
		return request->driver;
	case DAXBUS_RESIZE:
		return request->reshape ? request_mode_driver(request->mode) : text_of(&d->driver);
	case DAXBUS_ONLINE:
		return builder_is_unplugged(d) ? "kmem" : NULL;
	case DAXBUS_DESTROY:
	case DAXBUS_OFFLINE:
	case DAXBUS_UNBIND:
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

/* Blocks that are online as requested one by one. */
static uint64_t count_wanted_online(const struct daxbus_request *request)
{
	uint64_t n = 0;

	for (size_t i = 0; i < request->blocks->n; i++) {
		const struct block_run *run = &request->blocks->items[i];

		if (run->zone != ZONE_OFFLINE)
			n += run->last - run->first + 1;
	}
	return n;
}

/* --- goals ------------------------------------------------------------------------------------ */

/* All memory of a device that enters kmem is online as requested, or as the policy says. */
static void aim_at_memory(struct plan_builder *p)
{
	uint64_t blocks = block_runs_count(&p->expected);

	bool left_to_kernel =
		p->online == ONLINE_POLICY && !is_same(text_of(&p->s->bus.auto_online), "offline");

	p->goal_driver = "kmem";
	p->goal.counted = p->is_placed && !left_to_kernel;
	p->goal.blocks = blocks;
	p->goal.online = p->zone == ZONE_OFFLINE ? 0 : blocks;
	if (p->zone == ZONE_OFFLINE && p->request->blocks)
		p->goal.online = count_wanted_online(p->request);
	p->goal.in_zone = p->zone != ZONE_OFFLINE;
	p->goal.zone = p->zone;
}

/* @online of the existing blocks are online. */
static void aim_at_blocks(struct plan_builder *p, uint64_t online, bool in_zone)
{
	p->goal_driver = "kmem";
	p->goal.counted = p->blocks_are_known;
	p->goal.blocks = block_runs_count(&p->blocks);
	p->goal.online = online;
	p->goal.in_zone = in_zone;
	p->goal.zone = in_zone ? p->zone : ZONE_OFFLINE;
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

/* Plan for blocks whose states this user cannot read. */
static int plan_unknown_blocks(struct plan_builder *p, bool online, bool in_zone)
{
	int r = builder_unknown(p, "which of its memory blocks are online");

	if (r)
		return r;
	aim_at_blocks(p, 0, in_zone);
	return online ? steps_online(p, &p->blocks, 0, 0) : steps_offline(p, 0, 0, 0);
}

static int note_missing(struct plan_builder *p)
{
	const struct opt_u64 *missing = &p->d->memory.missing;

	if (!is_known(missing) || !missing->v || builder_is_unplugged(p->d))
		return 0;
	return builder_note(p, "%" PRIu64 " memory block%s of %s could not be added", missing->v,
			    plural(missing->v), p->d->name.v);
}

/* Move blocks that are in the other zone, and bring offline blocks online. */
static int plan_zone(struct plan_builder *p)
{
	enum zone wrong = other_zone(p->zone);
	int r = note_missing(p);

	if (r)
		return r;
	if (!p->blocks_are_known)
		return plan_unknown_blocks(p, true, true);
	if (!p->count[wrong] && !p->count[ZONE_OFFLINE])
		return builder_unchanged(p, "%s is already in kmem, with %s online in zone %s",
					 p->d->name.v, SIZE_TEXT(bytes(p, p->count[p->zone])),
					 zone_title(p->zone));
	r = guard_offline(p, p->count[wrong]);
	if (r)
		return r;
	aim_at_blocks(p, block_runs_count(&p->blocks), true);
	if (p->count[wrong])
		r = steps_offline(p, ZONE_BIT(wrong), 0, UINT64_MAX);
	return r
		       ?: steps_online(p, &p->blocks, ZONE_BIT(wrong) | ZONE_BIT(ZONE_OFFLINE),
				       UINT64_MAX);
}

/* Bring each block into the zone that is requested for it. */
static int plan_each_block(struct plan_builder *p)
{
	_cleanup_(block_runs_done) struct block_runs leave = { 0 };
	int r = p->blocks_are_known ? 0
				    : builder_unknown(p, "which of its memory blocks are online");

	for (size_t i = 0; i < p->blocks.n; i++) {
		const struct block_run *run = &p->blocks.items[i];

		for (uint64_t id = run->first; r == 0 && id <= run->last; id++)
			if (run->zone != ZONE_OFFLINE && builder_wanted_zone(p, id) != run->zone)
				r = block_runs_add(&leave, id, id, run->zone);
	}
	if (r == 0)
		r = guard_offline(p, block_runs_count(&leave));
	if (r == 0 && leave.n)
		r = steps_offline_runs(p, &leave);
	if (r == 0)
		r = steps_online_as_wanted(p, &p->blocks);
	if (r == 0 && !p->steps.n)
		return builder_unchanged(p, "%s is already in kmem, with each block as requested",
					 p->d->name.v);
	if (r == 0)
		aim_at_blocks(p, count_wanted_online(p->request), false);
	return r;
}

/*
 * Have kmem add the memory again. The kernel can only place the memmap elsewhere then; and memory
 * that is unplugged could otherwise only come back online in order of address.
 */
static int plan_add_again(struct plan_builder *p)
{
	int r = guard_leave(p, false) ?: guard_enter(p) ?: guard_kmem(p) ?: steps_rebind(p);

	if (r == 0)
		aim_at_memory(p);
	return r;
}

static int plan_within_kmem(struct plan_builder *p)
{
	int r = p->request->action == DAXBUS_RECONFIGURE ? guard_memmap_on_memory(p) : 0;

	if (r)
		return r;
	if (p->memmap)
		return plan_add_again(p);
	if (p->request->blocks && !builder_is_unplugged(p->d))
		return plan_each_block(p);
	if (p->zone == ZONE_OFFLINE)
		return builder_unchanged(p, "%s is already in kmem", p->d->name.v);
	return builder_is_unplugged(p->d) ? plan_add_again(p) : plan_zone(p);
}

/* --- online, offline -------------------------------------------------------------------------- */

static int guard_is_kmem(struct plan_builder *p)
{
	if (builder_is_in_kmem(p))
		return 0;
	return builder_refuse(p, REASON_NOT_KMEM,
			      p->from ? "it is bound to %s, not to kmem" : "it is not in kmem",
			      p->from);
}

/* The requested size is a number of whole memory blocks. */
static int guard_size(struct plan_builder *p)
{
	if (!p->request->size || !p->block_size || p->request->size % p->block_size == 0)
		return 0;
	return builder_refuse(p, REASON_BAD_SIZE,
			      "the size is not a multiple of the memory block size, %s",
			      SIZE_TEXT(p->block_size));
}

/* The number of blocks that the request is about. */
static int find_wanted(struct plan_builder *p, uint64_t *ret)
{
	uint64_t blocks = block_runs_count(&p->blocks);

	*ret = p->request->size ? p->request->size / p->block_size : blocks;
	if (*ret > blocks)
		return builder_refuse(p, REASON_BAD_SIZE, "it has only %s of memory",
				      SIZE_TEXT(bytes(p, blocks)));
	return 0;
}

static int note_other_zone(struct plan_builder *p)
{
	enum zone other = other_zone(p->zone);

	if (!p->count[other])
		return 0;
	return builder_note(p, "%s of %s stays online in zone %s; use 'daxbus %s' to move it",
			    SIZE_TEXT(bytes(p, p->count[other])), p->d->name.v, zone_title(other),
			    p->d->is_orphan ? "offline" : "reconfigure");
}

/* If the request names a zone, memory that is online in the other one is not what it asks for. */
static int guard_zone(struct plan_builder *p)
{
	enum zone other = other_zone(p->zone);
	int r;

	if (!p->request->zone_is_given || !p->count[other])
		return note_other_zone(p);
	r = builder_refuse(p, REASON_WRONG_ZONE, "%s of it is online in zone %s",
			   SIZE_TEXT(bytes(p, p->count[other])), zone_title(other));
	return builder_hint(p, r,
			    "Take its memory offline first: 'daxbus offline %s', then 'daxbus "
			    "online --online=%s %s'.",
			    p->d->name.v, zone_name(p->zone), p->d->name.v);
}

static int plan_online(struct plan_builder *p)
{
	uint64_t online = memory_blocks_online(p), wanted;
	int r;

	if (builder_is_unplugged(p->d)) {
		if (p->request->size)
			return builder_refuse(
				p, REASON_UNPLUGGED,
				"its memory is unplugged, and can only be plugged in again as a whole");
		return plan_add_again(p);
	}
	if (!p->blocks_are_known)
		return plan_unknown_blocks(p, true, false);
	r = find_wanted(p, &wanted) ?: guard_zone(p);
	if (r)
		return r;
	if (online >= wanted)
		return builder_unchanged(p, "%s of %s is already online",
					 SIZE_TEXT(bytes(p, online)), p->d->name.v);
	aim_at_blocks(p, wanted, !p->count[other_zone(p->zone)]);
	return steps_online(p, &p->blocks, ZONE_BIT(ZONE_OFFLINE), wanted - online);
}

static int plan_offline(struct plan_builder *p)
{
	uint64_t online = memory_blocks_online(p), offline = p->count[ZONE_OFFLINE], wanted;
	int r;

	if (builder_is_unplugged(p->d))
		return builder_unchanged(p, "the memory of %s is unplugged", p->d->name.v);
	if (!p->blocks_are_known)
		return plan_unknown_blocks(p, false, false);
	r = find_wanted(p, &wanted);
	if (r)
		return r;
	if (p->d->is_orphan)
		r = builder_note(p,
				 "only a reboot gives the memory back, because its device has left "
				 "the bus");
	if (r)
		return r;
	if (offline >= wanted)
		return builder_unchanged(p, "%s of %s is already offline",
					 SIZE_TEXT(bytes(p, offline)), p->d->name.v);
	wanted -= offline;
	r = guard_offline(p, wanted);
	if (r)
		return r;
	aim_at_blocks(p, online - wanted, false);
	return steps_offline(p, ZONES_ONLINE, online - wanted, wanted);
}

/* --- drivers ---------------------------------------------------------------------------------- */

/* The mode of the device, or the driver if that is not one of a mode. */
static const char *mode_or_driver(const char *driver)
{
	enum mode mode = request_mode_of_driver(driver);

	return mode == MODE_NONE ? driver : request_mode_name(mode);
}

/* Only reconfigure takes memory offline to unbind a device. */
static bool keeps_online(const struct plan_builder *p)
{
	return p->request->action != DAXBUS_RECONFIGURE;
}

/* To the requested driver, from none or from one that the device may leave. */
static int plan_switch(struct plan_builder *p)
{
	bool in = is_same(p->driver, "kmem");
	int r = guard_enter(p);

	if (r == 0 && in)
		r = guard_kmem(p);
	if (r)
		return r;
	p->goal_driver = p->driver;
	if (in)
		aim_at_memory(p);
	return steps_rebind(p);
}

static int plan_rebind(struct plan_builder *p)
{
	return guard_device(p) ?: guard_leave(p, keeps_online(p)) ?: plan_switch(p);
}

static int plan_to_class(struct plan_builder *p)
{
	if (p->d->is_class)
		return builder_unchanged(p, "%s is already in compat", p->d->name.v);
	p->goal.is_class = true;
	return plan_model_switch_to_class(p);
}

/* The rest is planned when the device exists on the bus. */
static int plan_to_bus(struct plan_builder *p)
{
	p->goal_driver = p->driver;
	p->goes_on = true;
	return plan_model_switch_to_bus(p);
}

/* What the zone costs that the purpose determines. */
static int note_purpose(struct plan_builder *p)
{
	switch (p->request->purpose) {
	case PURPOSE_GIVE_BACK:
		return builder_note(
			p,
			"zone Movable: the memory can go offline again; the kernel moves pages out of it, "
			"or refuses, when they are pinned for long (RDMA, VFIO, GPUs, io_uring), and does "
			"not use it for itself");
	case PURPOSE_PIN:
		return builder_note(
			p,
			"zone Normal: pages can be pinned where they are; a single page that is pinned, or "
			"that the kernel uses itself, keeps its memory block online, often until the next "
			"reboot");
	case PURPOSE_NONE:
		break;
	}
	return 0;
}

static int plan_reconfigure(struct plan_builder *p)
{
	int r = note_purpose(p);

	if (r < 0)
		return r;
	if (p->request->mode == MODE_COMPAT)
		return plan_to_class(p);
	if (p->d->is_class)
		return plan_to_bus(p);
	if (!is_same(p->from, p->driver))
		return plan_rebind(p);
	if (is_same(p->driver, "kmem"))
		return plan_within_kmem(p);
	return builder_unchanged(p, "%s is already in %s", p->d->name.v,
				 request_mode_name(p->request->mode));
}

static int plan_probe(struct plan_builder *p)
{
	p->goal.any_driver = true;
	return guard_device(p) ?: guard_enter(p) ?: steps_probe(p);
}

static int plan_bind(struct plan_builder *p)
{
	if (p->d->is_class)
		return guard_device(p);
	if (p->from && (!p->driver || streq(p->from, p->driver)))
		return builder_unchanged(p, "%s is already bound to %s", p->d->name.v, p->from);
	return p->driver ? plan_rebind(p) : plan_probe(p);
}

static int plan_unbind(struct plan_builder *p)
{
	if (!p->d->is_class && p->d->driver.is == DAXBUS_NONE)
		return builder_unchanged(p, "%s has no driver", p->d->name.v);
	return guard_device(p) ?: guard_leave(p, !p->request->takes_offline) ?: steps_unbind(p);
}

static int plan_blocks(struct plan_builder *p)
{
	int r = guard_device(p) ?: guard_is_kmem(p) ?: guard_size(p);

	if (r)
		return r;
	return p->request->action == DAXBUS_ONLINE ? plan_online(p) : plan_offline(p);
}

/* --- create, resize, destroy ------------------------------------------------------------------ */

/* Bind a device that has its memory, and no driver yet. */
static int plan_first_bind(struct plan_builder *p)
{
	return p->driver ? plan_switch(p) : 0;
}

/* The driver is planned when the device exists. */
static int plan_create_namespace(struct plan_builder *p)
{
	p->goal_driver = p->driver;
	p->goes_on = true;
	return plan_namespace_create(p);
}

static int plan_create_region(struct plan_builder *p)
{
	p->goal_driver = p->driver;
	p->goes_on = true;
	return plan_cxl_create(p);
}

static int plan_create(struct plan_builder *p)
{
	int r = 0;

	if (p->request->memdevs.n)
		return plan_create_region(p);
	if (p->d->region->is_nd)
		return plan_create_namespace(p);
	if (p->request->has_map || p->request->name)
		return builder_refuse(
			p, REASON_NOT_FOR_REGION,
			"--map and --name are only for namespaces on persistent memory");
	if (p->request->refill)
		r = guard_shaped(p);
	return r ?: plan_resize_create(p) ?: plan_first_bind(p);
}

/* The zone that a device's memory was in, or offline if all of it was. */
static enum online online_as_before(const struct plan_builder *p)
{
	if (p->count[ZONE_MOVABLE])
		return ONLINE_MOVABLE;
	return p->count[ZONE_KERNEL] ? ONLINE_KERNEL : ONLINE_NO;
}

static int note_new_zone(struct plan_builder *p)
{
	uint64_t offline = p->count[ZONE_OFFLINE], other = p->count[other_zone(p->zone)];
	int r = 0;

	if (offline)
		r = builder_note(p, "%s of %s is offline and comes online with the rest",
				 SIZE_TEXT(bytes(p, offline)), p->d->name.v);
	if (r == 0 && other)
		r = builder_note(p, "%s of %s is online in zone %s and comes online in zone %s",
				 SIZE_TEXT(bytes(p, other)), p->d->name.v,
				 zone_title(other_zone(p->zone)), zone_title(p->zone));
	return r;
}

static int keep_online(struct plan_builder *p)
{
	if (!builder_is_in_kmem(p) || p->request->reshape)
		return 0;
	p->online = online_as_before(p);
	p->zone = zone_of_online(p->online);
	return p->zone == ZONE_OFFLINE ? 0 : note_new_zone(p);
}

/* The ranges of the device can change: it can leave its driver. */
static int guard_reshape(struct plan_builder *p)
{
	int r = guard_shaped(p);

	return r || !p->from ? r : guard_leave(p, false);
}

static int plan_resize(struct plan_builder *p)
{
	return guard_reshape(p) ?: keep_online(p) ?: plan_resize_change(p) ?: plan_first_bind(p);
}

static int plan_destroy(struct plan_builder *p)
{
	int r = p->d->is_region ? 0 : guard_reshape(p);

	if (r)
		return r;
	p->goal.gone = true;
	if (p->request->whole_region)
		return plan_cxl_destroy(p);
	return known_as(&p->d->provider, "pmem") ? plan_namespace_destroy(p)
						 : plan_resize_destroy(p);
}

/* --- plans ------------------------------------------------------------------------------------ */

static int (*const actions[])(struct plan_builder *p) = {
	[DAXBUS_RECONFIGURE] = plan_reconfigure, [DAXBUS_ONLINE] = plan_blocks,
	[DAXBUS_OFFLINE] = plan_blocks,		 [DAXBUS_BIND] = plan_bind,
	[DAXBUS_UNBIND] = plan_unbind,		 [DAXBUS_CREATE] = plan_create,
	[DAXBUS_RESIZE] = plan_resize,		 [DAXBUS_DESTROY] = plan_destroy,
};

/* The request in words that follow "cannot". */
static char *name_request(const struct daxbus_request *request, const struct device *d)
{
	const char *device = d->name.v;
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
		string_add(&t, "destroy %s%s",
			   d->is_region || !request->whole_region ? "" : "the region of ", device);
		break;
	}
	return string_take(&t);
}

/* bind leaves the zone to the policy. */
static enum online wanted_online(const struct daxbus_request *request)
{
	return request->action == DAXBUS_BIND ? ONLINE_POLICY : request->online;
}

static int init_builder(struct plan_builder *p, const struct daxbus_snapshot *s,
			const struct device *d, const struct facts *facts,
			const struct daxbus_request *request)
{
	enum online online = wanted_online(request);

	*p = (struct plan_builder){
		.s = s,
		.d = d,
		.facts = facts,
		.request = request,
		.asked = name_request(request, d),
		.from = text_of(&d->driver),
		.driver = plan_driver(request, d),
		.online = online,
		.zone = zone_of_online(online),
		.policy = text_of(&s->bus.auto_online),
		.status = DAXBUS_PLANNED,
	};
	return p->asked ? builder_find_blocks(p) : -ENOMEM;
}

/* The mode or driver of the device after the plan. */
static const char *find_to(const struct plan_builder *p)
{
	bool planned = p->status == DAXBUS_PLANNED;

	if (planned ? p->goal.is_class : p->d->is_class)
		return request_mode_name(MODE_COMPAT);
	return mode_or_driver(planned ? p->goal_driver : p->from);
}

/* Only a plan has steps and a goal. */
static void clear_plan(struct plan_builder *p)
{
	steps_done(&p->steps);
	p->goal = (struct goal){ 0 };
	p->goal_driver = NULL;
	p->goes_on = false;
}

static int take_plan(struct plan_builder *p, struct plan *ret)
{
	_cleanup_free_ char *to = NULL;

	if (string_copy(&to, find_to(p)) < 0)
		return -ENOMEM;
	if (p->status != DAXBUS_PLANNED)
		clear_plan(p);
	if (string_copy(&p->goal.driver, p->goal_driver) < 0)
		return -ENOMEM;
	*ret = (struct plan){
		.status = p->status,
		.code = p->code,
		.message = p->message,
		.hint = p->hint,
		.to = TAKE_PTR(to),
		.steps = p->steps,
		.notes = p->notes,
		.goal = p->goal,
		.goes_on = p->goes_on,
	};
	p->message = p->hint = NULL;
	p->steps = (struct steps){ 0 };
	p->notes = (struct strv){ 0 };
	return 0;
}

int plan_make(const struct daxbus_snapshot *s, const struct device *d, const struct facts *facts,
	      const struct daxbus_request *request, struct plan *ret)
{
	struct plan_builder p;
	int r = init_builder(&p, s, d, facts, request);

	if (r == 0)
		r = guard_orphan(&p) ?: actions[request->action](&p);
	if (r >= 0)
		r = take_plan(&p, ret);
	builder_done(&p);
	return r;
}

void plan_done(struct plan *plan)
{
	free(plan->message);
	free(plan->hint);
	free(plan->to);
	free(plan->goal.driver);
	steps_done(&plan->steps);
	strv_done(&plan->notes);
	*plan = (struct plan){ 0 };
}
