/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "apply.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "binding.h"
#include "facts.h"
#include "layout.h"
#include "perform.h"
#include "reading.h"
#include "shape.h"
#include "survey.h"

/* A device while it is changed. */
struct change {
	const struct apply *apply;
	const struct daxbus_request *request;
	struct result *result;
	const struct daxbus_snapshot *snapshot;
	const struct device *device;
	struct daxbus_snapshot *own; /* the snapshot, when it is this change's */
	struct plan plan;
	struct performer performer;
	struct journal journal;
	struct before before;
	struct steps done; /* those that were begun */
};

static void change_done(struct change *c)
{
	daxbus_snapshot_unref(c->own);
	plan_done(&c->plan);
	performer_done(&c->performer);
	journal_close(&c->journal);
	before_done(&c->before);
	steps_done(&c->done);
}

static char *message_of(struct failure *failure)
{
	return TAKE_PTR(failure->error.message);
}

/* --- what it is ------------------------------------------------------------------------------- */

static const char *mode_word(const struct device *d)
{
	if (d->mode.is == DAXBUS_KNOWN)
		return d->mode.v;
	return d->driver.is == DAXBUS_KNOWN ? d->driver.v : NULL;
}

static int read_device(struct change *c, const char *name, unsigned int needs)
{
	_cleanup_(selection_done) struct selection selection = { 0 };
	int r = selection_add(&selection, name, NULL);

	daxbus_snapshot_unref(TAKE_PTR(c->own));
	c->device = NULL;
	if (r == 0)
		r = reading_take(c->apply->fs, c->apply->log, &selection, needs, &c->own, NULL);
	c->snapshot = c->own;
	if (r == 0 && c->snapshot->n_devices)
		c->device = c->snapshot->devices[0];
	return r == -ENOMEM ? r : 0;
}

static int read_before(struct change *c)
{
	const struct device *d = c->device;

	c->before.counted = is_known(&d->memory.online) && is_known(&d->memory.movable);
	c->before.online = d->memory.online.v;
	c->before.movable = d->memory.movable.v;
	if (d->driver.is != DAXBUS_KNOWN)
		return 0;
	c->before.driver = strdup(d->driver.v);
	return c->before.driver ? 0 : -ENOMEM;
}

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
		r = result_set_from(c->result, mode_word(c->device));
	if (r == 0)
		r = result_set_to(c->result, c->plan.verdict == DAXBUS_REFUSED
						     ? mode_word(c->device)
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
	int r = read_device(c, c->result->device, needs);

	if (r < 0 || !(needs & NEED_FREE) || !c->device ||
	    c->device->region->free_is != DAXBUS_UNKNOWN ||
	    !shape_grows(c->request, c->device->size.v))
		return r;
	return survey(c, c->device->region_id.v) ?: read_device(c, c->result->device, needs);
}

static int make_plan(struct change *c)
{
	unsigned int needs = needs_of(c->request);
	int r = read_to_plan(c, needs);

	if (r == 0 && c->device && plan_needs_blocks(c->device))
		r = read_device(c, c->result->device, needs | NEED_BLOCKS);
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

/* --- undo ------------------------------------------------------------------------------------- */

static void block_signals(sigset_t *ret_old)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, ret_old);
}

/* Whether the device was not there before these steps. */
static bool is_new(const struct steps *steps)
{
	enum step_kind first = steps->n ? steps->items[0].kind : _STEP_MAX;

	return first == STEP_CREATE || first == STEP_LABEL || first == STEP_INFO;
}

/* Whether the device is what it was. */
static int compare_with(struct change *c, const struct steps *steps, const struct before *before,
			struct failure *failure)
{
	const struct device *d;
	const char *driver;

	/* Nothing was done; or what is there by the name of a new device is somebody else's. */
	if (!steps->n || is_new(steps))
		return 0;
	if (read_device(c, c->result->device, NEED_UEVENT | NEED_MEMORY | NEED_FLAGS) < 0)
		return failure_oom(failure);
	d = c->device;
	if (!d)
		return failure_vanished(failure, c->result->device);
	driver = d->driver.is == DAXBUS_KNOWN ? d->driver.v : NULL;
	if (strv_has(&d->flags.v, "stuck"))
		return failure_set(failure, CODE_STUCK, -EBUSY,
				   "memory of %s is stuck until the next reboot",
				   c->result->device);
	if (!driver != !before->driver || (driver && !streq(driver, before->driver)))
		return failure_set(failure, CODE_NOT_VERIFIED, -EIO,
				   "%s has the driver %s instead of %s", c->result->device,
				   driver ? driver : "none",
				   before->driver ? before->driver : "none");
	if (before->counted &&
	    (d->memory.online.v != before->online || d->memory.movable.v != before->movable))
		return failure_set(failure, CODE_NOT_VERIFIED, -EIO,
				   "%" PRIu64 " memory blocks of %s are online, %" PRIu64
				   " of them in zone Movable, where it were %" PRIu64
				   " and %" PRIu64,
				   d->memory.online.v, c->result->device, d->memory.movable.v,
				   before->online, before->movable);
	return 0;
}

/*
 * Undo in reverse, all of it: what cannot be undone must not keep a setting of the machine from
 * being restored. The first thing that went wrong is what is told.
 */
static int undo_all(struct change *c, const struct steps *steps, const struct before *before,
		    struct failure *failure)
{
	sigset_t old;
	int result = 0;

	block_signals(&old);
	c->performer.undoing = true;
	for (size_t i = steps->n; i-- > 0;) {
		_cleanup_(failure_done) struct failure ignored = FAILURE_INIT;
		int r = perform_undo(&c->performer, &steps->items[i], result ? &ignored : failure);

		if (result == 0)
			result = r;
	}
	if (result == 0)
		result = compare_with(c, steps, before, failure);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return result;
}

/* --- apply ------------------------------------------------------------------------------------ */

static int fail_journal(int r, struct failure *failure)
{
	return failure_set(failure, CODE_JOURNAL_FAILED, r, "cannot write the journal: %s",
			   strerror(-r));
}

/* The step moves from the plan to those that were begun. */
static int do_step(struct change *c, size_t i, struct failure *failure)
{
	struct step *step = &c->plan.steps.items[i];
	int r = perform_prepare(&c->performer, &c->done, step, failure);

	if (r < 0)
		return r;
	if (array_grow(&c->done.items, c->done.n, sizeof(*c->done.items)) < 0)
		return failure_oom(failure);
	r = journal_add(&c->journal, step);
	if (r < 0)
		return fail_journal(r, failure);
	c->done.items[c->done.n++] = *step;
	*step = (struct step){ 0 };
	return perform_do(&c->performer, &c->done.items[c->done.n - 1], failure);
}

static bool is_goal_driver(const struct goal *goal, const struct device *d)
{
	const char *driver = d->driver.is == DAXBUS_KNOWN ? d->driver.v : NULL;

	if (goal->any_driver)
		return driver;
	return goal->driver ? driver && streq(driver, goal->driver) : !driver;
}

static int check_goal(struct change *c, struct failure *failure)
{
	const struct goal *goal = &c->plan.goal;
	const struct memory *m;
	uint64_t in_zone;
	bool too_many;

	if (read_device(c, c->result->device, NEED_UEVENT | NEED_MEMORY | NEED_FLAGS) < 0)
		return failure_oom(failure);
	if (!c->device && goal->gone)
		return 0;
	if (!c->device)
		return failure_vanished(failure, c->result->device);
	m = &c->device->memory;
	if (goal->gone)
		return failure_set(failure, CODE_RACED, -EBUSY,
				   "%s was deleted, and is there again: something else created it",
				   c->result->device);
	if (!is_goal_driver(goal, c->device))
		return failure_set(failure, CODE_RACED, -EBUSY,
				   "%s was bound as wanted, and is not any more: something else "
				   "changed it",
				   c->result->device);
	if (strv_has(&c->device->flags.v, "stuck"))
		return failure_set(failure, CODE_STUCK, -EBUSY,
				   "memory of %s is stuck until the next reboot",
				   c->result->device);
	if (!goal->counted)
		return 0;
	in_zone = goal->zone == ZONE_MOVABLE ? m->movable.v : m->kernel.v;
	/* What is brought online beside what was asked for is no reason to undo it. */
	too_many = m->online.v > goal->online && c->request->action == DAXBUS_OFFLINE;
	if (m->blocks.v != goal->blocks || m->online.v < goal->online || too_many ||
	    (goal->in_zone && in_zone < goal->online))
		return failure_set(failure, CODE_RACED, -EBUSY,
				   "%s has %" PRIu64 " memory blocks, %" PRIu64 " online, %" PRIu64
				   " of them in zone Movable: something else changed them",
				   c->result->device, m->blocks.v, m->online.v, m->movable.v);
	return 0;
}

static int do_steps(struct change *c, struct failure *failure)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->plan.steps.n; i++)
		r = do_step(c, i, failure);
	return r;
}

/* The next plan of the same transaction: what it refuses has failed. */
static int plan_next(struct change *c, const struct daxbus_request *request,
		     struct failure *failure)
{
	_cleanup_(facts_done) struct facts facts = { 0 };
	int r = read_device(c, c->result->device, NEED_PLAN);

	if (r == 0 && !c->device)
		return failure_vanished(failure, c->result->device);
	plan_done(&c->plan);
	if (r == 0)
		r = facts_read(c->apply->fs, c->apply->log, c->snapshot, c->device, request,
			       plan_driver(request, c->device), &facts);
	if (r == 0)
		r = plan_make(c->snapshot, c->device, &facts, request, &c->plan);
	if (r == 0)
		r = result_add_notes(c->result, &c->plan.notes);
	if (r < 0)
		return failure_oom(failure);
	if (c->plan.verdict == DAXBUS_REFUSED)
		return failure_set(failure, c->plan.code, -ECANCELED, "%s", c->plan.message);
	return 0;
}

/* A device that this made has the driver that the kernel gave it, and gets the one that is wanted.
 */
static int go_on(struct change *c, struct failure *failure)
{
	struct daxbus_request rest = *c->request; /* what it owns is borrowed */
	int r;

	rest.action = rest.mode == MODE_NONE ? DAXBUS_UNBIND : DAXBUS_RECONFIGURE;
	r = plan_next(c, &rest, failure);
	if (r == 0)
		r = do_steps(c, failure);
	/* Of a device that is so already nothing is left to compare. */
	return r < 0 || c->plan.verdict == DAXBUS_UNCHANGED ? r : check_goal(c, failure);
}

static int do_all(struct change *c, struct failure *failure)
{
	int r = do_steps(c, failure);

	if (r < 0)
		return r;
	return c->plan.goes_on ? go_on(c, failure) : check_goal(c, failure);
}

/* "WHAT FAILED; everything is as it was before", or what is not. */
static int set_failed(struct change *c, struct failure *why, int undone, struct failure *not_undone)
{
	struct text text = { 0 };
	char *message;

	text_add(&text, "%s; ", why->error.message ? why->error.message : "out of memory");
	if (undone == 0)
		text_add(&text, "everything is as it was before");
	else
		text_add(&text, "and it could not all be undone: %s",
			 not_undone->error.message ? not_undone->error.message : "out of memory");
	message = text_take(&text);
	result_set(c->result, undone == 0 ? DAXBUS_UNDONE : DAXBUS_FAILED, why->code);
	result_set_message(c->result, message);
	if (undone < 0 && not_undone->code == CODE_STUCK)
		result_set(c->result, DAXBUS_FAILED, CODE_STUCK);
	else if (undone < 0)
		c->result->public.hint = code_hint(CODE_RECOVER_FIRST);
	return message ? 0 : -ENOMEM;
}

/* Before anything is undone: that makes the kernel speak, too. */
static int take_messages(struct change *c)
{
	int r = performer_hear(&c->performer);

	c->result->kernel = c->performer.said;
	c->performer.said = (struct strv){ 0 };
	return r;
}

static int fail_and_undo(struct change *c, struct failure *why)
{
	_cleanup_(failure_done) struct failure not_undone = FAILURE_INIT;
	int undone, r;

	r = take_messages(c);
	undone = undo_all(c, &c->done, &c->before, &not_undone);
	/* A journal that stays is what `daxbus recover` goes by. */
	if (undone == 0)
		undone = journal_end(&c->journal);
	if (r == 0)
		r = set_failed(c, why, undone, &not_undone);
	if (r == 0 && read_device(c, c->result->device, NEED_UEVENT) == 0)
		r = result_set_to(c->result, c->device ? mode_word(c->device) : NULL);
	return r;
}

static bool gives_memory(const struct daxbus_request *request)
{
	return request->action == DAXBUS_CREATE || request->action == DAXBUS_RESIZE;
}

static char *describe_done(const struct change *c)
{
	const struct memory *m;
	struct text text = { 0 };

	if (!c->device)
		return NULL;
	if (gives_memory(c->request) && is_known(&c->device->size))
		text_add(&text, "%s", SIZE_TEXT(c->device->size.v));
	m = &c->device->memory;
	if (is_known(&m->blocks) && is_known(&m->online) && m->blocks.v)
		text_add(&text,
			 "%s%" PRIu64 " of %" PRIu64 " memory blocks are online, %" PRIu64
			 " in zone Movable",
			 text.length ? "; " : "", m->online.v, m->blocks.v, m->movable.v);
	return text.length ? text_take(&text) : NULL;
}

static int run_plan(struct change *c)
{
	_cleanup_(failure_done) struct failure why = FAILURE_INIT;
	int r = performer_init_with(&c->performer, c->apply->fs, c->apply->log, &c->apply->watch,
				    c->device);

	if (r == 0)
		r = read_before(c);
	if (r < 0)
		return r;
	c->performer.force = c->request->force;
	r = journal_begin(&c->journal, c->apply->folder, c->result->device, &c->before);
	if (r < 0)
		fail_journal(r, &why);
	else
		r = do_all(c, &why);
	if (r == 0) {
		result_set(c->result, DAXBUS_CHANGED, CODE_NONE);
		result_set_message(c->result, describe_done(c));
		r = journal_end(&c->journal);
		if (r == 0)
			r = result_set_to(c->result, c->device ? mode_word(c->device) : NULL);
		else
			fail_journal(r, &why);
	}
	if (r < 0)
		r = fail_and_undo(c, &why);
	return result_add_notes(c->result, &c->performer.notes) ?: r;
}

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
		r = run_plan(c);
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

/* --- recover ---------------------------------------------------------------------------------- */

/* Deleting is the last step, and there is no way back from it. */
static bool is_deleted(const struct steps *steps)
{
	return steps->n && (steps->items[steps->n - 1].kind == STEP_DELETE ||
			    steps->items[steps->n - 1].kind == STEP_UNMAKE);
}

/* The last step was about to delete what can be made a device again, until it is deleted. */
static bool comes_back(struct change *c, const struct steps *steps)
{
	_cleanup_(failure_done) struct failure ignored = FAILURE_INIT;
	const struct step *last = steps->n ? &steps->items[steps->n - 1] : NULL;

	return last && last->kind == STEP_UNMAKE &&
	       perform_undo(&c->performer, last, &ignored) == 0 &&
	       performer_relearn(&c->performer) == 0;
}

static int end_record(struct change *c, const char *message)
{
	int r = journal_forget(c->apply->folder);

	result_set(c->result, r < 0 ? DAXBUS_FAILED : DAXBUS_CHANGED,
		   r < 0 ? CODE_JOURNAL_FAILED : CODE_NONE);
	result_set_message(c->result, strdup(message));
	return 0;
}

static int undo_record(struct change *c, struct record *record)
{
	_cleanup_(failure_done) struct failure failure = FAILURE_INIT;
	int r = performer_init(&c->performer, c->apply->fs, c->apply->log, &c->apply->watch,
			       record->device);

	/* Of a device that has gone the settings of the machine are left to restore. */
	if (r < 0 && r != -ENODEV)
		return r;
	performer_mark(&c->performer);
	if (r == -ENODEV && is_deleted(&record->steps) && !comes_back(c, &record->steps))
		return end_record(c, "the device had been destroyed, as was wanted");
	r = undo_all(c, &record->steps, &record->before, &failure);
	if (r == 0)
		r = journal_forget(c->apply->folder);
	result_set(c->result, r < 0 ? DAXBUS_FAILED : DAXBUS_CHANGED, failure.code);
	if (r < 0)
		c->result->public.hint = code_hint(CODE_RECOVER_FIRST);
	result_set_message(c->result, r < 0 ? message_of(&failure)
					    : strdup("what a killed run had begun is undone"));
	if (r < 0 && take_messages(c) < 0)
		return -ENOMEM;
	return result_add_notes(c->result, &c->performer.notes);
}

int apply_recover(const struct apply *apply, bool only_show, struct daxbus_outcome *outcome,
		  struct daxbus_error *err)
{
	_cleanup_(record_done) struct record record = { 0 };
	_cleanup_(change_done) struct change c = {
		.apply = apply,
		.performer = { .kmsg = KMSG_INIT },
		.journal = JOURNAL_INIT,
	};
	int r = journal_read(apply->folder, &record, err);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	/* It was killed before it had begun. */
	if (!record.device)
		return only_show ? 0 : journal_forget(apply->folder);
	c.result = outcome_add(outcome, record.device);
	if (!c.result)
		return err_oom(err);
	if (only_show) {
		result_set(c.result, DAXBUS_PLANNED, CODE_NONE);
		result_set_message(
			c.result,
			strdup("a killed run had begun these steps, which would be undone"));
		r = result_set_steps(c.result, &record.steps);
	} else {
		r = undo_record(&c, &record);
	}
	if (r == 0)
		r = result_set_to(c.result, record.before.driver);
	result_finish(c.result);
	return r == -ENOMEM ? err_oom(err) : r;
}
