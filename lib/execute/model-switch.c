/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/model-switch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "execute/driver.h"
#include "scan/nd-region.h"

/* The nd device of a step, as it is now. */
struct subject {
	const char *name; /* of the nd device */
	char *uuid;
	char *driver; /* NULL: none */
};

static void subject_done(struct subject *s)
{
	free(s->uuid);
	free(s->driver);
}

static int read_nd_device(struct executor *p, const struct step *step, struct subject *s)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(p->fs, &dir, "%s", step->file);

	free(s->driver);
	s->driver = NULL;
	if (r == 0 && !s->uuid)
		r = sysfs_read_str(&dir, &s->uuid, "uuid");
	if (r < 0)
		return r;
	r = sysfs_read_link_name(&dir, &s->driver, "driver");
	return r == -ENOENT ? 0 : r;
}

static int subject_init(struct executor *p, const struct step *step, struct subject *ret,
			struct failure *failure)
{
	int r;

	ret->name = strrchr(step->file, '/') + 1;
	r = read_nd_device(p, step, ret);
	if (r == -ENOMEM)
		return failure_oom(failure);
	return r < 0 ? failure_set(failure, REASON_VANISHED, r, "cannot read %s: %s", step->file,
				   strerror(-r))
		     : 0;
}

static bool has_driver(const struct subject *s, const char *driver)
{
	return s->driver && streq(s->driver, driver);
}

static bool is_class_driver(const char *driver)
{
	return streq(driver, ND_CLASS_DRIVER);
}

/* --- before ----------------------------------------------------------------------------------- */

static int fail_raced(const struct subject *s, struct failure *failure)
{
	return failure_set(failure, REASON_RACED, -EBUSY, "something else changed %s", s->name);
}

static bool is_as_planned(const struct step *step, const struct subject *s)
{
	return streq(s->uuid, step->value) && has_driver(s, step->before);
}

int execute_model_switch_prepare(struct executor *p, struct step *step, struct failure *failure)
{
	_cleanup_(subject_done) struct subject s = { 0 };
	int r = subject_init(p, step, &s, failure);

	if (r < 0)
		return r;
	return is_as_planned(step, &s) ? 0 : fail_raced(&s, failure);
}

/* Memory that is online would stay without its device until the next reboot. */
static int check_driver(struct executor *p, const struct device *d, struct failure *failure)
{
	if (d->is_class || d->driver.is == DAXBUS_NONE || known_as(&d->driver, "device_dax"))
		return 0;
	return failure_set(failure, REASON_RACED, -EBUSY, "%s is bound to %s", p->device,
			   d->driver.is == DAXBUS_KNOWN ? d->driver.v : "a driver");
}

/* --- drivers of the nd bus -------------------------------------------------------------------- */

static int write_driver(struct executor *p, struct subject *s, const char *driver, const char *what,
			struct failure *failure)
{
	_cleanup_free_ char *path = NULL;
	int r;

	if (asprintf(&path, ND_BUS "/drivers/%s/%s", driver, what) < 0) {
		path = NULL;
		return failure_oom(failure);
	}
	r = executor_write(p, path, s->name);
	return r < 0 ? failure_set(failure, REASON_BIND_FAILED, r, "cannot %s %s %s %s: %s", what,
				   s->name, streq(what, "bind") ? "to" : "from", driver,
				   strerror(-r))
		     : 0;
}

static int leave(struct executor *p, const struct step *step, struct subject *s,
		 struct failure *failure)
{
	int r = write_driver(p, s, s->driver, "unbind", failure);

	if (r < 0)
		return r;
	r = read_nd_device(p, step, s);
	if (r < 0)
		return failure_vanished(failure, s->name);
	return s->driver ? failure_set(failure, REASON_NOT_VERIFIED, -EIO,
				       "%s was unbound, and still has the driver %s", s->name,
				       s->driver)
			 : 0;
}

static int enter(struct executor *p, const struct step *step, struct subject *s, const char *driver,
		 struct failure *failure)
{
	int r = write_driver(p, s, driver, "bind", failure);

	if (r < 0)
		return r;
	r = read_nd_device(p, step, s);
	if (r < 0)
		return failure_vanished(failure, s->name);
	return has_driver(s, driver) ? 0
				     : failure_set(failure, REASON_NOT_VERIFIED, -EIO,
						   "%s was bound to %s, and has %s%s", s->name,
						   driver, s->driver ? "the driver " : "none",
						   s->driver ? s->driver : "");
}

/* --- the device ------------------------------------------------------------------------------- */

/* @size: what it must have; 0: whatever it has. */
static int verify_device(struct executor *p, const char *driver, uint64_t size,
			 struct failure *failure)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	const struct device *d;

	if (executor_relearn(p) < 0)
		return failure_vanished(failure, p->device);
	d = executor_look(p, NEED_UEVENT | NEED_SIZE, &snapshot);
	if (!d)
		return failure_vanished(failure, p->device);
	if (d->is_class != is_class_driver(driver))
		return failure_set(failure, REASON_NOT_VERIFIED, -EIO,
				   "%s is not a device of %s after it was bound to %s", p->device,
				   is_class_driver(driver) ? "/sys/class/dax" : "the dax bus",
				   driver);
	if (size && !(is_known(&d->size) && d->size.v == size))
		return failure_set(failure, REASON_NOT_VERIFIED, -EIO,
				   "%s had %" PRIu64 " bytes, and has another size now", p->device,
				   size);
	return 0;
}

/* With what must hold before it is taken away. */
static int look_at_device(struct executor *p, uint64_t *ret_size, struct failure *failure)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	const struct device *d = executor_look(p, NEED_UEVENT | NEED_SIZE, &snapshot);
	int r;

	if (!d)
		return failure_vanished(failure, p->device);
	*ret_size = is_known(&d->size) ? d->size.v : 0;
	r = check_driver(p, d, failure);
	return r < 0 ? r : driver_check_unused(p, failure);
}

int execute_model_switch(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_(subject_done) struct subject s = { 0 };
	uint64_t size = 0;
	int r = subject_init(p, step, &s, failure);

	if (r == 0)
		r = look_at_device(p, &size, failure);
	if (r == 0 && !is_as_planned(step, &s))
		r = fail_raced(&s, failure);
	if (r == 0)
		r = leave(p, step, &s, failure);
	if (r == 0)
		r = enter(p, step, &s, step->driver, failure);
	return r < 0 ? r : verify_device(p, step->driver, size, failure);
}

int execute_model_switch_undo(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_(subject_done) struct subject s = { 0 };
	uint64_t size = 0;
	int r = subject_init(p, step, &s, failure);

	/* Another namespace by the same name is somebody else's. */
	if (r < 0 || !streq(s.uuid, step->value) || has_driver(&s, step->before))
		return r;
	if (s.driver && !streq(s.driver, step->driver))
		return fail_raced(&s, failure);
	if (s.driver)
		r = look_at_device(p, &size, failure) ?: leave(p, step, &s, failure);
	if (r == 0)
		r = enter(p, step, &s, step->before, failure);
	return r < 0 ? r : verify_device(p, step->before, size, failure);
}
