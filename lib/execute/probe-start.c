/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/probe-start.h"

#include <errno.h>
#include <stdio.h>

#include "execute/executor.h"
#include "execute/journal.h"
#include "execute/resize.h"
#include "plan/resize.h"
#include "scan/run-cache.h"
#include "scan/scan.h"

bool probe_start_is_worth_it(const struct region *region)
{
	return region->path.is == DAXBUS_KNOWN && region->start.is == DAXBUS_UNKNOWN &&
	       region->dynamic.v && is_known(&region->available_size) && region->available_size.v;
}

static int note_start(struct executor *p)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d = executor_look(p, NEED_FREE, &s);

	if (!d || !is_known(&d->region->start))
		return -ENOENT;
	return run_cache_write_start(p->fs, d->region, d->region->start.v);
}

/* Deleted whatever became of it; a journal stays for `daxbus recover` where that fails. */
static int create_and_look(struct executor *p, struct journal *journal, const struct step *step)
{
	_cleanup_(failure_done) struct failure failure = FAILURE_INIT;
	int r = execute_resize_prepare_create(p, &failure), undone;

	if (r == 0)
		r = journal_add(journal, step);
	if (r < 0)
		return journal_end(journal) ?: r;
	r = execute_resize_create(p, step, &failure);
	if (r == 0)
		r = note_start(p);
	undone = execute_resize_undo_create(p, step, &failure);
	if (undone < 0) {
		journal_close(journal);
		return undone;
	}
	return journal_end(journal) ?: r;
}

static int probe_with(struct executor *p, const struct apply_context *apply, const char *file)
{
	_cleanup_(steps_done) struct steps steps = { 0 };
	struct journal journal = JOURNAL_INIT;
	const struct journal_before nothing = { 0 };
	const struct step *step = steps_add(&steps, STEP_CREATE, NULL, file, NULL, NULL);
	int r;

	if (!step)
		return -ENOMEM;
	r = journal_begin(&journal, apply->directory, p->device, &nothing, apply->keep);
	return r < 0 ? r : create_and_look(p, &journal, step);
}

static int probe_as(const struct apply_context *apply, const struct device *d)
{
	_cleanup_(executor_done) struct executor p = { .kmsg = KMSG_INIT };
	_cleanup_free_ char *file = NULL;
	int r = executor_init_with(&p, apply->fs, apply->log, &apply->progress_fn, d);

	if (r == 0 && asprintf(&file, "/sys%s/dax_region/create", d->region->path.v) < 0) {
		file = NULL;
		r = -ENOMEM;
	}
	return r < 0 ? r : probe_with(&p, apply, file);
}

int probe_start_region(const struct apply_context *apply, const char *region)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	_cleanup_(selectors_done) struct selectors selection = { 0 };
	const struct device *d;
	int r = selectors_add(&selection, region, NULL);

	if (r == 0)
		r = scan_take(apply->fs, apply->log, &selection, NEED_EXECUTOR | NEED_FREE, &s,
			      NULL);
	if (r < 0 || !s->n_regions || !probe_start_is_worth_it(s->regions[0]))
		return r == -ENOMEM ? r : 0;
	d = plan_resize_add_device(s, s->regions[0], 0);
	if (!d)
		return -ENOMEM;
	/* The kernel may be out of memory, too; what the start is needed for is refused then. */
	r = probe_as(apply, d);
	if (r < 0)
		log_debug(apply->log, "cannot find out where %s begins: %s", region, strerror(-r));
	return 0;
}
