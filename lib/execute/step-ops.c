/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/step-ops.h"

#include <errno.h>
#include <inttypes.h>

#include "base/parse.h"
#include "base/string.h"
#include "execute/chardev.h"
#include "execute/cxl.h"
#include "execute/driver.h"
#include "execute/evacuate.h"
#include "execute/memory-blocks.h"
#include "execute/model-switch.h"
#include "execute/namespace.h"
#include "execute/pool.h"
#include "execute/resize.h"
#include "execute/settle.h"
#include "io/libkmod.h"
#include "model/cxl.h"
#include "scan/nd-region.h"

/* --- settings --------------------------------------------------------------------------------- */

static int read_setting(struct executor *p, const char *file, char **ret, struct failure *failure)
{
	int r = executor_read(p, file, ret);

	return r < 0 ? failure_set(failure, REASON_WRITE_FAILED, r, "cannot read %s: %s", file,
				   strerror(-r))
		     : 0;
}

/* A setting takes words and shows the same, or shows what it took as a number. */
static int write_setting(struct executor *p, const char *file, const char *value,
			 struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = executor_write(p, file, value);

	if (r < 0)
		return failure_set(failure, REASON_WRITE_FAILED, r, "cannot write %s to %s: %s",
				   value, file, strerror(-r));
	r = read_setting(p, file, &now, failure);
	if (r == 0 && !streq(now, value))
		r = failure_set(failure, REASON_NOT_VERIFIED, -EIO,
				"%s was written to %s, and it reads %s", value, file, now);
	return r;
}

static int do_set(struct executor *p, const struct step *step, struct failure *failure)
{
	return streq(step->before, step->value)
		       ? 0
		       : write_setting(p, step->file, step->value, failure);
}

static int undo_set(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r;

	if (!step->before || streq(step->before, step->value))
		return 0;
	r = read_setting(p, step->file, &now, failure);
	if (r < 0 || !streq(now, step->value))
		return r;
	return write_setting(p, step->file, step->before, failure);
}

/*
 * The later steps were done with these settings, and are undone with them: memory that is added
 * again under another policy would come online. Of a file that somebody else has set since, their
 * value stays.
 */
int step_ops_set_again(struct executor *p, const struct steps *steps, struct failure *failure)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i + 1 < steps->n; i++) {
		const struct step *step = &steps->items[i];
		_cleanup_free_ char *now = NULL;

		if (step->kind != STEP_SET || !step->before || streq(step->before, step->value))
			continue;
		r = read_setting(p, step->file, &now, failure);
		if (r == 0 && streq(now, step->before))
			r = write_setting(p, step->file, step->value, failure);
	}
	return r;
}

/* What the STEP_SET of the same file found there at first. */
static const struct step *first_set(const struct steps *done, const char *file)
{
	for (size_t i = 0; i < done->n; i++)
		if (done->items[i].kind == STEP_SET && streq(done->items[i].file, file))
			return &done->items[i];
	return NULL;
}

/* A value that something else has set since then stays. */
static bool is_still_ours(const struct steps *done, const char *file, const char *now)
{
	for (size_t i = done->n; i-- > 0;)
		if (done->items[i].kind == STEP_SET && streq(done->items[i].file, file))
			return streq(done->items[i].value, now);
	return false;
}

static int prepare_setting(struct executor *p, struct step *step, struct failure *failure)
{
	const struct step *set = first_set(p->begun, step->file);
	_cleanup_free_ char *now = NULL;
	const char *value;
	int r = read_setting(p, step->file, &now, failure);

	if (r < 0)
		return r;
	if (string_replace(&step->before, now) < 0)
		return failure_oom(failure);
	if (step->kind == STEP_SET || !set)
		return 0;
	value = is_still_ours(p->begun, step->file, now) ? set->before : now;
	return string_replace(&step->value, value) < 0 ? failure_oom(failure) : 0;
}

/* --- drivers and modules ---------------------------------------------------------------------- */

static bool is_of_nd(const char *driver)
{
	return streq(driver, ND_BUS_DRIVER) || streq(driver, ND_CLASS_DRIVER);
}

/* The directory in which the driver of a module appears, and its name there. */
static const char *find_drivers(const char *module, const char **ret_name)
{
	bool is_cxl = streq(module, CXL_DAX_MODULE);

	*ret_name = is_cxl ? CXL_DAX_DRIVER : module;
	return is_of_nd(module) ? ND_BUS "/drivers" : is_cxl ? CXL_DRIVERS : DRIVERS_PATH;
}

static int do_load(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	const char *name, *drivers = find_drivers(step->driver, &name);
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	int r = libkmod_load(p->log, step->driver, &error);

	if (r < 0)
		failure_set(failure, REASON_MODULE_FAILED, r, "%s",
			    error.message ? error.message : "out of memory");
	daxbus_error_done(&error);
	if (r < 0)
		return r;
	r = sysfs_dir_open(p->fs, &dir, "%s/%s", drivers, name);
	if (r < 0)
		return failure_set(failure, REASON_NOT_VERIFIED, r,
				   "the module %s is loaded, and %s has no driver of that name: %s",
				   step->driver, drivers, strerror(-r));
	return 0;
}

static int do_id(struct executor *p, const struct step *step, struct failure *failure)
{
	return driver_add_id(p, step->driver, failure);
}

/*
 * Also undoes do_id(). Before the first attempt the driver is not asked for its ids: there is no
 * way to. So the id goes, and with it one that somebody else may have written; it only matters for
 * a later bind by hand.
 */
static int do_forget(struct executor *p, const struct step *step, struct failure *failure)
{
	return driver_remove_id(p, step->driver, failure);
}

static int do_bind(struct executor *p, const struct step *step, struct failure *failure)
{
	return driver_bind(p, step->driver, failure);
}

static int do_unbind(struct executor *p, const struct step *step, struct failure *failure)
{
	return driver_unbind(p, step->driver, failure);
}

/* One that has gone back to the class left the drivers of the bus before. Of one that was created,
 * and that an undo before this one has deleted, only the ID is left. */
static int undo_bind(struct executor *p, const struct step *step, struct failure *failure)
{
	int r = p->off_bus || driver_device_is_gone(p) ? 0 : driver_restore(p, NULL, failure);

	if (r == 0 && step->driver)
		r = driver_remove_id(p, step->driver, failure);
	/* The driver may be what has gone: rmmod. */
	return r == -ENOENT ? 0 : r;
}

static int undo_unbind(struct executor *p, const struct step *step, struct failure *failure)
{
	bool is_gone = !p->off_bus && driver_device_is_gone(p);
	int r = p->off_bus || is_gone ? 0 : driver_restore(p, step->driver, failure);

	if (r < 0 || p->off_bus)
		return r;
	/* An undo before this one may have ended between the two writes that bind by id. */
	r = driver_remove_id(p, step->driver, failure);
	if (r < 0 || is_gone)
		return r;
	/* @before is "unplugged" or nothing. */
	return step->before ? driver_unplug(p) : driver_plug(p, failure);
}

/* --- memory blocks ---------------------------------------------------------------------------- */

/*
 * Blocks that the same plan has added are offline before, and gone with the undoing of the bind.
 * All of them are taken offline first, so that this cannot leave them behind.
 */
static int do_offline(struct executor *p, const struct step *step, struct failure *failure)
{
	return memory_blocks_offline(p, &step->runs, failure);
}

static int do_online(struct executor *p, const struct step *step, struct failure *failure)
{
	return memory_blocks_online(p, &step->runs, step->value, failure);
}

static int do_settle(struct executor *p, const struct step *step _unused_, struct failure *failure)
{
	return settle_wait(p) ? 0 : executor_fail_stopped(failure);
}

static int undo_blocks(struct executor *p, const struct step *step, struct failure *failure)
{
	return memory_blocks_restore(p, &step->runs, failure);
}

/* --- before a step ---------------------------------------------------------------------------- */

static int prepare_create(struct executor *p, struct step *step _unused_, struct failure *failure)
{
	return execute_resize_prepare_create(p, failure);
}

/* --- all kinds -------------------------------------------------------------------------------- */

/*
 * How a kind of step is done.
 *
 * @doing: its name in a progress report
 * @prepare: step_ops_prepare(); NULL where there is nothing to read
 * @act: does it and reads back that it is done; NULL where there is nothing to do
 * @undo: step_ops_undo(); NULL where there is nothing to undo
 * @finish: step_ops_finish(); NULL where there is nothing to say
 */
struct step_ops {
	const char *doing;
	int (*prepare)(struct executor *p, struct step *step, struct failure *failure);
	int (*act)(struct executor *p, const struct step *step, struct failure *failure);
	int (*undo)(struct executor *p, const struct step *step, struct failure *failure);
	int (*finish)(struct executor *p, const struct step *step);
};

static const struct step_ops kinds[] = {
#define MEMBERS(...)		   __VA_ARGS__
#define STEP_KIND(NAME, TEXT, OPS) [STEP_##NAME] = { MEMBERS OPS },
#include "model/step-kinds.h"
#undef STEP_KIND
#undef MEMBERS
};

int step_ops_prepare(struct executor *p, struct step *step, struct failure *failure)
{
	const struct step_ops *ops = &kinds[step->kind];

	return ops->prepare ? ops->prepare(p, step, failure) : 0;
}

int step_ops_do(struct executor *p, const struct step *step, struct failure *failure)
{
	const struct step_ops *ops = &kinds[step->kind];

	executor_mark(p);
	if (!executor_tell(p, ops->doing, 0, 0))
		return executor_fail_stopped(failure);
	return ops->act ? ops->act(p, step, failure) : 0;
}

int step_ops_finish(struct executor *p, const struct step *step)
{
	const struct step_ops *ops = &kinds[step->kind];

	return ops->finish ? ops->finish(p, step) : 0;
}

int step_ops_undo(struct executor *p, const struct step *step, struct failure *failure)
{
	const struct step_ops *ops = &kinds[step->kind];
	int r;

	if (!ops->undo)
		return 0;
	executor_tell(p, "undoing", 0, 0);
	r = ops->undo(p, step, failure);
	if (r < 0 && !failure->code)
		failure_set(failure, REASON_WRITE_FAILED, r, "%s", strerror(-r));
	return r;
}
