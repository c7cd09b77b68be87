/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/apply.h"

#include <stdio.h>

#include "execute/probe-start.h"
#include "model/range-list.h"
#include "plan/resize.h"
#include "scan/facts.h"

/* --- the plan --------------------------------------------------------------------------------- */

static int plan_device(struct change *c)
{
	_cleanup_(facts_done) struct facts facts = { 0 };
	int r = facts_read(c->apply->fs, c->apply->log, c->snapshot, c->device, c->request,
			   plan_driver(c->request, c->device), &facts);

	if (r == 0)
		r = plan_make(c->snapshot, c->device, &facts, c->request, &c->plan);
	if (r == 0)
		r = result_add_notes(c->result, &c->plan.notes);
	if (r == 0)
		r = result_set_from(c->result, change_mode(c->device));
	if (r == 0)
		r = result_set_to(c->result, c->plan.verdict == DAXBUS_REFUSED
						     ? change_mode(c->device)
						     : c->plan.to);
	result_set(c->result, c->plan.verdict, c->plan.code);
	result_set_message(c->result, TAKE_PTR(c->plan.message));
	return r;
}

/* A device grows into what the others of its region leave free. */
static unsigned int needs_of(const struct daxbus_request *request)
{
	return request->action == DAXBUS_RESIZE || request->refill
		       ? NEED_PLAN | NEED_FREE | NEED_IOMEM
		       : NEED_PLAN;
}

/* Where its region begins has to be known to make it larger. */
static int survey(struct change *c, uint64_t region)
{
	char name[32];

	if (c->apply->folder < 0)
		return 0;
	snprintf(name, sizeof(name), "region%" PRIu64, region);
	return survey_region(c->apply->fs, c->apply->log, &c->apply->watch, c->apply->folder, name);
}

static int read_to_plan(struct change *c, unsigned int needs)
{
	int r = change_read(c, c->result->device, needs);

	if (r < 0 || !(needs & NEED_FREE) || !c->device ||
	    c->device->region->free_is != DAXBUS_UNKNOWN ||
	    !shape_grows(c->request, c->device->size.v))
		return r;
	return survey(c, c->device->region_id.v) ?: change_read(c, c->result->device, needs);
}

static int make_plan(struct change *c)
{
	unsigned int needs = needs_of(c->request);
	int r = read_to_plan(c, needs);

	if (r == 0 && c->device && plan_needs_blocks(c->device))
		r = change_read(c, c->result->device, needs | NEED_BLOCKS);
	return r < 0 || !c->device ? r : plan_device(c);
}

static int set_vanished(struct result *result)
{
	char *message;

	result_set(result, DAXBUS_REFUSED, CODE_VANISHED);
	if (asprintf(&message, "the device %s has gone", result->device) < 0)
		return -ENOMEM;
	result_set_message(result, message);
	return 0;
}

/* --- from plan to result ---------------------------------------------------------------------- */

static int show_plan(struct change *c)
{
	static char rest[] = "its driver, and what else it takes, is planned when it is there";
	const struct strv note = { (char *[]){ rest }, 1 };
	int r = result_set_steps(c->result, &c->plan.steps);

	return r == 0 && c->plan.goes_on ? result_add_notes(c->result, &note) : r;
}

static int act(struct change *c)
{
	int r = 0;

	if (!c->device)
		r = set_vanished(c->result);
	else if (c->plan.verdict == DAXBUS_PLANNED && c->apply->folder >= 0)
		r = change_run(c);
	else
		r = show_plan(c);
	return r;
}

int apply_device(const struct apply *apply, const struct daxbus_request *request,
		 const char *device, struct daxbus_outcome *outcome)
{
	_cleanup_(change_done) struct change c = {
		.apply = apply,
		.request = request,
		.performer = { .kmsg = KMSG_INIT },
		.journal = JOURNAL_INIT,
		.result = outcome_add(outcome, device),
	};
	int r;

	if (!c.result)
		return -ENOMEM;
	r = make_plan(&c);
	if (r == 0)
		r = act(&c);
	result_finish(c.result);
	return r;
}

/* What the plan gives the device. */
static int find_layout(const struct steps *steps, struct layout *ret)
{
	for (size_t i = 0; i < steps->n; i++)
		if (steps->items[i].kind == STEP_LAYOUT)
			return layout_parse(steps->items[i].value, ret);
	return 0;
}

/* In @room, which is known: a number that no device has, and memory that none has. */
static int create_in(struct change *c, struct room *room, struct daxbus_outcome *outcome)
{
	_cleanup_(layout_done) struct layout layout = { 0 };
	struct device *d = room_add_device(room);
	int r;

	c->result = d ? outcome_add(outcome, d->name.v) : NULL;
	if (!c->result)
		return -ENOMEM;
	c->snapshot = room->snapshot;
	c->device = d;
	r = plan_device(c);
	if (r == 0)
		r = find_layout(&c->plan.steps, &layout);
	if (r == 0)
		r = act(c);
	if (r == 0)
		r = room_give(room, d, &layout);
	result_finish(c->result);
	return r;
}

/*
 * Where the region begins may have to be found out first. Of its devices it only counts where they
 * are; whether kmem can keep page maps on them is seen of one, if at all.
 */
static int read_room(const struct apply *apply, const struct daxbus_request *request,
		     struct room *room, const char *region)
{
	unsigned int needs = NEED_PERFORMER & ~(unsigned int)NEED_UEVENT;
	int r;

	if (request->mode == MODE_KMEM || request->restore)
		needs |= NEED_DETAIL;
	r = room_read(room, apply->fs, apply->log, region, needs);

	if (r < 0 || apply->folder < 0 || !room->region || !survey_is_worth_it(room->region))
		return r;
	return survey_region(apply->fs, apply->log, &apply->watch, apply->folder, region)
		       ?: room_read(room, apply->fs, apply->log, region, needs);
}

int apply_create(const struct apply *apply, const struct daxbus_request *request,
		 const char *region, struct room *room, struct daxbus_outcome *outcome)
{
	_cleanup_(change_done) struct change c = {
		.apply = apply,
		.request = request,
		.performer = { .kmsg = KMSG_INIT },
		.journal = JOURNAL_INIT,
	};
	int r = 0;

	if (!room_is_current(room, apply->fs, apply->folder >= 0))
		r = read_room(apply, request, room, region);
	if (r < 0)
		return r;
	if (!room->region)
		return apply_skip(region, CODE_VANISHED, "the region has gone", outcome);
	return create_in(&c, room, outcome);
}

int apply_plan(const struct apply *apply, const struct daxbus_request *request,
	       struct daxbus_snapshot *s, const struct device *d, struct daxbus_outcome *outcome)
{
	struct change c = {
		.apply = apply,
		.request = request,
		.snapshot = s,
		.device = d,
		.result = outcome_add(outcome, d->name.v),
	};
	int r;

	if (!c.result)
		return -ENOMEM;
	r = plan_device(&c);
	if (r == 0)
		r = result_set_steps(c.result, &c.plan.steps);
	result_finish(c.result);
	plan_done(&c.plan);
	return r;
}

enum code apply_reason_to_stop(const struct apply *apply, const struct daxbus_outcome *outcome,
			       const char *device)
{
	const struct daxbus_progress progress = { .device = device, .what = "planning" };

	/* The journal of a device that could not be brought back is still needed. */
	if (outcome->n && outcome->results[outcome->n - 1]->public.verdict == DAXBUS_FAILED)
		return CODE_RECOVER_FIRST;
	return watch_tell(&apply->watch, &progress) ? CODE_NONE : CODE_INTERRUPTED;
}

int apply_not_begun(const char *device, enum code code, struct daxbus_outcome *outcome)
{
	return apply_skip(device, code,
			  code == CODE_INTERRUPTED
				  ? "not begun: the run was interrupted"
				  : "not begun: the device before it could not be brought back",
			  outcome);
}

int apply_skip(const char *device, enum code code, const char *message,
	       struct daxbus_outcome *outcome)
{
	struct result *result = outcome_add(outcome, device);

	if (!result)
		return -ENOMEM;
	result_set(result, DAXBUS_REFUSED, code);
	result_set_message(result, strdup(message));
	result_finish(result);
	return 0;
}
