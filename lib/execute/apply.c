/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/apply.h"

#include <stdio.h>

#include "base/string.h"
#include "base/strv.h"
#include "execute/lease.h"
#include "execute/probe-start.h"
#include "model/range-list.h"
#include "plan/cxl.h"
#include "plan/resize.h"
#include "scan/cxl.h"

/* A glob that selects nothing. */
#define NO_DEVICE     "none*"
#define NAME_ATTEMPTS 3

/* --- the plan --------------------------------------------------------------------------------- */

#define NOT_BEGUN     "not begun: the run was interrupted"

static int set_refused(struct transaction *c, enum reason code, const char *message)
{
	c->plan.status = DAXBUS_REFUSED;
	return results_say(c->result, DAXBUS_REFUSED, code, "%s", message);
}

static int plan_device(struct transaction *c)
{
	int r = transaction_plan(c, c->request);

	if (r == -EINTR)
		return set_refused(c, REASON_INTERRUPTED, NOT_BEGUN);
	if (r == 0)
		r = results_set_from(c->result, transaction_mode(c->device));
	if (r == 0)
		r = results_set_to(c->result, c->plan.status == DAXBUS_REFUSED
						      ? transaction_mode(c->device)
						      : c->plan.to);
	results_set(c->result, c->plan.status, c->plan.code);
	results_set_message(c->result, TAKE_PTR(c->plan.message));
	results_set_hint(c->result, TAKE_PTR(c->plan.hint));
	return r;
}

/* A device grows into what the others of its region leave free. */
static unsigned int needs_of(const struct daxbus_request *request)
{
	if (request->action == DAXBUS_RESIZE || request->refill)
		return NEED_PLAN | NEED_FREE | NEED_IOMEM;
	return request->whole_region ? NEED_PLAN | NEED_IOMEM : NEED_PLAN;
}

/* Where its region begins has to be known to make it larger. */
static int probe_region(struct transaction *c, uint64_t region)
{
	char name[32];

	if (c->apply->directory < 0 || c->apply->as_planned)
		return 0;
	snprintf(name, sizeof(name), "region%" PRIu64, region);
	return probe_start_region(c->apply, name);
}

static int read_to_plan(struct transaction *c, unsigned int needs)
{
	int r = transaction_read(c, c->result->device, needs);

	if (r < 0 || !(needs & NEED_FREE) || !c->device ||
	    c->device->region->free_is != DAXBUS_UNKNOWN ||
	    !plan_resize_grows(c->request, c->device->size.v))
		return r;
	return probe_region(c, c->device->region_id.v)
		       ?: transaction_read(c, c->result->device, needs);
}

static int make_plan(struct transaction *c)
{
	unsigned int needs = needs_of(c->request);
	int r = read_to_plan(c, needs);

	if (r == 0 && c->device && plan_needs_blocks(c->device))
		r = transaction_read(c, c->result->device, needs | NEED_BLOCKS);
	return r < 0 || !c->device ? r : plan_device(c);
}

/* --- from plan to result ---------------------------------------------------------------------- */

static int show_plan(struct transaction *c)
{
	static char rest[] = "its driver, and what else it takes, is planned when it is there";
	const struct strv note = { (char *[]){ rest }, 1 };
	int r = results_set_steps(c->result, &c->plan.steps);

	return r == 0 && c->plan.goes_on ? results_add_notes(c->result, &note) : r;
}

/* Finding out where a region begins creates a device, which may resist being deleted. */
static int set_left_behind(struct result *result)
{
	int r = results_say(result, DAXBUS_FAILED, REASON_WRITE_FAILED,
			    "cannot delete the device that was created to find out where the "
			    "region begins");

	result->public.hint = reason_hint(REASON_RECOVER_FIRST);
	return r;
}

static int act(struct transaction *c)
{
	int r = 0;

	if (c->apply->directory >= 0 && !c->apply->keep && journal_is_pending(c->apply->directory))
		return set_left_behind(c->result);
	if (!c->device)
		r = results_say(c->result, DAXBUS_REFUSED, REASON_VANISHED,
				"the device %s has gone", c->result->device);
	else if (c->plan.status == DAXBUS_PLANNED && c->apply->directory >= 0)
		r = transaction_run(c);
	else
		r = show_plan(c);
	return r;
}

/* Another program relies on its mode, also while it does not have the device open. */
static bool is_leased(const struct transaction *c)
{
	return c->apply->directory >= 0 && lease_exists(c->apply->directory, c->result->device);
}

static int refuse_leased(struct transaction *c)
{
	return set_refused(c, REASON_LEASED, "another process has leased it");
}

int apply_device(const struct apply_context *apply, const struct daxbus_request *request,
		 const char *device, struct daxbus_results *results)
{
	_cleanup_(transaction_done) struct transaction c = TRANSACTION_INIT(apply, request);
	int r;

	c.result = results_add(results, device);
	if (!c.result)
		return -ENOMEM;
	r = is_leased(&c) ? refuse_leased(&c) : (make_plan(&c) ?: act(&c));
	results_finish(c.result);
	return r;
}

static int set_goal_as_is(struct transaction *c)
{
	const struct device *d = c->device;

	c->plan.status = DAXBUS_PLANNED;
	c->plan.goal.is_class = d->is_class;
	results_set(c->result, DAXBUS_PLANNED, REASON_NONE);
	return string_copy(&c->plan.goal.driver,
			   d->driver.is == DAXBUS_KNOWN ? d->driver.v : NULL)
		       ?: results_set_from(c->result, transaction_mode(d))
		       ?: results_set_to(c->result, transaction_mode(d));
}

static int plan_as_is(struct transaction *c)
{
	int r = transaction_read(c, c->result->device, NEED_PLAN);

	return r == 0 && c->device ? set_goal_as_is(c) : r;
}

int apply_steps(const struct apply_context *apply, const struct daxbus_request *request,
		const char *device, struct steps *steps, const char *done,
		struct daxbus_results *results)
{
	_cleanup_(transaction_done) struct transaction c = TRANSACTION_INIT(apply, request);
	int r;

	c.plan.steps = *steps;
	*steps = (struct steps){ 0 };
	c.result = results_add(results, device);
	if (!c.result)
		return -ENOMEM;
	r = is_leased(&c) ? refuse_leased(&c) : (plan_as_is(&c) ?: act(&c));
	if (r == 0 && (c.result->public.status == DAXBUS_CHANGED ||
		       c.result->public.status == DAXBUS_PLANNED))
		r = results_say(c.result, c.result->public.status, REASON_NONE, "%s", done);
	results_finish(c.result);
	return r;
}

/* What the plan gives the device. */
static int find_layout(const struct steps *steps, struct range_list *ret)
{
	for (size_t i = 0; i < steps->n; i++)
		if (steps->items[i].kind == STEP_LAYOUT)
			return range_list_parse(steps->items[i].value, ret);
	return 0;
}

/* In @room, which is known: a number that no device has, and memory that none has. */
static int create_in(struct transaction *c, struct region_space *room,
		     struct daxbus_results *results)
{
	_cleanup_(range_list_done) struct range_list layout = { 0 };
	struct device *d = region_space_add_device(room);
	int r;

	c->result = d ? results_add(results, d->name.v) : NULL;
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
		r = region_space_give(room, d, &layout);
	results_finish(c->result);
	return r;
}

/*
 * Where the region begins may have to be found out first. Of its devices it only counts where they
 * are; whether kmem can keep the memmap on them shows in one of them, if at all.
 */
static int read_room(const struct apply_context *apply, const struct daxbus_request *request,
		     struct region_space *room, const char *region)
{
	unsigned int needs = NEED_EXECUTOR & ~(unsigned int)NEED_UEVENT;
	int r;

	if (request->mode == MODE_KMEM || request->restore)
		needs |= NEED_DETAIL;
	r = region_space_read(room, apply->fs, apply->log, region, needs);

	if (r < 0 || apply->directory < 0 || apply->as_planned || !room->region ||
	    !probe_start_is_worth_it(room->region))
		return r;
	return probe_start_region(apply, region)
		       ?: region_space_read(room, apply->fs, apply->log, region, needs);
}

int apply_create(const struct apply_context *apply, const struct daxbus_request *request,
		 const char *region, struct region_space *room, struct daxbus_results *results)
{
	_cleanup_(transaction_done) struct transaction c = TRANSACTION_INIT(apply, request);
	int r = 0;

	if (!region_space_is_current(room, apply->fs, apply->directory >= 0))
		r = read_room(apply, request, room, region);
	if (r < 0)
		return r;
	if (!room->region)
		return apply_skip(region, REASON_VANISHED, "the region has gone", results);
	return create_in(&c, room, results);
}

/* The settings of the machine, without a device; and a device that does not exist yet. */
static int add_new_region(struct transaction *c)
{
	_cleanup_(cxl_bus_done) struct cxl_bus bus = { 0 };
	struct device *d;
	int r = transaction_read(c, NO_DEVICE, NEED_PLAN) ?: cxl_bus_read(c->apply->fs, &bus);

	if (r < 0 || !c->own)
		return r;
	d = plan_cxl_add_device(c->own, &bus, c->request);
	c->device = d;
	return d ? 0 : -ENOMEM;
}

static int plan_and_act(struct transaction *c, struct daxbus_results *results)
{
	int r;

	c->result = results_add(results, c->device->name.v);
	if (!c->result)
		return -ENOMEM;
	r = plan_device(c);
	if (r == 0)
		r = act(c);
	results_finish(c->result);
	return r;
}

/* The kernel gave the name of the region to another program: nothing else was written. */
static bool lost_name(const struct transaction *c)
{
	return c->result && c->result->public.status == DAXBUS_UNDONE && c->result->public.code &&
	       streq(c->result->public.code, reason_word(REASON_RACED)) && c->done.n == 1;
}

static int create_region(const struct apply_context *apply, const struct daxbus_request *request,
			 struct daxbus_results *results, bool *ret_lost_name)
{
	_cleanup_(transaction_done) struct transaction c = TRANSACTION_INIT(apply, request);
	int r = add_new_region(&c);

	if (r < 0)
		return r;
	if (!c.device)
		return apply_skip("cxl", REASON_UNKNOWN_STATE, "cannot read the machine", results);
	r = plan_and_act(&c, results);
	*ret_lost_name = lost_name(&c);
	return r;
}

int apply_create_region(const struct apply_context *apply, const struct daxbus_request *request,
			struct daxbus_results *results)
{
	bool again = false;
	int r = create_region(apply, request, results, &again);

	for (unsigned int i = 1; r == 0 && again && i < NAME_ATTEMPTS; i++) {
		results_drop_last(results);
		again = false;
		r = create_region(apply, request, results, &again);
	}
	return r;
}

int apply_destroy_region(const struct apply_context *apply, const struct daxbus_request *request,
			 const char *region, struct daxbus_results *results)
{
	_cleanup_(transaction_done) struct transaction c = TRANSACTION_INIT(apply, request);
	int r = transaction_read(&c, region, NEED_PLAN | NEED_IOMEM | NEED_CXL_SPACE);

	if (r < 0)
		return r;
	if (!c.own)
		return apply_skip(region, REASON_VANISHED, "the region has gone", results);
	if (c.device)
		return apply_skip(region, REASON_RACED,
				  "something else enabled the region meanwhile", results);
	c.device = plan_cxl_add_region(c.own, region);
	return c.device ? plan_and_act(&c, results) : -ENOMEM;
}

int apply_plan(const struct apply_context *apply, const struct daxbus_request *request,
	       struct daxbus_snapshot *s, const struct device *d, struct daxbus_results *results)
{
	struct transaction c = {
		.apply = apply,
		.request = request,
		.snapshot = s,
		.device = d,
		.result = results_add(results, d->name.v),
	};
	int r;

	if (!c.result)
		return -ENOMEM;
	r = is_leased(&c) ? refuse_leased(&c) : plan_device(&c);
	if (r == 0)
		r = results_set_steps(c.result, &c.plan.steps);
	results_finish(c.result);
	plan_done(&c.plan);
	return r;
}

enum reason apply_reason_to_stop(const struct apply_context *apply,
				 const struct daxbus_results *results, const char *device)
{
	const struct daxbus_progress progress = { .device = device, .what = "planning" };

	/*
	 * The journal of a device that could not be brought back is still needed. Other results,
	 * such as those of files, may follow that of the device.
	 */
	if (results_have(results, DAXBUS_FAILED))
		return REASON_RECOVER_FIRST;
	return progress_fn_call(&apply->progress_fn, &progress) ? REASON_NONE : REASON_INTERRUPTED;
}

int apply_not_begun(const char *device, enum reason code, struct daxbus_results *results)
{
	return apply_skip(device, code,
			  code == REASON_INTERRUPTED
				  ? NOT_BEGUN
				  : "not begun: the device before it could not be brought back",
			  results);
}

int apply_skip(const char *device, enum reason code, const char *message,
	       struct daxbus_results *results)
{
	struct result *result = results_add(results, device);
	int r = result ? results_say(result, DAXBUS_REFUSED, code, "%s", message) : -ENOMEM;

	results_finish(result);
	return r;
}
