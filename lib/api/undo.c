/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/undo.h"

#include <errno.h>
#include <stdio.h>

#include "api/change.h"
#include "api/history.h"
#include "execute/group.h"
#include "execute/history.h"
#include "execute/observe.h"
#include "execute/restore.h"

/* A region without devices that have memory names no alignment. */
#define ALIGN_DEFAULT (UINT64_C(2) << 20)

/* --- the change ------------------------------------------------------------------------------- */

static int find_last(const struct daxbus_ctx *ctx, uint64_t *ret, struct daxbus_error *error)
{
	_cleanup_(api_history_free_p) struct history *history = NULL;
	int r = api_history_read(ctx, NULL, SIZE_MAX, &history, error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < history->n; i++)
		if (history->rows[i].can_undo) {
			*ret = history->rows[i].record.number;
			return 0;
		}
	return error_set(error, -ENOENT, "the history has no change that could be undone");
}

static int check_record(const struct record *record, struct daxbus_error *error)
{
	if (record->result == RECORD_RECOVERED)
		return reason_fail(error, -ESTALE, REASON_STATE_LOST,
				   "change %" PRIu64 " undid what another run had left: the state "
				   "before it is none to restore",
				   record->number);
	if (!record_has_change(record))
		return reason_fail(error, -ESTALE, REASON_STATE_LOST,
				   "change %" PRIu64 " left no difference in memory or drivers",
				   record->number);
	return 0;
}

/* --- the state now ---------------------------------------------------------------------------- */

/* What the last change left in a region: the region of @last, if it concerned that. */
static void keep_newest(struct record *last, const struct state_region *region,
			const struct state_region **ret)
{
	const struct state_region *found = state_find_region(&last->after, region);

	if (found)
		*ret = found;
}

/*
 * Whether a region is as the last change of it left it. The records from @number on are read once
 * for each region; there are few.
 */
static int check_region(int directory, const struct history_numbers *numbers,
			const struct record *record, const struct state_region *region,
			const struct state_region *now, struct daxbus_error *error)
{
	bool is_same = false;

	for (size_t i = 0; i < numbers->n; i++) {
		_cleanup_(record_done) struct record newer = { 0 };
		const struct state_region *left = NULL;
		int r;

		if (numbers->items[i] < record->number)
			continue;
		r = history_read(directory, numbers->items[i], &newer);
		if (r == -ENOMEM)
			return error_oom(error);
		if (r == 0)
			keep_newest(&newer, region, &left);
		if (left)
			is_same = state_has_same_devices(left, now);
	}
	if (is_same)
		return 0;
	return reason_fail(error, -ESTALE, REASON_CHANGED_SINCE,
			   "devices of region%" PRIu64
			   " are not as the last change in the history left "
			   "them: something else changed them",
			   now->id);
}

/* Namespaces are created and deleted with what they hold. */
static bool has_other_ranges(const struct state_region *a, const struct state_region *b)
{
	for (size_t i = 0; i < a->n; i++) {
		bool found = state_is_empty(&a->devices[i]);

		for (size_t k = 0; k < b->n && !found; k++)
			found = range_list_is_same(&a->devices[i].ranges, &b->devices[k].ranges);
		if (!found)
			return true;
	}
	return false;
}

static bool is_known_region(const struct state_region *region)
{
	for (size_t i = 0; i < region->n; i++)
		if (!region->devices[i].ranges_known || !region->devices[i].runs_known)
			return false;
	return true;
}

static int check_can_restore(const struct state_region *region, const struct state_region *now,
			     struct daxbus_error *error)
{
	if (!now)
		return reason_fail(error, -ESTALE, REASON_STATE_LOST,
				   "region%" PRIu64 " does not exist any more", region->id);
	if (!is_known_region(region))
		return reason_fail(error, -ESTALE, REASON_STATE_LOST,
				   "the state of region%" PRIu64 " before was not completely known",
				   region->id);
	if (region->provider && streq(region->provider, "pmem") &&
	    (has_other_ranges(region, now) || has_other_ranges(now, region)))
		return reason_fail(error, -ESTALE, REASON_STATE_LOST,
				   "namespaces of region%" PRIu64
				   " were created or deleted with what "
				   "they hold",
				   region->id);
	return 0;
}

/* A region that the change created has no state before. */
static int check_new_regions(const struct record *record, const struct state *now,
			     struct daxbus_error *error)
{
	for (size_t i = 0; i < record->after.n; i++) {
		const struct state_region *region = &record->after.regions[i];

		if (state_find_region(&record->before, region) || !state_find_region(now, region))
			continue;
		return reason_fail(error, -ESTALE, REASON_STATE_LOST,
				   "change %" PRIu64
				   " created %s with its region: 'daxbus destroy %s' "
				   "deletes it",
				   record->number, region->n ? region->devices[0].name : "a device",
				   region->n ? region->devices[0].name : "DEVICE");
	}
	return 0;
}

static int list_records(int directory, struct history_numbers *ret, struct daxbus_error *error)
{
	int r = history_list(directory, ret);

	return r < 0 ? error_set(error, r, "cannot read '" HISTORY_DIRECTORY "': %s", strerror(-r))
		     : 0;
}

static int check_regions(int directory, const struct record *record, const struct state *now,
			 bool force, struct daxbus_error *error)
{
	struct history_numbers numbers = { 0 };
	int r = check_new_regions(record, now, error);

	if (r == 0)
		r = list_records(directory, &numbers, error);
	for (size_t i = 0; r == 0 && i < record->before.n; i++) {
		const struct state_region *region = &record->before.regions[i];
		const struct state_region *is = state_find_region(now, region);

		r = check_can_restore(region, is, error);
		if (r == 0 && !reason_is_overridden(REASON_CHANGED_SINCE, force))
			r = check_region(directory, &numbers, record, region, is, error);
	}
	history_numbers_done(&numbers);
	return r;
}

/* --- the request ------------------------------------------------------------------------------ */

/* Where memory is in several zones, each block has its own. */
static const char *online_of(const struct state_device *d)
{
	const char *word = state_online(d);

	return word && streq(word, "mixed") ? "no" : word;
}

static int add_saved(struct daxbus_request *request, const struct state_region *region,
		     const struct state_device *d, struct daxbus_error *error)
{
	_cleanup_free_ struct daxbus_range *ranges = calloc(d->ranges.n + 1, sizeof(*ranges));
	struct daxbus_saved_device saved = {
		.device = d->name,
		.provider = region->provider,
		.path = region->path,
		.identity = region->identity,
		.align = d->align ?: ALIGN_DEFAULT,
		.mode = state_mode(d),
		.online = online_of(d),
		.memmap_on_memory = !d->memmap_on_memory	  ? NULL
				    : *d->memmap_on_memory == '1' ? "yes"
								  : "no",
		.ranges = ranges,
		.n_ranges = d->ranges.n,
	};
	int r;

	if (!ranges)
		return error_oom(error);
	for (size_t i = 0; i < d->ranges.n; i++)
		ranges[i] =
			(struct daxbus_range){ d->ranges.items[i].start, d->ranges.items[i].end };
	r = daxbus_request_set_layout(request, &saved, 1, error);
	if (r == 0 && d->runs.n)
		request->saved[request->n_saved - 1].how.blocks = &d->runs;
	return r;
}

static int make_undo_request(const struct record *record, const struct daxbus_request *how,
			     struct daxbus_request **ret, struct daxbus_error *error)
{
	int r = daxbus_request_new(DAXBUS_CREATE, ret);

	if (r < 0)
		return error_oom(error);
	(*ret)->force = how->force;
	(*ret)->wait = how->wait;
	(*ret)->timeout = how->timeout;
	(*ret)->exact = true;
	for (size_t i = 0; i < record->before.n; i++)
		for (size_t k = 0; r == 0 && k < record->before.regions[i].n; k++)
			r = add_saved(*ret, &record->before.regions[i],
				      &record->before.regions[i].devices[k], error);
	return r;
}

/* --- undoing ---------------------------------------------------------------------------------- */

/* All of it, or none. */
static int restore_together(struct api_run *run, const struct daxbus_request *request,
			    struct daxbus_results *results, struct daxbus_error *error)
{
	bool dry_run = run->apply.directory < 0;
	int r;

	run->apply.keep = !dry_run;
	r = restore_devices(&run->apply, request, results, error);
	/* A change that could not be undone is in the journal, for 'daxbus recover'. */
	if (dry_run || (r == 0 && results_have(results, DAXBUS_FAILED)))
		return r;
	if (r == 0 && !group_has_failed(results, 0))
		return api_change_keep(run->apply.directory, error);
	if (r == 0)
		r = group_undo(&run->apply, results, 0, REASON_OTHERS_FAILED,
			       "another device was not changed", error);
	return r < 0 ? api_change_abandon(&run->apply, r, error) : 0;
}

static void request_free_p(struct daxbus_request **request)
{
	daxbus_request_free(*request);
}

static int undo_record(struct api_run *run, const struct record *record,
		       const struct daxbus_request *how, struct daxbus_results *results,
		       struct daxbus_error *error)
{
	_cleanup_(request_free_p) struct daxbus_request *request = NULL;
	_cleanup_(state_done) struct state now = { 0 };
	_cleanup_close_ int directory = -1;
	const struct selectors everything = { 0 };
	int r = check_record(record, error)
		?: observe_devices(run->fs, run->apply.log, &everything, &now, error)
		?: history_open(NULL, false, run->apply.log, &directory, error)
		?: check_regions(directory, record, &now, how->force, error)
		?: make_undo_request(record, how, &request, error);

	if (r < 0)
		return r;
	run->recorder.record.undoes = record->number;
	return restore_together(run, request, results, error);
}

int api_undo(struct daxbus_ctx *ctx, uint64_t number, const struct daxbus_request *how,
	     bool dry_run, struct daxbus_results **ret, struct daxbus_error *error)
{
	_cleanup_(api_change_run_close) struct api_run run = API_RUN_INIT;
	_cleanup_(record_done) struct record record = { 0 };
	struct daxbus_results *results = results_new();
	int r = results ? api_change_run_open(ctx, how, dry_run, &run, error) : error_oom(error);

	if (r == 0 && !number)
		r = find_last(ctx, &number, error);
	if (r == 0)
		r = api_history_find(ctx, NULL, number, &record, error)
			    ?: undo_record(&run, &record, how, results, error);
	return results_hand_over(results, r, ret);
}
