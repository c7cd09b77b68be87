/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/policy-apply.h"

#include <errno.h>
#include <time.h>

#include "api/policy-region.h"
#include "base/parse.h"
#include "base/string.h"
#include "execute/apply.h"
#include "execute/group.h"
#include "execute/trial.h"
#include "policy/node.h"
#include "policy/requests.h"

/* --- devices ---------------------------------------------------------------------------------- */

/* A result for a policy as a whole. */
static int add_file_result(struct daxbus_results *results, const char *file, const char *message,
			   enum daxbus_status status, enum reason code)
{
	struct result *result = results_add_file(results, file);
	int r = result ? results_say(result, status, code, "%s", message) : -ENOMEM;

	results_finish(result);
	return r;
}

static int report_policy(struct daxbus_results *results, const struct difference *difference,
			 enum daxbus_status status, enum reason code)
{
	return add_file_result(results, difference->file, difference->message, status, code);
}

static int report_policies(const struct policies *p, struct daxbus_results *results)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->differences.n; i++) {
		const struct difference *difference = &p->differences.items[i];

		if (difference->kind == COMPARE_BROKEN)
			r = report_policy(results, difference, DAXBUS_REFUSED,
					  REASON_POLICY_BROKEN);
		else if (difference->kind == COMPARE_AMBIGUOUS)
			r = report_policy(results, difference, DAXBUS_REFUSED,
					  REASON_POLICY_AMBIGUOUS);
		else if (difference->kind == COMPARE_ABSENT)
			r = report_policy(results, difference, DAXBUS_UNCHANGED, REASON_NONE);
	}
	return r;
}

/* Nobody can plan a device whose memory another one still has. */
static int plan_later(const struct policy_request *request, struct daxbus_results *results)
{
	struct result *result = results_add(results, request->region);
	int r = result ? results_say(result, DAXBUS_PLANNED, REASON_NONE,
				     "a new device, which is planned when its memory is free")
		       : -ENOMEM;

	if (r == 0)
		r = results_set_to(result, request_mode_name(request->request.mode));
	results_finish(result);
	return r;
}

/* What becomes of devices that are changed together; all of them, if the journal keeps them. */
static const char *group_of(const struct api_run *run, const struct policy_request *request)
{
	if (run->apply.keep)
		return "all";
	return request->together ? request->region : NULL;
}

static int change_all(struct api_run *run, const struct policies *p,
		      const struct daxbus_request *how, struct daxbus_results *results,
		      struct daxbus_error *error)
{
	_cleanup_(policy_requests_done) struct policy_requests requests = { 0 };
	_cleanup_free_ struct api_change *changes = NULL;
	bool dry_run = run->apply.directory < 0;
	size_t n = 0;
	int r = policy_requests_make(&p->match, how, &requests);

	changes = r == 0 ? calloc(requests.n + 1, sizeof(*changes)) : NULL;
	if (!changes)
		return error_oom(error);
	for (size_t i = 0; i < requests.n; i++) {
		const struct policy_request *request = &requests.items[i];

		if (dry_run && request->needs_room)
			continue;
		changes[n++] = (struct api_change){ request->device, request->region,
						    group_of(run, request), request->request };
	}
	r = api_change_each(run, changes, n, results, error);
	for (size_t i = 0; r == 0 && dry_run && i < requests.n; i++)
		if (requests.items[i].needs_room)
			r = plan_later(&requests.items[i], results) < 0 ? error_oom(error) : 0;
	return r;
}

/*
 * The policies once more, after changes whose results must be seen even if this fails: @results has
 * the reason then, and @ret is NULL. @what: what it is for
 */
static int read_again(struct daxbus_ctx *ctx, const struct policy_source *from,
		      const struct daxbus_query *query, const char *what,
		      struct daxbus_results *results, struct policies **ret,
		      struct daxbus_error *error)
{
	struct daxbus_error why = DAXBUS_ERROR_INIT;
	_cleanup_free_ char *message = NULL;
	int r = api_policy_read(ctx, from, query, ret, &why);

	if (r < 0)
		r = string_format(&message, "cannot %s: %s", what, why.message ?: strerror(-r))
			    ?: add_file_result(results, POLICY_DIRECTORY, message, DAXBUS_REFUSED,
					       REASON_UNKNOWN_STATE);
	daxbus_error_done(&why);
	return r < 0 ? error_oom(error) : 0;
}

/* --- character devices ------------------------------------------------------------------------ */

static bool wants_nodes(const struct policies *p)
{
	for (size_t i = 0; i < p->match.n_devices; i++)
		if (p->match.devices[i].section &&
		    policy_node_is_wanted(p->match.devices[i].section))
			return true;
	return false;
}

static int refuse_node(const struct device *d, const char *unknown, const char *name,
		       struct daxbus_results *results)
{
	struct result *result = results_add(results, d->name.v);
	const char *mode = d->mode.is == DAXBUS_KNOWN ? d->mode.v : NULL;
	int r = result ? results_say(
				 result, DAXBUS_UNDONE, REASON_NODE_FAILED,
				 "cannot set up its character device: the %s '%s' does not exist",
				 unknown, name)
		       : -ENOMEM;

	r = r ?: results_set_from(result, mode) ?: results_set_to(result, mode);
	results_finish(result);
	return r;
}

static int set_node(const struct api_run *run, const struct match_device *m,
		    const struct policy_node *node, const struct daxbus_request *how,
		    struct daxbus_results *results)
{
	_cleanup_(steps_done) struct steps steps = { 0 };
	const char *unknown = NULL;
	int r = policy_node_steps(m->device, m->section, node, &steps, &unknown);

	if (r == -ENOENT && unknown)
		return refuse_node(m->device, unknown,
				   m->section
					   ->values[streq(unknown, "user") ? POLICY_KEY_OWNER
									   : POLICY_KEY_GROUP]
					   .text,
				   results);
	if (r < 0 || !steps.n)
		return r;
	return apply_steps(&run->apply, how, m->device->name.v, &steps,
			   run->apply.directory < 0 ? "its character device would be set up"
						    : "its character device is set up",
			   results);
}

/* udev sets owner and mode of a device that it has just heard of: be the last one. */
static void wait_for_udev(void)
{
	const struct timespec moment = { .tv_nsec = 20 * 1000 * 1000 };

	for (unsigned int i = 0; i < 250 && access("/run/udev/queue", F_OK) == 0; i++)
		nanosleep(&moment, NULL);
}

/* What could not be undone ends it, and so does an answer to stop. */
static int set_each_node(const struct api_run *run, const struct policies *p,
			 const struct daxbus_request *how, struct daxbus_results *results)
{
	enum reason stop = REASON_NONE;
	int r = 0;

	for (size_t i = 0; r == 0 && p->nodes && i < p->match.n_devices; i++) {
		const struct match_device *m = &p->match.devices[i];

		if (!policy_compare_has_node(&p->differences, i))
			continue;
		if (!stop)
			stop = apply_reason_to_stop(&run->apply, results, m->device->name.v);
		r = stop ? apply_not_begun(m->device->name.v, stop, results)
			 : set_node(run, m, &p->nodes[i], how, results);
	}
	return r;
}

/* Devices that were created have their names now, and others new character devices. */
static int set_nodes(struct daxbus_ctx *ctx, const struct api_run *run,
		     const struct policy_source *from, const struct daxbus_query *query,
		     const struct daxbus_request *how, struct daxbus_results *results,
		     struct daxbus_error *error)
{
	_cleanup_(api_policy_free_p) struct policies *p = NULL;
	int r;

	if (results_have(results, DAXBUS_CHANGED))
		wait_for_udev();
	r = read_again(ctx, from, query, "set up character devices", results, &p, error);
	if (r == 0 && p && set_each_node(run, p, how, results) < 0)
		r = error_oom(error);
	return r;
}

static int change_matched(struct daxbus_ctx *ctx, struct api_run *run,
			  const struct policy_source *from, const struct daxbus_query *query,
			  const struct policies *p, const struct daxbus_request *how,
			  struct daxbus_results *results, struct daxbus_error *error)
{
	bool all = !query || !query->selection.n_selectors;
	int r = 0;

	/* A file that cannot be read may be about any device, but is no failure of these. */
	if (all && report_policies(p, results) < 0)
		r = error_oom(error);
	if (r == 0)
		r = change_all(run, p, how, results, error);
	if (r == 0 && wants_nodes(p))
		r = set_nodes(ctx, run, from, query, how, results, error);
	return r;
}

/* The policies are read again for devices if a region was created: NULL if that fails. */
static int create_regions(struct daxbus_ctx *ctx, const struct api_run *run,
			  const struct policy_source *from, const struct daxbus_query *query,
			  const struct daxbus_request *how, enum policy_scope scope,
			  struct daxbus_results *results, struct policies **policies,
			  struct daxbus_error *error)
{
	bool created = false;
	int r = api_policy_region_create(run, *policies, how, results, &created, error);

	if (r < 0 || !created || scope == POLICY_REGIONS)
		return r;
	api_policy_free(TAKE_PTR(*policies));
	return read_again(ctx, from, query, "change devices after regions were created", results,
			  policies, error);
}

/*
 * The policies are read with the lock: another process may have changed, created or destroyed
 * devices while this one waited for it.
 */
static int apply_matched(struct daxbus_ctx *ctx, const struct policy_source *from,
			 const struct daxbus_query *query, const struct daxbus_request *how,
			 enum policy_scope scope, bool dry_run, struct daxbus_results *results,
			 struct daxbus_error *error)
{
	_cleanup_(api_change_run_close) struct api_run run = API_RUN_INIT;
	_cleanup_(api_policy_free_p) struct policies *p = NULL;
	int r = api_change_run_open(ctx, how, dry_run, &run, error)
			?: api_policy_read(ctx, from, query, &p, error);

	if (r == 0 && scope != POLICY_DEVICES && api_policy_region_is_wanted(p))
		r = create_regions(ctx, &run, from, query, how, scope, results, &p, error);
	if (r < 0 || scope == POLICY_REGIONS || !p)
		return r;
	return change_matched(ctx, &run, from, query, p, how, results, error);
}

int api_policy_apply(struct daxbus_ctx *ctx, const struct policy_source *from,
		     const struct daxbus_query *query, const struct daxbus_request *how,
		     enum policy_scope scope, bool dry_run, struct daxbus_results **ret,
		     struct daxbus_error *error)
{
	struct daxbus_results *results = results_new();
	int r = results ? apply_matched(ctx, from, query, how, scope, dry_run, results, error)
			: error_oom(error);

	return results_hand_over(results, r, ret);
}

/* --- on trial --------------------------------------------------------------------------------- */

#define POLL_MS 100

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Return: why the changes are undone; NULL: they are kept, or another process has decided. */
static const char *wait_for_answer(const struct trial *trial, const struct trial_fn *fn,
				   const struct daxbus_results *results, uint64_t seconds)
{
	const struct timespec moment = { .tv_nsec = POLL_MS * 1000000L };
	uint64_t end = now_ms() + seconds * 1000;

	while (trial_look(trial) == TRIAL_WAITS) {
		uint64_t now = now_ms();
		enum trial_answer answer = fn->ask(fn->data, results, now < end ? end - now : 0);

		if (answer == TRIAL_KEEP)
			return NULL;
		if (answer == TRIAL_REVERT)
			return "not confirmed";
		if (now >= end)
			return "not confirmed in time";
		nanosleep(&moment, NULL);
	}
	return NULL;
}

/* The lock once more, without an end to waiting: what is not confirmed is undone. */
static int open_again(struct daxbus_ctx *ctx, const struct daxbus_request *how, struct api_run *ret,
		      struct daxbus_error *error)
{
	struct progress_fn progress_fn = ctx->progress_fn;
	struct daxbus_request request = *how;
	int r;

	/* It may be a signal that ended the trial. */
	ctx->progress_fn = (struct progress_fn){ 0 };
	request.wait = WAIT_FOREVER;
	r = api_change_run_open_pending(ctx, &request, ret, error);
	ctx->progress_fn = progress_fn;
	ret->apply.progress_fn = progress_fn;
	return r;
}

static int wait_and_decide(struct daxbus_ctx *ctx, struct api_run *run,
			   const struct daxbus_request *how, uint64_t seconds,
			   const struct trial_fn *fn, struct daxbus_results *results,
			   struct daxbus_error *error)
{
	_cleanup_(trial_done) struct trial trial = TRIAL_INIT;
	const char *why;
	int r = trial_begin(&trial, run->lock.directory);

	/* Nobody could confirm. */
	if (r < 0)
		return group_undo(&run->apply, results, 0, REASON_JOURNAL_FAILED,
				  "cannot open the journal again to wait for an answer", error);
	api_change_run_close(run);
	why = wait_for_answer(&trial, fn, results, seconds);
	r = open_again(ctx, how, run, error);
	if (r < 0)
		return r;
	switch (trial_look(&trial)) {
	case TRIAL_WAITS:
		return why ? group_undo(&run->apply, results, 0, REASON_NOT_CONFIRMED, why, error)
			   : api_change_keep(run->lock.directory, error);
	case TRIAL_UNDONE:
		return group_set_undone(results, 0, REASON_NOT_CONFIRMED,
					"undone by another process") < 0
			       ? error_oom(error)
			       : 0;
	case TRIAL_CONFIRMED:
	default:
		return 0;
	}
}

/* @run: its changes stay in the journal. What fails is undone with all that was changed before. */
static int apply_on_trial(struct daxbus_ctx *ctx, struct api_run *run,
			  const struct policy_source *from, const struct policies *p,
			  const struct daxbus_request *how, struct daxbus_results *results,
			  struct daxbus_error *error)
{
	int r;

	run->apply.keep = true;
	r = change_all(run, p, how, results, error);
	if (r == 0 && !group_has_failed(results, 0) && wants_nodes(p))
		r = set_nodes(ctx, run, from, NULL, how, results, error);
	/* A change that could not be undone is in the journal, for 'daxbus recover'. */
	if (r == 0 && group_has_failed(results, 0) && !results_have(results, DAXBUS_FAILED))
		r = group_undo(&run->apply, results, 0, REASON_OTHERS_FAILED,
			       "another device was not changed", error);
	/* The results are lost with the failure, and with them who could be asked about them. */
	return r < 0 ? api_change_abandon(&run->apply, r, error) : 0;
}

static int try(struct daxbus_ctx *ctx, const struct policy_source *from,
	       const struct daxbus_request *how, uint64_t seconds, const struct trial_fn *fn,
	       struct daxbus_results *results, struct daxbus_error *error)
{
	_cleanup_(api_change_run_close) struct api_run run = API_RUN_INIT;
	_cleanup_(api_policy_free_p) struct policies *p = NULL;
	int r = api_change_run_open(ctx, how, false, &run, error)
			?: api_policy_read(ctx, from, NULL, &p, error);

	if (r == 0 && report_policies(p, results) < 0)
		r = error_oom(error);
	if (r < 0 || group_has_failed(results, 0))
		return r;
	r = apply_on_trial(ctx, &run, from, p, how, results, error);
	if (r < 0 || results_have(results, DAXBUS_FAILED) || !results_have(results, DAXBUS_CHANGED))
		return r;
	return wait_and_decide(ctx, &run, how, seconds, fn, results, error);
}

int api_policy_apply_try(struct daxbus_ctx *ctx, const struct policy_source *from,
			 const struct daxbus_request *how, uint64_t seconds,
			 const struct trial_fn *fn, struct daxbus_results **ret,
			 struct daxbus_error *error)
{
	struct daxbus_results *results = results_new();
	int r = results ? try(ctx, from, how, seconds, fn, results, error) : error_oom(error);

	return results_hand_over(results, r, ret);
}

static int confirm(struct daxbus_ctx *ctx, const struct daxbus_request *how,
		   struct daxbus_error *error)
{
	_cleanup_(api_change_run_close) struct api_run run = API_RUN_INIT;
	int r = api_change_run_open_pending(ctx, how, &run, error);

	if (r < 0)
		return r;
	if (!trial_is_waiting(run.lock.directory)) {
		r = api_change_check_journal(run.lock.directory, error);
		return r < 0 ? r : error_set(error, -ESRCH, "no policies are on trial");
	}
	r = trial_confirm(run.lock.directory);
	return r < 0 ? error_set(error, r, "cannot confirm: %s", strerror(-r)) : 0;
}

int api_policy_apply_confirm(struct daxbus_ctx *ctx, const struct daxbus_request *how,
			     struct daxbus_results **ret, struct daxbus_error *error)
{
	struct daxbus_results *results = results_new();
	int r = results ? confirm(ctx, how, error) : error_oom(error);

	return results_hand_over(results, r, ret);
}

#define DAY 86400

int api_policy_apply_seconds(const char *text, uint64_t *ret, struct daxbus_error *error)
{
	uint64_t seconds;

	if (parse_u64(text, 10, &seconds) < 0 || !seconds || seconds > DAY)
		return error_set(error, -EINVAL, "--timeout: '%s' is not a number from 1 to %d",
				 text, DAY);
	*ret = seconds;
	return 0;
}
