/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/transaction.h"

#include <errno.h>
#include <signal.h>

#include "base/array.h"
#include "base/string.h"
#include "base/strv.h"
#include "execute/settle.h"
#include "execute/step-ops.h"
#include "plan/builder.h"
#include "scan/facts.h"
#include "scan/run-cache.h"
#include "scan/scan.h"

/* A century; the time then still fits into a time_t. */
#define FOREVER (100 * 366 * 24 * INT64_C(3600))

void transaction_done(struct transaction *c)
{
	daxbus_snapshot_free(c->own);
	plan_done(&c->plan);
	executor_done(&c->executor);
	journal_close(&c->journal);
	journal_before_done(&c->before);
	steps_done(&c->done);
}

const char *transaction_mode(const struct device *d)
{
	if (d->mode.is == DAXBUS_KNOWN)
		return d->mode.v;
	return d->driver.is == DAXBUS_KNOWN ? d->driver.v : NULL;
}

int transaction_read(struct transaction *c, const char *name, unsigned int needs)
{
	_cleanup_(selectors_done) struct selectors selection = { 0 };
	int r = selectors_add(&selection, name, NULL);

	daxbus_snapshot_free(TAKE_PTR(c->own));
	c->device = NULL;
	if (r == 0)
		r = scan_take(c->apply->fs, c->apply->log, &selection, needs, &c->own, NULL);
	c->snapshot = c->own;
	if (r == 0 && c->snapshot->n_devices)
		c->device = c->snapshot->devices[0];
	return r == -ENOMEM ? r : 0;
}

int transaction_plan(struct transaction *c, const struct daxbus_request *request)
{
	_cleanup_(facts_done) struct facts facts = { 0 };
	int r = facts_read(c->apply->fs, c->apply->log, &c->apply->progress_fn, c->snapshot,
			   c->device, request, plan_driver(request, c->device), &facts);

	if (r == 0)
		r = plan_make(c->snapshot, c->device, &facts, request, &c->plan);
	return r ?: results_add_notes(c->result, &c->plan.notes);
}

/* --- undo ------------------------------------------------------------------------------------- */

static void block_signals(sigset_t *ret_old)
{
	static const int signals[] = { SIGINT,	SIGTERM, SIGHUP,  SIGQUIT, SIGALRM,
				       SIGUSR1, SIGUSR2, SIGXCPU, SIGXFSZ, SIGVTALRM,
				       SIGPROF, SIGPWR,	 SIGIO };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&set, signals[i]);
	pthread_sigmask(SIG_BLOCK, &set, ret_old);
}

/* Whether the device did not exist before these steps. */
static bool is_new(const struct steps *steps)
{
	return steps->n && step_effect(&steps->items[0]) == STEP_CREATES;
}

/* Whether the device is what it was. */
static int compare_with(struct transaction *c, const struct steps *steps,
			const struct journal_before *before, struct failure *failure)
{
	const struct device *d;
	const char *driver;

	/* Nothing was done; or what is there by the name of a new device is somebody else's. */
	if (!steps->n || is_new(steps) || c->executor.is_region)
		return 0;
	if (transaction_read(c, c->result->device, NEED_UEVENT | NEED_MEMORY | NEED_FLAGS) < 0)
		return failure_oom(failure);
	d = c->device;
	if (!d)
		return failure_vanished(failure, c->result->device);
	driver = d->driver.is == DAXBUS_KNOWN ? d->driver.v : NULL;
	if (strv_has(&d->flags.v, "stuck"))
		return failure_set(failure, REASON_STUCK, -EBUSY,
				   "memory of %s is stuck until the next reboot",
				   c->result->device);
	if (!driver != !before->driver || (driver && !streq(driver, before->driver)))
		return failure_set(failure, REASON_NOT_VERIFIED, -EIO,
				   "%s has the driver %s instead of %s", c->result->device,
				   driver ? driver : "none",
				   before->driver ? before->driver : "none");
	if (before->counted && c->executor.poisoned &&
	    d->memory.online.v + c->executor.poisoned == before->online)
		return 0;
	if (before->counted &&
	    (d->memory.online.v != before->online || d->memory.movable.v != before->movable))
		return failure_set(failure, REASON_RACED, -EBUSY,
				   "%s has %" PRIu64 " memory block%s online (%" PRIu64
				   " in zone Movable) instead of %" PRIu64 " (%" PRIu64
				   "): something else changed them",
				   c->result->device, d->memory.online.v,
				   plural(d->memory.online.v), d->memory.movable.v, before->online,
				   before->movable);
	return 0;
}

/*
 * A device is bound again only with the memory that it had, and under the policy under which it was
 * unbound: otherwise its memory comes online as it was not, and recovering later cannot tell.
 */
static bool is_needed_to_bind(const struct step *step)
{
	return step->kind == STEP_LAYOUT || step->kind == STEP_SET || step->kind == STEP_RESET;
}

/*
 * Undo in reverse, all of it: what cannot be undone must not keep a setting of the machine from
 * being restored. The first failure is reported.
 */
int transaction_undo(struct transaction *c, const struct steps *steps,
		     const struct journal_before *before, struct failure *failure)
{
	bool may_bind = true;
	sigset_t old;
	int result = 0;

	block_signals(&old);
	c->executor.undoing = true;
	for (size_t i = steps->n; i-- > 0;) {
		_cleanup_(failure_done) struct failure ignored = FAILURE_INIT;
		const struct step *step = &steps->items[i];
		int r;

		if (step->kind == STEP_UNBIND && !may_bind)
			continue;
		r = step_ops_undo(&c->executor, step, result ? &ignored : failure);
		if (r < 0 && is_needed_to_bind(step))
			may_bind = false;
		if (result == 0)
			result = r;
	}
	c->steps_undone = result == 0;
	if (result == 0)
		result = compare_with(c, steps, before, failure);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return result;
}

/* --- apply ------------------------------------------------------------------------------------ */

static int fail_journal(int r, struct failure *failure)
{
	return failure_set(failure, REASON_JOURNAL_FAILED, r, "cannot write the journal: %s",
			   strerror(-r));
}

/* The step moves from the plan to those that were begun. */
static int do_step(struct transaction *c, size_t i, struct failure *failure)
{
	struct step *step = &c->plan.steps.items[i];
	int r = step_ops_prepare(&c->executor, step, failure);

	if (r < 0)
		return r;
	if (array_grow(&c->done.items, c->done.n, sizeof(*c->done.items)) < 0)
		return failure_oom(failure);
	r = journal_add(&c->journal, step);
	if (r < 0)
		return fail_journal(r, failure);
	c->done.items[c->done.n++] = *step;
	*step = (struct step){ 0 };
	return step_ops_do(&c->executor, &c->done.items[c->done.n - 1], failure);
}

static const char *are(uint64_t n)
{
	return n == 1 ? "is" : "are";
}

static bool is_goal_driver(const struct goal *goal, const struct device *d)
{
	const char *driver = d->driver.is == DAXBUS_KNOWN ? d->driver.v : NULL;

	if (goal->any_driver)
		return driver;
	return goal->driver ? driver && streq(driver, goal->driver) : !driver;
}

static int check_goal(struct transaction *c, struct failure *failure)
{
	const struct goal *goal = &c->plan.goal;
	const struct memory *m;
	uint64_t in_zone;
	bool too_many;

	if (transaction_read(c, c->result->device, NEED_UEVENT | NEED_MEMORY | NEED_FLAGS) < 0)
		return failure_oom(failure);
	if (!c->device && goal->gone)
		return 0;
	if (!c->device)
		return failure_vanished(failure, c->result->device);
	m = &c->device->memory;
	if (goal->gone)
		return failure_set(
			failure, REASON_RACED, -EBUSY,
			"%s exists again after it was deleted: something else created it",
			c->result->device);
	if (goal->is_class != c->device->is_class)
		return failure_set(failure, REASON_RACED, -EBUSY,
				   "%s was moved, and is back in the model before: something "
				   "else changed it",
				   c->result->device);
	if (!is_goal_driver(goal, c->device))
		return failure_set(failure, REASON_RACED, -EBUSY,
				   "%s does not have its new driver any more: something else "
				   "changed it",
				   c->result->device);
	if (strv_has(&c->device->flags.v, "stuck"))
		return failure_set(failure, REASON_STUCK, -EBUSY,
				   "memory of %s is stuck until the next reboot",
				   c->result->device);
	if (!goal->counted)
		return 0;
	in_zone = goal->zone == ZONE_MOVABLE ? m->movable.v : m->kernel.v;
	/* What is brought online beside what was asked for is no reason to undo it. */
	too_many = m->online.v > goal->online &&
		   (!goal->online || c->request->action == DAXBUS_OFFLINE);
	if (m->blocks.v != goal->blocks || m->online.v + c->executor.poisoned < goal->online)
		return failure_set(failure, REASON_RACED, -EBUSY,
				   "%" PRIu64 " of %" PRIu64
				   " memory block%s of %s %s online: something else changed them",
				   m->online.v, m->blocks.v, plural(m->blocks.v), c->result->device,
				   are(m->online.v));
	if (too_many || (goal->in_zone && in_zone + c->executor.poisoned < goal->online))
		return settle_fail(&c->executor, failure, REASON_RACED, -EBUSY,
				   "%" PRIu64 " of %" PRIu64
				   " memory block%s of %s %s online, %" PRIu64 " in zone Movable",
				   m->online.v, m->blocks.v, plural(m->blocks.v), c->result->device,
				   are(m->online.v), m->movable.v);
	return 0;
}

static int do_steps(struct transaction *c, struct failure *failure)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->plan.steps.n; i++)
		r = do_step(c, i, failure);
	return r;
}

/* The next plan of the same transaction: what it refuses has failed. */
static int plan_next(struct transaction *c, const struct daxbus_request *request,
		     struct failure *failure)
{
	int r = transaction_read(c, c->result->device, NEED_PLAN);

	if (r == 0 && !c->device)
		return failure_vanished(failure, c->result->device);
	plan_done(&c->plan);
	if (r == 0)
		r = transaction_plan(c, request);
	if (r == -EINTR)
		return executor_fail_stopped(failure);
	if (r < 0)
		return failure_oom(failure);
	if (c->plan.status == DAXBUS_REFUSED)
		return failure_set(failure, c->plan.code, -ECANCELED, "%s", c->plan.message);
	return 0;
}

/* A device that this made has the driver that the kernel gave it, and gets the one that is wanted.
 */
static int go_on(struct transaction *c, struct failure *failure)
{
	struct daxbus_request rest = *c->request; /* what it owns is borrowed */
	int r;

	rest.action = rest.mode == MODE_NONE ? DAXBUS_UNBIND : DAXBUS_RECONFIGURE;
	r = plan_next(c, &rest, failure);
	if (r == 0)
		r = do_steps(c, failure);
	/* Of a device that is so already nothing is left to compare. */
	return r < 0 || c->plan.status == DAXBUS_UNCHANGED ? r : check_goal(c, failure);
}

static int do_all(struct transaction *c, struct failure *failure)
{
	int r = do_steps(c, failure);

	if (r < 0)
		return r;
	return c->plan.goes_on ? go_on(c, failure) : check_goal(c, failure);
}

/* "WHAT FAILED; the previous state is restored", or what is not restored. */
static int set_failed(struct transaction *c, struct failure *why, int undone,
		      struct failure *not_undone)
{
	struct string text = { 0 };
	char *message;

	string_add(&text, "%s; ", why->error.message ? why->error.message : "out of memory");
	if (undone == 0)
		string_add(&text, "the previous state is restored%s",
			   c->executor.poisoned ? ", except for blocks with a hardware error" : "");
	else
		string_add(&text, "and it could not all be undone: %s",
			   not_undone->error.message ? not_undone->error.message : "out of memory");
	message = string_take(&text);
	results_set(c->result, undone == 0 ? DAXBUS_UNDONE : DAXBUS_FAILED, why->code);
	results_set_message(c->result, message);
	if (why->hint)
		c->result->public.hint = why->hint;
	if (undone < 0 && not_undone->code == REASON_STUCK)
		results_set(c->result, DAXBUS_FAILED, REASON_STUCK);
	else if (undone < 0)
		c->result->public.hint = reason_hint(REASON_RECOVER_FIRST);
	return message ? 0 : -ENOMEM;
}

/* Before anything is undone: that makes the kernel speak, too. */
int transaction_hear(struct transaction *c)
{
	int r = executor_hear(&c->executor);

	c->result->kernel = c->executor.said;
	c->executor.said = (struct strv){ 0 };
	return r;
}

static int fail_and_undo(struct transaction *c, struct failure *why)
{
	_cleanup_(failure_done) struct failure not_undone = FAILURE_INIT;
	int undone, r;

	r = transaction_hear(c);
	undone = transaction_undo(c, &c->done, &c->before, &not_undone);
	/* A journal that stays is what `daxbus recover` goes by. */
	if (undone == 0) {
		undone = journal_end(&c->journal);
		if (undone < 0)
			failure_journal_left(&not_undone, undone);
	}
	if (r == 0)
		r = set_failed(c, why, undone, &not_undone);
	if (r == 0 && transaction_read(c, c->result->device, NEED_UEVENT) == 0)
		r = results_set_to(c->result, c->device ? transaction_mode(c->device) : NULL);
	return r;
}

static int finish_steps(struct transaction *c)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->done.n; i++)
		r = step_ops_finish(&c->executor, &c->done.items[i]);
	return r;
}

static bool gives_memory(const struct daxbus_request *request)
{
	return request->action == DAXBUS_CREATE || request->action == DAXBUS_RESIZE;
}

static char *describe_done(const struct transaction *c)
{
	const struct memory *m;
	struct string text = { 0 };

	if (!c->device)
		return NULL;
	if (gives_memory(c->request) && is_known(&c->device->size))
		string_add(&text, "%s", SIZE_TEXT(c->device->size.v));
	m = &c->device->memory;
	if (is_known(&m->blocks) && is_known(&m->online) && m->blocks.v)
		string_add(&text,
			   "%s%" PRIu64 " of %" PRIu64 " memory block%s %s online, %" PRIu64
			   " in zone Movable",
			   text.length ? "; " : "", m->online.v, m->blocks.v, plural(m->blocks.v),
			   are(m->online.v), m->movable.v);
	return text.length ? string_take(&text) : NULL;
}

static int read_before(struct transaction *c)
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

/*
 * Kernels from 7.0 on show where a region begins only while its devices fill it: record it before
 * they do not any more, or the identities of the devices would become unknown. The record is not
 * needed for the change.
 */
static void keep_start(const struct transaction *c)
{
	const struct region *region = c->device->region;
	struct opt_u64 kept;

	if (!is_known(&region->start) || !known_as(&region->provider, "hmem"))
		return;
	kept = run_cache_read_start(c->apply->fs, region);
	if (!is_known(&kept) && run_cache_write_start(c->apply->fs, region, region->start.v) < 0)
		log_debug(c->apply->log, "cannot record where region %" PRIu64 " begins",
			  region->id.v);
}

static int end_journal(struct transaction *c)
{
	if (!c->apply->keep)
		return journal_end(&c->journal);
	journal_close(&c->journal);
	return 0;
}

/* To make room, the timeout is for all of the change, but not for undoing it. */
static void set_limits(struct transaction *c)
{
	uint64_t timeout = c->apply->timeout;
	struct timespec *deadline = &c->executor.deadline;

	c->executor.begun = &c->done;
	c->executor.timeout = timeout;
	if (!c->request->make_room)
		return;
	if (timeout > REQUEST_TIMEOUT)
		c->executor.timeout = REQUEST_TIMEOUT;
	clock_gettime(CLOCK_MONOTONIC, deadline);
	deadline->tv_sec += timeout < FOREVER ? (time_t)timeout : FOREVER;
}

int transaction_run(struct transaction *c)
{
	_cleanup_(failure_done) struct failure why = FAILURE_INIT;
	int r = executor_init_with(&c->executor, c->apply->fs, c->apply->log,
				   &c->apply->progress_fn, c->device);

	if (r == 0)
		r = read_before(c);
	if (r < 0)
		return r;
	set_limits(c);
	c->executor.force = c->request->force;
	c->executor.held = request_held_reason(c->request);
	keep_start(c);
	recorder_before(c->apply->recorder, c->result->device);
	r = journal_begin(&c->journal, c->apply->directory, c->result->device, &c->before,
			  c->apply->keep);
	if (r < 0)
		fail_journal(r, &why);
	else
		r = do_all(c, &why);
	if (r == 0) {
		results_set(c->result, DAXBUS_CHANGED,
			    c->executor.poisoned ? REASON_BLOCK_POISONED : REASON_NONE);
		results_set_message(c->result, describe_done(c));
		r = end_journal(c);
		if (r == 0 && finish_steps(c) < 0)
			return -ENOMEM;
		if (r == 0)
			r = results_set_to(c->result,
					   c->device ? transaction_mode(c->device) : NULL);
		else
			fail_journal(r, &why);
	}
	if (r < 0)
		r = fail_and_undo(c, &why);
	recorder_after(c->apply->recorder, c->result, &c->done);
	return results_add_notes(c->result, &c->executor.notes) ?: r;
}
