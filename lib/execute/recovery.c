/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/recovery.h"

#include <errno.h>

#include "execute/step-ops.h"
#include "model/nd-region.h"

/* A step that removes the device is the last one of a plan. */
static const struct step *find_removal(const struct steps *steps)
{
	const struct step *last = steps->n ? &steps->items[steps->n - 1] : NULL;

	return last && step_effect(last) == STEP_REMOVES ? last : NULL;
}

/* Until its namespace is deleted, undoing the removal brings the device back. */
static bool comes_back(struct transaction *c, const struct step *removal)
{
	_cleanup_(failure_done) struct failure ignored = FAILURE_INIT;

	/* With the region, undoing the steps before brings it back. */
	return step_ops_undo(&c->executor, removal, &ignored) == 0 &&
	       (removal->kind == STEP_CXL_DELETE || executor_relearn(&c->executor) == 0);
}

static int end_record(struct transaction *c, const struct journal_record *record,
		      const char *message)
{
	_cleanup_(failure_done) struct failure failure = FAILURE_INIT;
	int r = journal_drop(c->apply->directory, record->start);

	if (r < 0)
		failure_journal_left(&failure, r);
	results_set(c->result, r < 0 ? DAXBUS_FAILED : DAXBUS_CHANGED, failure.code);
	results_set_message(c->result, r < 0 ? TAKE_PTR(failure.error.message) : strdup(message));
	return 0;
}

static bool is_moved(const struct steps *steps)
{
	for (size_t i = 0; i < steps->n; i++)
		if (step_effect(&steps->items[i]) == STEP_MOVES)
			return true;
	return false;
}

/* --- modes ------------------------------------------------------------------------------------ */

/* Set @c->device to the device as it is now, and get its mode: NULL without a driver, or when it is
 * gone. */
static int read_mode(struct transaction *c, const char *device, const char **ret)
{
	int r = transaction_read(c, device, NEED_UEVENT);

	*ret = r == 0 && c->device ? transaction_mode(c->device) : NULL;
	return r;
}

/*
 * The mode that the device had before the run. A journal names the driver; a device of
 * /sys/class/dax has left the class with a move, or is still there.
 */
static const char *mode_before(const struct transaction *c, const struct journal_record *record)
{
	const char *driver = record->before.driver;
	const char *mode = request_mode_name(request_mode_of_driver(driver));

	for (size_t i = 0; i < record->steps.n; i++) {
		const struct step *step = &record->steps.items[i];

		if (step_effect(step) == STEP_MOVES && step->before &&
		    streq(step->before, ND_CLASS_DRIVER))
			return request_mode_name(MODE_COMPAT);
	}
	if (c->device && c->device->is_class && !is_moved(&record->steps))
		return request_mode_name(MODE_COMPAT);
	return mode ? mode : driver;
}

/* --- a journal -------------------------------------------------------------------------------- */

#define UNDONE_TEXT "what a killed run had begun is undone"

/*
 * Somebody has brought memory online or taken it offline since the run began. Another recovery
 * could undo no more than this one, and the journal would only keep changes from being made.
 */
static int end_with_note(struct transaction *c, const struct journal_record *record,
			 const struct failure *failure)
{
	char *note = failure->error.message ? strdup(failure->error.message) : NULL;
	int r = note ? strv_push_take(&c->executor.notes, note) : -ENOMEM;

	return r ?: end_record(c, record, UNDONE_TEXT) ?: results_add_notes(c->result, &c->executor.notes);
}

static int undo_steps(struct transaction *c, struct journal_record *record)
{
	_cleanup_(failure_done) struct failure failure = FAILURE_INIT;
	const struct step *removal = find_removal(&record->steps);
	int r = executor_init(&c->executor, c->apply->fs, c->apply->log, &c->apply->progress_fn,
			      record->device);

	/* Of a device that has gone the settings of the machine are left to restore. */
	if (r < 0 && r != -ENODEV)
		return r;
	if (r == -ENODEV)
		c->executor.off_bus = is_moved(&record->steps);
	c->executor.timeout = c->apply->timeout;
	executor_mark(&c->executor);
	if (r == -ENODEV && removal && !comes_back(c, removal))
		return end_record(c, record, "the device had been destroyed, as was wanted");
	r = step_ops_set_again(&c->executor, &record->steps, &failure)
		    ?: transaction_undo(c, &record->steps, &record->before, &failure);
	if (r < 0 && c->steps_undone && failure.code == REASON_RACED)
		return end_with_note(c, record, &failure);
	if (r == 0) {
		r = journal_drop(c->apply->directory, record->start);
		if (r < 0)
			failure_journal_left(&failure, r);
	}
	results_set(c->result, r < 0 ? DAXBUS_FAILED : DAXBUS_CHANGED, failure.code);
	if (r < 0)
		c->result->public.hint = reason_hint(REASON_RECOVER_FIRST);
	results_set_message(c->result,
			    r < 0 ? TAKE_PTR(failure.error.message) : strdup(UNDONE_TEXT));
	if (r < 0 && transaction_hear(c) < 0)
		return -ENOMEM;
	return results_add_notes(c->result, &c->executor.notes);
}

static int show_record(struct transaction *c, struct journal_record *record)
{
	int r = results_set_to(c->result, mode_before(c, record));

	results_set(c->result, DAXBUS_PLANNED, REASON_NONE);
	results_set_message(c->result,
			    strdup("a killed run had begun these steps, which would be undone"));
	return r < 0 ? r : results_set_steps(c->result, &record->steps);
}

/* With the mode that the device has in the end, whether that is the one before or not. */
static int undo_record(struct transaction *c, struct journal_record *record)
{
	const char *mode = NULL;
	int r;

	r = undo_steps(c, record);
	recorder_recovers(c->apply->recorder, c->result);
	if (r == 0)
		r = read_mode(c, record->device, &mode);
	return r < 0 ? r : results_set_to(c->result, mode);
}

static int run_record(const struct apply_context *apply, struct journal_record *record,
		      bool only_show, struct daxbus_results *results)
{
	_cleanup_(transaction_done) struct transaction c = TRANSACTION_INIT(apply, NULL);
	const char *mode = NULL;
	int r;

	/* It was killed before it had begun. */
	if (!record->device)
		return only_show ? 0 : journal_drop(apply->directory, record->start);
	c.result = results_add(results, record->device);
	if (!c.result)
		return -ENOMEM;
	r = read_mode(&c, record->device, &mode) ?: results_set_from(c.result, mode);
	if (r < 0)
		return r;
	r = only_show ? show_record(&c, record) : undo_record(&c, record);
	results_finish(c.result);
	return r;
}

/* In reverse: a record that cannot be undone is what those before it rest on. */
static int run_records(const struct apply_context *apply, const struct journal_records *records,
		       bool only_show, struct daxbus_results *results)
{
	int r = 0;

	for (size_t i = records->n; r == 0 && i-- > 0;) {
		r = run_record(apply, &records->items[i], only_show, results);
		if (results->n && results->items[results->n - 1]->public.status == DAXBUS_FAILED)
			break;
	}
	return r;
}

int recovery_run(const struct apply_context *apply, bool only_show, struct daxbus_results *results,
		 struct daxbus_error *err)
{
	_cleanup_(journal_records_done) struct journal_records records = { 0 };
	int r = journal_read(apply->directory, &records, err);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	/* A run was killed between the file and its first line. */
	if (!records.n)
		return only_show ? 0 : journal_forget(apply->directory);
	r = run_records(apply, &records, only_show, results);
	return r == -ENOMEM ? error_oom(err) : r;
}

int recovery_show(const struct apply_context *apply, const char *name,
		  struct daxbus_results *results, struct daxbus_error *err)
{
	_cleanup_(journal_records_done) struct journal_records records = { 0 };
	int r = journal_read_file(apply->directory, name, &records, err);

	if (r < 0)
		return r;
	r = run_records(apply, &records, true, results);
	return r == -ENOMEM ? error_oom(err) : r;
}
