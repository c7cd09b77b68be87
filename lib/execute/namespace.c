/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/namespace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "execute/driver.h"
#include "io/libndctl.h"
#include "plan/namespace.h"
#include "scan/nd-region.h"

/* What a step is about: a namespace by its name, and what it has to be. */
struct subject {
	const char *name; /* "namespace0.1" */
	struct namespace_spec spec;
	struct nd_region region;
	const struct nd_namespace *space; /* as it is; NULL: it has gone */
};

static void subject_done(struct subject *s)
{
	nd_region_done(&s->region);
}

/* "namespace0.1" is in "region0". */
static int read_namespace_of(struct executor *p, struct subject *s)
{
	char region[32];
	uint32_t id = 0, instance = 0;
	int r;

	nd_region_done(&s->region);
	s->space = NULL;
	if (sscanf(s->name, "namespace%" SCNu32 ".%" SCNu32, &id, &instance) != 2)
		return -EINVAL;
	snprintf(region, sizeof(region), "region%" PRIu32, id);
	r = nd_region_read(p->fs, region, &s->region);
	if (r == 0)
		s->space = nd_region_namespace(&s->region, s->name);
	return r == -ENOENT ? 0 : r;
}

static int subject_init(struct executor *p, const struct step *step, struct subject *ret,
			struct failure *failure)
{
	const char *slash = strrchr(step->file, '/');
	int r = namespace_spec_parse(step->value, &ret->spec);

	ret->name = slash + 1;
	if (r == 0)
		r = read_namespace_of(p, ret);
	if (r == -ENOMEM)
		return failure_oom(failure);
	return r < 0 ? failure_set(failure, REASON_WRITE_FAILED, r, "'%s' is no namespace",
				   step->value)
		     : 0;
}

static bool has_uuid(const struct subject *s)
{
	return s->space && s->space->uuid.is == DAXBUS_KNOWN && *s->spec.uuid &&
	       streq(s->space->uuid.v, s->spec.uuid);
}

/* Whether it is claimed by something of the nd bus whose info block has our UUID. */
static bool has_info(struct executor *p, const struct subject *s)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *uuid = NULL;

	if (!s->space || s->space->holder.is != DAXBUS_KNOWN || !*s->space->holder.v ||
	    strchr(s->space->holder.v, '/') || !*s->spec.info)
		return false;
	return sysfs_dir_open(p->fs, &dir, ND_DEVICES "/%s", s->space->holder.v) == 0 &&
	       sysfs_read_str(&dir, &uuid, "uuid") == 0 && streq(uuid, s->spec.info);
}

static bool is_claimed(const struct subject *s)
{
	return s->space && (s->space->holder.is != DAXBUS_KNOWN || *s->space->holder.v);
}

static bool has_labels(const struct subject *s)
{
	return is_known(&s->region.nstype) && s->region.nstype.v == ND_LABELS;
}

static int fail_raced(const struct subject *s, struct failure *failure)
{
	return failure_set(failure, REASON_RACED, -EBUSY, "something else changed %s", s->name);
}

static int fail_nd(const struct subject *s, const char *what, int r, struct failure *failure)
{
	if (r == -ELIBACC)
		return failure_set(failure, REASON_NO_LIBRARY, r,
				   "cannot %s of %s: libndctl or libdaxctl is not installed", what,
				   s->name);
	return failure_set(failure, REASON_WRITE_FAILED, r, "cannot %s of %s: %s", what, s->name,
			   strerror(-r));
}

/* --- before ----------------------------------------------------------------------------------- */

static bool is_unallocated(const struct nd_namespace *space)
{
	return is_known(&space->size) && space->size.v == 0 && !space->bound;
}

static bool block_is_busy(struct executor *p, const struct nd_namespace *space)
{
	bool busy;

	return space->block && (sysfs_block_is_busy(p->fs, space->block, &busy) < 0 || busy);
}

/* Whether it is still what the plan is for. */
static bool is_as_planned(struct executor *p, const struct step *step, const struct subject *s)
{
	switch (step->kind) {
	case STEP_LABEL:
		return s->space && *s->spec.uuid && is_unallocated(s->space) && !is_claimed(s);
	case STEP_INFO:
		return s->space && *s->spec.info && !is_claimed(s) &&
		       has_labels(s) == (*s->spec.uuid != '\0') &&
		       (!has_labels(s) || has_uuid(s)) && !block_is_busy(p, s->space);
	case STEP_UNMAKE:
		return has_info(p, s) && has_labels(s) == (*s->spec.uuid != '\0') &&
		       (!has_labels(s) || has_uuid(s));
	default:
		return false;
	}
}

int execute_namespace_prepare(struct executor *p, struct step *step, struct failure *failure)
{
	_cleanup_(subject_done) struct subject s = { 0 };
	int r = subject_init(p, step, &s, failure);

	if (r < 0)
		return r;
	r = libndctl_check(p->log);
	if (r < 0)
		return fail_nd(&s, "change anything", r, failure);
	return is_as_planned(p, step, &s) ? 0 : fail_raced(&s, failure);
}

/* --- labels ----------------------------------------------------------------------------------- */

static int delete_label(struct executor *p, struct subject *s, struct failure *failure)
{
	const char *what = "delete the label";
	int r = libndctl_delete(p->log, s->name, &what);

	if (r < 0)
		return fail_nd(s, what, r, failure);
	if (read_namespace_of(p, s) < 0)
		return failure_oom(failure);
	return has_uuid(s) ? failure_set(failure, REASON_NOT_VERIFIED, -EIO,
					 "%s was deleted, and is still there", s->name)
			   : 0;
}

int execute_namespace_label(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_(subject_done) struct subject s = { 0 };
	const char *what = "set";
	int r = subject_init(p, step, &s, failure);

	if (r < 0)
		return r;
	r = libndctl_label(p->log, s.name, &s.spec, &what);
	if (r < 0)
		return fail_nd(&s, what, r, failure);
	if (read_namespace_of(p, &s) < 0)
		return failure_oom(failure);
	if (!has_uuid(&s) || !is_known(&s.space->size) || s.space->size.v != s.spec.size)
		return failure_set(failure, REASON_NOT_VERIFIED, -EIO,
				   "%s does not have the UUID and size that it was given", s.name);
	return 0;
}

int execute_namespace_undo_label(struct executor *p, const struct step *step,
				 struct failure *failure)
{
	_cleanup_(subject_done) struct subject s = { 0 };
	int r = subject_init(p, step, &s, failure);

	if (r < 0 || !has_uuid(&s))
		return r;
	if (is_claimed(&s))
		return failure_set(failure, REASON_NAMESPACE_IN_USE, -EBUSY, "%s is used by %s",
				   s.name,
				   s.space->holder.is == DAXBUS_KNOWN ? s.space->holder.v : "?");
	return delete_label(p, &s, failure);
}

/* --- info blocks ------------------------------------------------------------------------------ */

/*
 * Memory that is online would stay without its device until the next reboot. A device that was just
 * made may have the driver that the kernel gives it.
 */
static int check_other_driver(struct executor *p, const char *allowed, struct failure *failure)
{
	_cleanup_free_ char *driver = NULL;
	int r = driver_read(p, &driver);

	if (r == -ENODEV)
		return 0;
	if (r < 0)
		return failure_set(failure, REASON_UNKNOWN_STATE, r,
				   "cannot read which driver %s has", p->device);
	return driver && !(allowed && streq(driver, allowed))
		       ? failure_set(failure, REASON_RACED, -EBUSY, "%s is bound to %s", p->device,
				     driver)
		       : 0;
}

static int verify_device(struct executor *p, const struct subject *s, const char *device,
			 struct failure *failure)
{
	if (!streq(device, p->device))
		return failure_set(failure, REASON_RACED, -EEXIST,
				   "the kernel made %s of %s, not %s", device, s->name, p->device);
	return executor_relearn(p) < 0 ? failure_vanished(failure, p->device) : 0;
}

int execute_namespace_info(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_(subject_done) struct subject s = { 0 };
	_cleanup_free_ char *device = NULL;
	const char *what = "set";
	int r = subject_init(p, step, &s, failure);

	if (r < 0)
		return r;
	/* -ENOMEM too may be the kernel's answer. */
	r = libndctl_devdax(p->log, s.name, &s.spec, &device, &what);
	return r < 0 ? fail_nd(&s, what, r, failure) : verify_device(p, &s, device, failure);
}

static int release(struct executor *p, struct subject *s, const char *allowed,
		   struct failure *failure)
{
	const char *what = "release the device";
	int r = check_other_driver(p, allowed, failure);

	if (r < 0)
		return r;
	r = libndctl_release(p->log, s->name, s->spec.info, &what);
	if (r < 0)
		return fail_nd(s, what, r, failure);
	return read_namespace_of(p, s) < 0 ? failure_oom(failure) : 0;
}

/* Without labels an info block is all that makes it what it is, and comes back by being there. */
static int wipe(struct executor *p, struct subject *s, bool bind, struct failure *failure)
{
	const char *what = "clear the info block";
	int r = libndctl_wipe(p->log, s->name, s->spec.info, bind, &what);

	if (r < 0)
		return fail_nd(s, what, r, failure);
	return read_namespace_of(p, s) < 0 ? failure_oom(failure) : 0;
}

int execute_namespace_undo_info(struct executor *p, const struct step *step,
				struct failure *failure)
{
	_cleanup_(subject_done) struct subject s = { 0 };
	bool bound = step->before && streq(step->before, "bound");
	int r = subject_init(p, step, &s, failure);

	if (r < 0 || !s.space)
		return r;
	/* Somebody else's, whatever it is now. */
	if ((has_labels(&s) && !has_uuid(&s)) || (is_claimed(&s) && !has_info(p, &s)))
		return 0;
	/* Nobody uses what has our info block as a block device: that does not exist any more. */
	if (!is_claimed(&s) && block_is_busy(p, s.space))
		return 0;
	r = release(p, &s, "device_dax", failure);
	if (r == 0 && !has_labels(&s))
		r = wipe(p, &s, bound, failure);
	return r;
}

/* --- deleting --------------------------------------------------------------------------------- */

static int verify_released(struct executor *p, struct failure *failure)
{
	return !driver_device_is_gone(p)
		       ? failure_set(failure, REASON_NOT_VERIFIED, -EIO,
				     "the namespace of %s was released, and it is still there",
				     p->device)
		       : 0;
}

int execute_namespace_unmake(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_(subject_done) struct subject s = { 0 };
	int r = subject_init(p, step, &s, failure);

	if (r == 0)
		r = release(p, &s, NULL, failure);
	if (r == 0)
		r = verify_released(p, failure);
	if (r < 0)
		return r;
	return has_labels(&s) ? delete_label(p, &s, failure) : wipe(p, &s, true, failure);
}

/*
 * Whether its info block is still there shows when it is enabled. One that has been wiped, or
 * deleted, stays so.
 */
int execute_namespace_undo_unmake(struct executor *p, const struct step *step,
				  struct failure *failure)
{
	_cleanup_(subject_done) struct subject s = { 0 };
	const char *what = "enable";
	int r = subject_init(p, step, &s, failure);

	if (r < 0 || !s.space || !driver_device_is_gone(p) || (has_labels(&s) && !has_uuid(&s)))
		return r;
	if (is_claimed(&s) && !has_info(p, &s))
		return 0;
	/* A claim without a device is one that was interrupted. */
	r = libndctl_release(p->log, s.name, s.spec.info, &what);
	if (r == 0)
		r = libndctl_enable(p->log, s.name, &what);
	if (r < 0)
		return fail_nd(&s, what, r, failure);
	/* It may have no device any more. */
	(void)!executor_relearn(p);
	return 0;
}
