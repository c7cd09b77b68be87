/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/recovery.h"

#include <errno.h>

#include "execute/step-ops.h"

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

static bool is_moved(const struct steps *steps)
{
	for (size_t i = 0; i < steps->n; i++)
		if (steps->items[i].kind == STEP_MOVE)
			return true;
	return false;
}

static int undo_record(struct change *c, struct record *record)
{
	_cleanup_(failure_done) struct failure failure = FAILURE_INIT;
	int r = performer_init(&c->performer, c->apply->fs, c->apply->log, &c->apply->watch,
			       record->device);

	/* Of a device that has gone the settings of the machine are left to restore. */
	if (r < 0 && r != -ENODEV)
		return r;
	if (r == -ENODEV)
		c->performer.off_bus = is_moved(&record->steps);
	performer_mark(&c->performer);
	if (r == -ENODEV && is_deleted(&record->steps) && !comes_back(c, &record->steps))
		return end_record(c, "the device had been destroyed, as was wanted");
	r = change_undo(c, &record->steps, &record->before, &failure);
	if (r == 0)
		r = journal_forget(c->apply->folder);
	result_set(c->result, r < 0 ? DAXBUS_FAILED : DAXBUS_CHANGED, failure.code);
	if (r < 0)
		c->result->public.hint = code_hint(CODE_RECOVER_FIRST);
	result_set_message(c->result, r < 0 ? TAKE_PTR(failure.error.message)
					    : strdup("what a killed run had begun is undone"));
	if (r < 0 && change_hear(c) < 0)
		return -ENOMEM;
	return result_add_notes(c->result, &c->performer.notes);
}

int recovery_run(const struct apply *apply, bool only_show, struct daxbus_outcome *outcome,
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
