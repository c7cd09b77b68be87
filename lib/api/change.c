/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/change.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "api/context.h"
#include "base/fd.h"
#include "base/string.h"
#include "base/strv.h"
#include "execute/group.h"
#include "execute/lease.h"
#include "execute/recovery.h"
#include "execute/region-space.h"
#include "execute/restore.h"
#include "execute/trial.h"
#include "io/capability.h"
#include "model/fields.h"
#include "scan/scan.h"

/* --- devices ---------------------------------------------------------------------------------- */

/*
 * The names of devices: each device is read again before it is changed; and of regions of the CXL
 * bus that have none.
 */
struct chosen {
	struct strv devices;
	struct strv last; /* of them, those that are destroyed with their regions, and regions */
};

static void chosen_done(struct chosen *c)
{
	strv_done(&c->devices);
	strv_done(&c->last);
}

/* A region of the CXL bus can be destroyed as a whole, if it is named. */
static bool goes_with_region(const struct daxbus_query *query, const struct daxbus_request *request,
			     const struct region *region)
{
	return request->action == DAXBUS_DESTROY && query && is_known(&region->id) &&
	       known_as(&region->provider, "cxl") &&
	       selectors_names_region(&query->selection, region->id.v);
}

/* The first device of the region comes after the others. */
static int choose_region_devices(const struct daxbus_snapshot *s, const struct region *region,
				 struct chosen *ret)
{
	_cleanup_free_ char *name = NULL;
	int r = 0;

	if (region->is_cxl) {
		if (string_format(&name, "region%" PRIu64, region->id.v) < 0)
			return -ENOMEM;
		return strv_push(&ret->devices, name) ?: strv_push(&ret->last, name);
	}
	for (size_t i = region->first_device + region->n_devices;
	     r == 0 && i-- > region->first_device;) {
		if (s->devices[i]->name.is != DAXBUS_KNOWN)
			continue;
		r = strv_push(&ret->devices, s->devices[i]->name.v);
		if (r == 0 && i == region->first_device)
			r = strv_push(&ret->last, s->devices[i]->name.v);
	}
	return r;
}

/*
 * Such regions come last, and the one with the highest number first: their decoders are given back
 * in reverse order.
 */
static int choose_devices(const struct daxbus_snapshot *s, const struct daxbus_query *query,
			  const struct daxbus_request *request, struct chosen *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_devices; i++)
		if (s->devices[i]->name.is == DAXBUS_KNOWN &&
		    !goes_with_region(query, request, s->devices[i]->region))
			r = strv_push(&ret->devices, s->devices[i]->name.v);
	for (size_t i = s->n_regions; r == 0 && i-- > 0;)
		if (goes_with_region(query, request, s->regions[i]))
			r = choose_region_devices(s, s->regions[i], ret);
	return r;
}

static int find_devices(struct sysfs *fs, const struct daxbus_ctx *ctx,
			const struct daxbus_query *query, const struct daxbus_request *request,
			struct chosen *ret, struct daxbus_error *error)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct selectors everything = { 0 };
	unsigned int needs = request->action == DAXBUS_DESTROY ? NEED_CXL_SPACE : 0;
	int r = scan_take(fs, &ctx->log, query ? &query->selection : &everything, needs, &s, error);

	if (r == 0)
		r = choose_devices(s, query, request, ret);
	return r == -ENOMEM ? error_oom(error) : r;
}

/* --- new devices ------------------------------------------------------------------------------ */

static bool has_room(const struct region *region)
{
	return is_known(&region->available_size) && region->available_size.v;
}

/* What is part of the CXL bus only has no room for devices. */
static int refuse_cxl(const struct region *region, struct daxbus_error *error)
{
	if (is_known(&region->id))
		return error_set(error, -ENODEV,
				 "region%" PRIu64 " of the CXL bus has no device to divide: enable "
				 "it (see cxl-enable-region(1)), or destroy it",
				 region->id.v);
	return error_set(error, -EINVAL, "%s is a CXL memory device, not a region: use --memdev=%s",
			 region->cxl.memdevs.v.items[0], region->cxl.memdevs.v.items[0]);
}

/* The region of the selected devices; of several the one that has room. */
static int choose_region(const struct daxbus_snapshot *s, char **ret, struct daxbus_error *error)
{
	const struct region *found = s->n_regions == 1 ? s->regions[0] : NULL;
	size_t n = s->n_regions == 1;

	for (size_t i = 0; s->n_regions > 1 && i < s->n_regions; i++)
		if (has_room(s->regions[i]) && !s->regions[i]->is_cxl) {
			found = s->regions[i];
			n++;
		}
	if (n == 0)
		return s->n_regions ? error_set(error, -ENOSPC, "no region has free memory")
				    : error_set(error, -ENOENT, "there is no region");
	if (n > 1)
		return error_set(error, -EINVAL, "%zu regions have free memory: say which one", n);
	if (found->is_cxl)
		return refuse_cxl(found, error);
	return string_format(ret, "region%" PRIu64, found->id.v) < 0 ? error_oom(error) : 0;
}

static int find_region(struct sysfs *fs, const struct daxbus_ctx *ctx,
		       const struct daxbus_query *query, char **ret, struct daxbus_error *error)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct selectors everything = { 0 };
	int r = scan_take(fs, &ctx->log, query ? &query->selection : &everything,
			  NEED_REGION | NEED_AVAILABLE | NEED_ND | NEED_CXL_SPACE, &s, error);

	return r < 0 ? r : choose_region(s, ret, error);
}

static bool is_bad(const struct daxbus_results *results)
{
	enum daxbus_status status = results->items[results->n - 1]->public.status;

	return status != DAXBUS_PLANNED && status != DAXBUS_CHANGED;
}

/* What makes one fail is there for the next one, too. */
static int create_devices(const struct daxbus_ctx *ctx, const struct apply_context *apply,
			  const struct daxbus_query *query, const struct daxbus_request *request,
			  struct daxbus_results *results, struct daxbus_error *error)
{
	_cleanup_(region_space_done) struct region_space room = { 0 };
	_cleanup_free_ char *region = NULL;
	struct daxbus_request one = *request;
	int r = find_region(apply->fs, ctx, query, &region, error);

	for (uint64_t i = 0; r == 0 && i < request->count; i++) {
		if (i && (is_bad(results) || apply_reason_to_stop(apply, results, region)))
			break;
		one.count = request->count - i;
		if (apply_create(apply, &one, region, &room, results) < 0)
			return error_oom(error);
	}
	return r;
}

/* One after the other: a device that fails is no reason not to go on with the next. */
static int change_devices(const struct daxbus_ctx *ctx, const struct apply_context *apply,
			  const struct daxbus_query *query, const struct daxbus_request *request,
			  struct daxbus_results *results, struct daxbus_error *error)
{
	_cleanup_(chosen_done) struct chosen chosen = { 0 };
	struct daxbus_request one = *request; /* what it owns is borrowed */
	enum reason stop = REASON_NONE;
	int r;

	if (request->restore)
		return restore_devices(apply, request, results, error);
	if (request->action == DAXBUS_CREATE && request->memdevs.n)
		return apply_create_region(apply, request, results) < 0 ? error_oom(error) : 0;
	if (request->action == DAXBUS_CREATE)
		return create_devices(ctx, apply, query, request, results, error);
	r = find_devices(apply->fs, ctx, query, request, &chosen, error);
	for (size_t i = 0; r == 0 && i < chosen.devices.n; i++) {
		const char *device = chosen.devices.items[i];

		if (!stop)
			stop = apply_reason_to_stop(apply, results, device);
		one.whole_region = strv_has(&chosen.last, device);
		r = stop ? apply_not_begun(device, stop, results)
		    : starts_with(device, "region")
			    ? apply_destroy_region(apply, &one, device, results)
			    : apply_device(apply, &one, device, results);
		if (r < 0)
			return error_oom(error);
	}
	return r;
}

int api_change_plan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		    const struct daxbus_request *request, struct daxbus_results *results,
		    struct daxbus_error *error)
{
	_cleanup_(api_change_run_close) struct api_run run = API_RUN_INIT;
	int r = request_check(request, error)
			?: api_change_run_open(ctx, request, true, &run, error);

	return r < 0 ? r : change_devices(ctx, &run.apply, query, request, results, error);
}

_public_ int daxbus_plan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
			 const struct daxbus_request *request, struct daxbus_results **ret,
			 struct daxbus_error *error)
{
	struct daxbus_results *results = results_new();
	int r = results ? api_change_plan(ctx, query, request, results, error) : error_oom(error);

	if (r == 0)
		results_set_fingerprints(results);
	return results_hand_over(results, r, ret);
}

/* --- the right to change ---------------------------------------------------------------------- */

static int check_may_change(const struct daxbus_ctx *ctx, struct daxbus_error *error)
{
	if (ctx->sysroot)
		return error_set(
			error, -EOPNOTSUPP,
			"a captured tree cannot be changed; what would be done can be shown");
	if (!capability_is_admin())
		return error_set(error, -EPERM, "changing devices requires root (CAP_SYS_ADMIN)");
	return 0;
}

/* On a read-only mount the first write fails, and so does what would undo the steps before it. */
static int check_writable(struct sysfs *fs, struct daxbus_error *error)
{
	static const char *const paths[] = { "/sys/bus/dax", "/sys/devices/system/memory" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;

		if (sysfs_dir_open(fs, &dir, "%s", paths[i]) < 0 ||
		    sysfs_check_writable(&dir) != -EROFS)
			continue;
		return reason_fail(
			error, -EROFS, REASON_SYSFS_READ_ONLY,
			"cannot change devices: %s is mounted read-only here; run daxbus outside "
			"of the container, or without ProtectKernelTunables= of its unit",
			paths[i]);
	}
	return 0;
}

/* Steps open files, and so does what undoes them: that must not fail after the first write. */
#define DESCRIPTORS 32

static int check_descriptors(struct daxbus_error *error)
{
	int r = fd_check_room(DESCRIPTORS);

	return r < 0 ? error_set(
			       error, r,
			       "cannot change devices: this needs %d more open files, which a limit "
			       "(RLIMIT_NOFILE) does not allow: %s",
			       DESCRIPTORS, strerror(-r))
		     : 0;
}

int api_change_lock(const struct daxbus_ctx *ctx, uint64_t wait, struct lock *lock,
		    struct daxbus_error *error)
{
	int r = lock_take(lock, RUN_DIRECTORY, wait, &ctx->progress_fn, error);

	if (r == -EBUSY)
		error_set_reason(error, reason_word(REASON_LOCKED));
	return r;
}

/* The lock, the running kernel, and the directory of the journal. */
static int take_lock(const struct daxbus_ctx *ctx, const struct daxbus_request *request,
		     struct lock *lock, struct sysfs **ret_fs, struct apply_context *ret,
		     struct daxbus_error *error)
{
	uint64_t wait = request ? request->wait : 0;
	int r = check_may_change(ctx, error) ?: check_descriptors(error);

	if (r == 0)
		r = api_change_lock(ctx, wait, lock, error);
	if (r == 0)
		r = sysfs_new(ret_fs, NULL, &ctx->log, error);
	if (r == 0)
		*ret = (struct apply_context){ .fs = *ret_fs,
					       .log = &ctx->log,
					       .progress_fn = ctx->progress_fn,
					       .directory = lock->directory,
					       .timeout = request ? request->timeout
								  : REQUEST_TIMEOUT };
	return r;
}

/* What programs had leased that have ended. If it is unknown, there may be some. */
static int find_orphans(int directory, struct strv *ret, struct daxbus_error *error)
{
	int r = lease_find_orphans(directory, ret);

	return r < 0 ? error_set(error, r, "cannot search '" RUN_DIRECTORY "' for leases: %s",
				 strerror(-r))
		     : 0;
}

static int check_leases(int directory, struct daxbus_error *error)
{
	_cleanup_(strv_done) struct strv orphans = { 0 };
	int r = find_orphans(directory, &orphans, error);

	if (r < 0 || !orphans.n)
		return r;
	return reason_fail(
		error, -EUCLEAN, REASON_RECOVER_FIRST,
		"the program that leased %s has ended without putting it back: run 'daxbus "
		"recover' first, which puts it back",
		lease_device(orphans.items[0]));
}

int api_change_check_journal(int directory, struct daxbus_error *error)
{
	bool on_trial = trial_is_waiting(directory);

	if (!journal_is_pending(directory))
		return check_leases(directory, error);
	return reason_fail(
		error, -EUCLEAN, on_trial ? REASON_ON_TRIAL : REASON_RECOVER_FIRST,
		on_trial ? "policies are on trial: 'daxbus policy confirm' keeps their changes, "
			   "'daxbus recover' undoes them"
			 : "an earlier run was killed or could not undo its changes: run 'daxbus "
			   "recover' first");
}

int api_change_keep(int directory, struct daxbus_error *error)
{
	int r = journal_forget(directory);

	return r < 0 ? error_set(error, r, "cannot remove the journal: %s", strerror(-r)) : 0;
}

int api_change_abandon(const struct apply_context *apply, int r, struct daxbus_error *error)
{
	_cleanup_(results_free_p) struct daxbus_results *undone = results_new();
	_cleanup_free_ char *why = NULL;

	if (undone)
		(void)!recovery_run(apply, false, undone, NULL);
	if (!error || !journal_is_pending(apply->directory))
		return r;
	why = TAKE_PTR(error->message);
	error_set(error, r, "%s; and the changes before that are not undone: run 'daxbus recover'",
		  why ?: strerror(-r));
	error_set_reason(error, reason_word(REASON_RECOVER_FIRST));
	return r;
}

int api_change_run_open_pending(struct daxbus_ctx *ctx, const struct daxbus_request *how,
				struct api_run *ret, struct daxbus_error *error)
{
	int r = take_lock(ctx, how, &ret->lock, &ret->fs, &ret->apply, error)
			?: check_writable(ret->fs, error);

	if (r == 0) {
		recorder_begin(&ret->recorder, ret->fs, &ctx->log);
		ret->apply.recorder = &ret->recorder;
	}
	return r;
}

int api_change_run_open(struct daxbus_ctx *ctx, const struct daxbus_request *how, bool dry_run,
			struct api_run *ret, struct daxbus_error *error)
{
	int r;

	if (!dry_run)
		return api_change_run_open_pending(ctx, how, ret, error)
			       ?: api_change_check_journal(ret->lock.directory, error);
	ret->apply = (struct apply_context){ .log = &ctx->log,
					     .progress_fn = ctx->progress_fn,
					     .directory = -1 };
	r = sysfs_new(&ret->fs, ctx->sysroot, &ctx->log, error);
	ret->apply.fs = ret->fs;
	return r;
}

void api_change_run_close(struct api_run *run)
{
	recorder_end(&run->recorder);
	sysfs_free(run->fs);
	lock_done(&run->lock);
	*run = (struct api_run)API_RUN_INIT;
}

/* An answer to stop cuts a plan short, which looks like a change of it. */
static bool was_interrupted(const struct daxbus_results *results)
{
	for (size_t i = 0; i < results->n; i++) {
		const char *code = results->items[i]->public.code;

		if (code && streq(code, reason_word(REASON_INTERRUPTED)))
			return true;
	}
	return false;
}

/* Refuse to act on a plan that is no longer the one with this fingerprint. */
static int check_fingerprint(const struct daxbus_ctx *ctx, const struct apply_context *apply,
			     const struct daxbus_query *query, const struct daxbus_request *request,
			     const char *fingerprint, struct daxbus_error *error)
{
	_cleanup_(results_free_p) struct daxbus_results *planned = results_new();
	struct apply_context plan_only = *apply;
	int r;

	plan_only.directory = -1;
	r = planned ? change_devices(ctx, &plan_only, query, request, planned, error)
		    : error_oom(error);
	if (r < 0)
		return r;
	if (was_interrupted(planned))
		return reason_fail(error, -EINTR, REASON_INTERRUPTED, "interrupted while planning");
	results_set_fingerprints(planned);
	if (streq(planned->fingerprint, fingerprint))
		return 0;
	return reason_fail(
		error, -ESTALE, REASON_PLAN_CHANGED,
		"the plan with the fingerprint %s is out of date, now it is %s: plan again",
		fingerprint, planned->fingerprint);
}

#define OTHERS_FAILED "another device was not changed"

static int create_one(const struct apply_context *apply, const struct api_change *change,
		      struct daxbus_results *results)
{
	_cleanup_(region_space_done) struct region_space room = { 0 };

	return apply_create(apply, &change->request, change->region, &room, results);
}

static int change_one(const struct apply_context *apply, const struct api_change *change,
		      enum reason stop, struct daxbus_results *results)
{
	const char *device = change->device ?: change->region;

	if (stop == REASON_OTHERS_FAILED)
		return apply_skip(device, stop, "not begun: " OTHERS_FAILED, results);
	if (stop)
		return apply_not_begun(device, stop, results);
	return change->device ? apply_device(apply, &change->request, device, results)
			      : create_one(apply, change, results);
}

/* @stop: why nothing is begun any more, also by those that follow. */
static int change_group(const struct apply_context *apply, const struct api_change *changes,
			size_t n, enum reason *stop, struct daxbus_results *results,
			struct daxbus_error *error)
{
	struct apply_context one = *apply;
	size_t first = results->n;
	bool failed = false, own_journal;
	int r = 0;

	one.keep = apply->keep || changes->group;
	own_journal = one.keep && !apply->keep && apply->directory >= 0;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const char *device = changes[i].device ?: changes[i].region;

		if (!*stop)
			*stop = apply_reason_to_stop(apply, results, device);
		if (change_one(&one, &changes[i], !*stop && failed ? REASON_OTHERS_FAILED : *stop,
			       results) < 0)
			r = error_oom(error);
		failed = apply->directory >= 0 && group_has_failed(results, first);
	}
	if (!own_journal ||
	    (r == 0 && results->items[results->n - 1]->public.status == DAXBUS_FAILED))
		return r;
	if (r == 0 && !failed)
		return api_change_keep(apply->directory, error);
	if (r == 0)
		r = group_undo(&one, results, first, REASON_OTHERS_FAILED, OTHERS_FAILED, error);
	return r < 0 ? api_change_abandon(&one, r, error) : 0;
}

static size_t count_group(const struct api_change *changes, size_t n)
{
	size_t i = 1;

	while (i < n && changes->group && changes[i].group &&
	       streq(changes[i].group, changes->group))
		i++;
	return i;
}

int api_change_each(struct api_run *run, const struct api_change *changes, size_t n,
		    struct daxbus_results *results, struct daxbus_error *error)
{
	enum reason stop = REASON_NONE;
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++)
		r = request_check(&changes[i].request, error);
	for (size_t i = 0, of_group; r == 0 && i < n; i += of_group) {
		of_group = count_group(&changes[i], n - i);
		r = change_group(&run->apply, &changes[i], of_group, &stop, results, error);
	}
	return r;
}

int api_change_apply(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		     const struct daxbus_request *request, const char *fingerprint,
		     struct daxbus_results *results, struct daxbus_error *error)
{
	_cleanup_(api_change_run_close) struct api_run run = API_RUN_INIT;
	int r = request_check(request, error)
			?: api_change_run_open(ctx, request, false, &run, error);

	if (r < 0)
		return r;
	run.apply.as_planned = fingerprint;
	if (fingerprint)
		r = check_fingerprint(ctx, &run.apply, query, request, fingerprint, error);
	return r < 0 ? r : change_devices(ctx, &run.apply, query, request, results, error);
}

_public_ int daxbus_apply(struct daxbus_ctx *ctx, const struct daxbus_query *query,
			  const struct daxbus_request *request, struct daxbus_results **ret,
			  struct daxbus_error *error)
{
	struct daxbus_results *results = results_new();
	int r = results ? api_change_apply(ctx, query, request, NULL, results, error)
			: error_oom(error);

	return results_hand_over(results, r, ret);
}

_public_ int daxbus_apply_planned(struct daxbus_ctx *ctx, const struct daxbus_query *query,
				  const struct daxbus_request *request, const char *fingerprint,
				  struct daxbus_results **ret, struct daxbus_error *error)
{
	struct daxbus_results *results;
	int r;

	if (!fingerprint)
		return error_set(error, -EINVAL, "a fingerprint is required");
	results = results_new();
	r = results ? api_change_apply(ctx, query, request, fingerprint, results, error)
		    : error_oom(error);
	return results_hand_over(results, r, ret);
}

/* What processes have leased that have ended meanwhile. */
static int recover_leases(const struct apply_context *apply, struct daxbus_results *results,
			  struct daxbus_error *error)
{
	int r = 0;

	while (r == 0 && !journal_is_pending(apply->directory)) {
		_cleanup_(strv_done) struct strv orphans = { 0 };

		r = find_orphans(apply->directory, &orphans, error);
		if (r < 0 || !orphans.n)
			return r;
		r = lease_to_journal(apply->directory, orphans.items[0]);
		if (r < 0)
			return error_set(error, r, "cannot end a lease: %s", strerror(-r));
		r = recovery_run(apply, false, results, error);
	}
	return r;
}

static int show_leases(const struct apply_context *apply, struct daxbus_results *results,
		       struct daxbus_error *error)
{
	_cleanup_(strv_done) struct strv orphans = { 0 };
	int r = find_orphans(apply->directory, &orphans, error);

	for (size_t i = 0; r == 0 && i < orphans.n; i++)
		r = recovery_show(apply, orphans.items[i], results, error);
	return r;
}

static int recover_journal(const struct apply_context *apply, bool only_show,
			   struct daxbus_results *results, struct daxbus_error *error)
{
	int r = recovery_run(apply, only_show, results, error);

	if (r < 0)
		return r;
	return only_show ? show_leases(apply, results, error)
			 : recover_leases(apply, results, error);
}

static int forget(int directory, struct daxbus_error *error)
{
	_cleanup_(strv_done) struct strv orphans = { 0 };
	int r = find_orphans(directory, &orphans, error);

	if (r < 0)
		return r;
	/* A process that waits keeps its changes. */
	r = trial_is_waiting(directory) ? trial_confirm(directory) : journal_forget(directory);
	for (size_t i = 0; r == 0 && i < orphans.n; i++)
		r = unlinkat(directory, orphans.items[i], 0) < 0 ? -errno : 0;
	return r < 0 ? error_set(error, r, "cannot remove the journal: %s", strerror(-r)) : 0;
}

static int recover(struct daxbus_ctx *ctx, enum daxbus_recovery what,
		   const struct daxbus_request *request, struct daxbus_results *results,
		   struct daxbus_error *error)
{
	_cleanup_(api_change_run_close) struct api_run run = API_RUN_INIT;
	int r;

	if (what == DAXBUS_RECOVER_UNDO)
		r = api_change_run_open_pending(ctx, request, &run, error);
	else
		r = take_lock(ctx, request, &run.lock, &run.fs, &run.apply, error);
	if (r < 0)
		return r;
	if (what != DAXBUS_RECOVER_FORGET)
		return recover_journal(&run.apply, what == DAXBUS_RECOVER_SHOW, results, error);
	return forget(run.lock.directory, error);
}

_public_ int daxbus_recover(struct daxbus_ctx *ctx, enum daxbus_recovery what,
			    const struct daxbus_request *request, struct daxbus_results **ret,
			    struct daxbus_error *error)
{
	struct daxbus_results *results = results_new();
	int r = results ? recover(ctx, what, request, results, error) : error_oom(error);

	return results_hand_over(results, r, ret);
}
