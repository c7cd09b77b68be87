/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/driver.h"

#include <errno.h>
#include <stdio.h>

#include "base/parse.h"
#include "base/strv.h"
#include "execute/bounded-write.h"
#include "execute/long-write.h"
#include "execute/memory-blocks.h"
#include "execute/settle.h"
#include "parsers/zoneinfo.h"
#include "scan/facts.h"
#include "scan/holders.h"

static bool is_kmem(const char *driver)
{
	return streq(driver, "kmem");
}

/* How often an undo takes memory offline that something else brings online again. */
#define UNDO_TRIES 10

/* Those that give their device to user space. */
static bool is_dax(const char *driver)
{
	return streq(driver, "device_dax") || streq(driver, "fsdev_dax");
}

int driver_read(const struct executor *p, char **ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(p->fs, &dir, "/sys/bus/dax/devices/%s", p->device);

	*ret = NULL;
	if (r < 0)
		return r == -ENOENT ? -ENODEV : r;
	r = sysfs_read_link_name(&dir, ret, "driver");
	return r == -ENOENT ? 0 : r;
}

bool driver_device_is_gone(const struct executor *p)
{
	_cleanup_free_ char *driver = NULL;

	return driver_read(p, &driver) == -ENODEV;
}

int driver_look(const struct executor *p, char **ret, struct failure *failure)
{
	int r = driver_read(p, ret);

	if (r == -ENODEV)
		return failure_vanished(failure, p->device);
	if (r < 0)
		return failure_set(failure, REASON_WRITE_FAILED, r,
				   "cannot read which driver %s has: %s", p->device, strerror(-r));
	return 0;
}

/* Write the device's name to a file of a driver: bind, unbind, new_id, remove_id. */
static int write_name(struct executor *p, const char *driver, const char *file)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(p->fs, &dir, DRIVERS_PATH "/%s", driver);

	return r < 0 ? r : sysfs_write(&dir, p->device, "%s", file);
}

static int fail_write(const struct executor *p, const char *driver, const char *file, int r,
		      struct failure *failure)
{
	if (r == -ENOENT)
		return failure_set(failure, REASON_RACED, r,
				   "cannot change %s: the driver %s has gone", p->device, driver);
	return failure_set(failure, REASON_WRITE_FAILED, r,
			   "cannot write %s to " DRIVERS_PATH "/%s/%s: %s", p->device, driver, file,
			   strerror(-r));
}

/* --- ids -------------------------------------------------------------------------------------- */

static int add_device_name(void *data, const char *name)
{
	uint32_t region, instance;

	if (parse_device_name(name, &region, &instance) < 0)
		return 0;
	return strv_push(data, name);
}

/* What new_id may grab: to be released are those that the driver did not have. */
static int read_devices_of(const struct executor *p, const char *driver, struct strv *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(p->fs, &dir, DRIVERS_PATH "/%s", driver);

	return r < 0 ? r : sysfs_list(&dir, add_device_name, ret);
}

/* Unbind a device that a write of another name to new_id bound too. */
static int release(struct executor *p, const char *device, const char *driver)
{
	_cleanup_(failure_done) struct failure ignored = FAILURE_INIT;
	_cleanup_(executor_done) struct executor other;
	int r = executor_init(&other, p->fs, p->log, &(struct progress_fn){ 0 }, device);

	other.undoing = true;
	other.timeout = p->timeout;
	if (r == 0 && is_kmem(driver))
		r = memory_blocks_restore(&other, &other.blocks, &ignored);
	if (r == 0)
		r = driver_unbind(&other, driver, &ignored);
	log_debug(p->log, "released %s from %s: %s", device, driver, r < 0 ? strerror(-r) : "done");
	return r;
}

static int release_others(struct executor *p, const char *driver, const struct strv *had,
			  struct failure *failure)
{
	_cleanup_(strv_done) struct strv has = { 0 };
	int r = read_devices_of(p, driver, &has);

	for (size_t i = 0; r == 0 && i < has.n; i++) {
		if (streq(has.items[i], p->device) || strv_has(had, has.items[i]))
			continue;
		r = release(p, has.items[i], driver);
		if (r < 0)
			return failure_set(
				failure, REASON_RACED, r,
				"writing %s to new_id also bound %s to %s, which could not be "
				"unbound: %s",
				p->device, has.items[i], driver, strerror(-r));
	}
	return r < 0 ? fail_write(p, driver, "", r, failure) : 0;
}

int driver_add_id(struct executor *p, const char *driver, struct failure *failure)
{
	_cleanup_(strv_done) struct strv had = { 0 };
	int r = read_devices_of(p, driver, &had);

	if (r == 0)
		r = write_name(p, driver, "new_id");
	if (r < 0)
		return fail_write(p, driver, "new_id", r, failure);
	return release_others(p, driver, &had, failure);
}

/* Removing an ID that does not exist is no error. */
int driver_remove_id(struct executor *p, const char *driver, struct failure *failure)
{
	int r = write_name(p, driver, "remove_id");

	return r < 0 ? fail_write(p, driver, "remove_id", r, failure) : 0;
}

/* --- bind ------------------------------------------------------------------------------------- */

/*
 * kernel >= 5.17: a device of a dynamic region whose bind failed keeps its memmap, and every
 * further attempt fails with EINVAL, whatever the first reason was. Only the messages of the kernel
 * show that a bind got that far.
 */
static void remember_stale(struct executor *p, const char *driver)
{
	if (!is_dax(driver) || !p->dynamic || (p->kernel && p->kernel < KERNEL(5, 17, 0)) ||
	    executor_hear(p) < 0)
		return;
	for (size_t i = 0; i < p->said.n; i++)
		if (strstr(p->said.items[i], p->device) &&
		    (strstr(p->said.items[i], "could not reserve") ||
		     strstr(p->said.items[i], "failed with error")) &&
		    facts_mark_stale(p->fs, p->device) < 0)
			log_debug(p->log, "cannot remember that binding %s failed", p->device);
}

static int fail_bind(struct executor *p, const char *driver, int r, struct failure *failure)
{
	remember_stale(p, driver);
	return failure_set(failure, REASON_BIND_FAILED, r, "cannot bind %s to %s: %s", p->device,
			   driver, strerror(-r));
}

/* All of its memory must be there: kmem goes on where a range cannot be added. */
static int check_memory(struct executor *p, struct failure *failure)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d = executor_look(p, NEED_MEMORY, &s);
	uint64_t expected = block_runs_count(&p->blocks);

	if (!d)
		return failure_vanished(failure, p->device);
	if (!is_known(&d->memory.blocks))
		return failure_set(failure, REASON_UNKNOWN_STATE, -EIO,
				   "cannot count the memory blocks of %s", p->device);
	if (d->memory.blocks.v < expected)
		return failure_set(failure, REASON_PARTIAL, -EIO,
				   "kmem added only %" PRIu64 " of %" PRIu64
				   " memory block%s of %s",
				   d->memory.blocks.v, expected, plural(expected), p->device);
	return 0;
}

/* The write's own answer, unless the device is bound all the same, or is not without any error. */
static int judge_bind(struct executor *p, const char *driver, int r, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int q = driver_look(p, &now, failure);

	if (q < 0)
		return q;
	if (now && streq(now, driver))
		return is_kmem(driver) ? check_memory(p, failure) : 0;
	if (now)
		return failure_set(failure, REASON_RACED, -EBUSY,
				   "cannot bind %s to %s: something else bound it to %s", p->device,
				   driver, now);
	return fail_bind(p, driver, r < 0 ? r : -ENODEV, failure);
}

static int bind_by_id(struct executor *p, const char *driver, struct failure *failure)
{
	int r = driver_add_id(p, driver, failure);

	if (r == 0)
		r = judge_bind(p, driver, 0, failure);
	if (r == 0)
		r = driver_remove_id(p, driver, failure);
	return r;
}

static int probe(struct executor *p, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = executor_write(p, "/sys/bus/dax/drivers_probe", p->device);

	if (r < 0)
		return failure_set(failure, REASON_BIND_FAILED, r,
				   "cannot let the kernel choose a driver for %s: %s", p->device,
				   strerror(-r));
	r = driver_look(p, &now, failure);
	if (r == 0 && !now)
		r = failure_set(failure, REASON_BIND_FAILED, -ENODEV,
				"the kernel found no driver for %s", p->device);
	if (r == 0 && is_kmem(now))
		r = check_memory(p, failure);
	return r;
}

/* Adding a terabyte lasts minutes. */
static int write_long_bind(struct executor *p, const char *driver)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(sysfs_file_close) struct sysfs_file file = SYSFS_FILE_INIT;
	int r = sysfs_dir_open(p->fs, &dir, DRIVERS_PATH "/%s", driver);

	if (r == 0)
		r = sysfs_open_to_write(&dir, &file, "bind");
	if (r == 0)
		r = long_write(p, &file, p->device, "adding memory", LONG_WRITE_BLOCKS);
	log_debug(p->log, "wrote %s to bind of %s: %s", p->device, driver,
		  r < 0 ? strerror(-r) : "done");
	return r;
}

int driver_bind(struct executor *p, const char *driver, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = driver_look(p, &now, failure);

	if (r < 0)
		return r;
	if (now && !(driver && streq(now, driver)))
		return failure_set(failure, REASON_RACED, -EBUSY, "something else bound %s to %s",
				   p->device, now);
	if (!driver)
		return probe(p, failure);
	r = is_kmem(driver) ? write_long_bind(p, driver) : write_name(p, driver, "bind");
	/* Before 5.14 every failure is ENODEV; there, trying by name does no harm. */
	if (r == -ENODEV)
		return bind_by_id(p, driver, failure);
	if (r == -ENOENT)
		return fail_write(p, driver, "bind", r, failure);
	r = judge_bind(p, driver, r, failure);
	/* The write was too far to be interrupted; what it has done is undone now. */
	return r == 0 && executor_is_stopped(p) ? executor_fail_stopped(failure) : r;
}

/* --- unbind ----------------------------------------------------------------------------------- */

/* The `state` of kmem, and its directory. Return: 0; -ENOENT before Linux 7.3; errno. */
static int read_state(const struct executor *p, struct sysfs_dir *dir, char **ret)
{
	int r = sysfs_dir_open(p->fs, dir, "/sys/bus/dax/devices/%s", p->device);

	return r < 0 ? r : sysfs_read_str(dir, ret, "state");
}

/* Blocks that came online just now would be taken offline by this write, too. */
static int write_unplugged(struct executor *p, const struct sysfs_dir *dir)
{
	_cleanup_(bounded_write_done) struct bounded_write w;
	_cleanup_(sysfs_file_close) struct sysfs_file file = SYSFS_FILE_INIT;
	int r = sysfs_open_to_write(dir, &file, "state");

	bounded_write_start(&w, p);
	if (r == 0)
		r = bounded_write(&w, &file, "unplugged", &p->blocks);
	log_debug(p->log, "wrote unplugged to state of %s: %s", p->device,
		  r < 0 ? strerror(-r) : "done");
	return r;
}

int driver_unplug(struct executor *p)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *now = NULL;
	int r = read_state(p, &dir, &now);

	return r < 0 || streq(now, "unplugged") ? r : write_unplugged(p, &dir);
}

/*
 * Pages of the node that are online. Between a look at the blocks, which takes its time, and the
 * write that must find them offline, it is read once more: others may bring memory online at any
 * moment.
 */
static int read_online(const struct executor *p, struct zone_pages *ret)
{
	_cleanup_free_ char *text = NULL;
	int r = sysfs_read_proc(p->fs, &text, "zoneinfo");

	*ret = (struct zone_pages){ 0 };
	return r == 0 ? zoneinfo_find(text, p->node.v, ret) : r;
}

static int check_all_offline(struct executor *p, struct failure *failure)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d = executor_look(p, NEED_MEMORY | NEED_FLAGS, &s);

	if (!d)
		return failure_vanished(failure, p->device);
	if (!is_known(&d->memory.online) || !is_known(&d->memory.blocks))
		return failure_set(failure, REASON_UNKNOWN_STATE, -EIO,
				   "cannot determine whether memory of %s is online", p->device);
	if (d->memory.online.v)
		return settle_fail(p, failure, REASON_RACED, -EBUSY,
				   "cannot unbind %s from kmem: %" PRIu64 " of its %" PRIu64
				   " memory block%s went online again, and would stay behind until "
				   "the next reboot",
				   p->device, d->memory.online.v, d->memory.blocks.v,
				   plural(d->memory.blocks.v));
	if (strv_has(&d->flags.v, "partial") && !kernel_version_survives_partial(p->kernel))
		return failure_set(
			failure, REASON_PARTIAL, -EBUSY,
			"not all memory blocks of %s were added, and this kernel may crash "
			"when such a device is unbound from kmem",
			p->device);
	return 0;
}

int driver_check_unused(struct executor *p, struct failure *failure)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	_cleanup_(opt_strv_done) struct opt_strv holders = { .is = DAXBUS_UNKNOWN };
	const struct device *d = executor_look(p, NEED_UEVENT, &s);

	if (!d)
		return failure_vanished(failure, p->device);
	if (reason_is_overridden(p->held, p->force) ||
	    (!d->is_class && d->driver.is != DAXBUS_KNOWN))
		return 0;
	if (is_known(&d->major) && is_known(&d->minor) &&
	    holders_read(p->fs, d->is_class ? NULL : d->driver.v, d->major.v, d->minor.v,
			 &holders) < 0)
		return failure_oom(failure);
	if (holders.is == DAXBUS_UNKNOWN)
		return failure_set(failure, reason_if_hidden(p->held), -EIO,
				   "cannot determine which processes have %s open or mapped",
				   p->device);
	if (holders.is != DAXBUS_KNOWN || !holders.v.n)
		return 0;
	return failure_set(failure, p->held, -EBUSY, "%s is in use by %s", p->device,
			   holders.v.items[0]);
}

static int check_not_stuck(struct executor *p, struct failure *failure)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d = executor_look(p, NEED_FLAGS, &s);

	if (d && !strv_has(&d->flags.v, "stuck"))
		return 0;
	if (!d)
		return failure_vanished(failure, p->device);
	return failure_set(
		failure, REASON_STUCK, -EBUSY,
		"memory of %s came online while it was unbound from kmem, and is stuck until the "
		"next reboot",
		p->device);
}

/* Whether all blocks are offline; @ret_q, @ret: read_online() before that. */
static int check_and_count(struct executor *p, int *ret_q, struct zone_pages *ret,
			   struct failure *failure)
{
	*ret_q = read_online(p, ret);
	return check_all_offline(p, failure);
}

/*
 * Something that has brought a block online again may do so at any moment, and before Linux 7.3
 * also between this check and the unbinding, which leaves the memory behind. So only an undo, which
 * has no other way, goes on, and only once all has stayed offline for a while.
 */
static int insist_on_offline(struct executor *p, int *ret_q, struct zone_pages *ret,
			     struct failure *failure)
{
	int r = check_and_count(p, ret_q, ret, failure);

	for (unsigned int i = 0; i < UNDO_TRIES && p->undoing; i++) {
		if (r == 0 || failure->code != REASON_RACED)
			break;
		failure_done(failure);
		r = memory_blocks_offline(p, &p->blocks, failure);
		settle_dwell();
		if (r == 0)
			r = check_and_count(p, ret_q, ret, failure);
	}
	return r;
}

/* The check, and then at once the write. */
static int unbind_kmem(struct executor *p, struct failure *failure)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct zone_pages before, now;
	int r = sysfs_dir_open(p->fs, &dir, DRIVERS_PATH "/kmem"), q;

	if (r < 0)
		return fail_write(p, "kmem", "unbind", r, failure);
	r = insist_on_offline(p, &q, &before, failure);
	if (r < 0)
		return r;
	if (driver_unplug(p) < 0 && q == 0 && read_online(p, &now) == 0 &&
	    (now.movable != before.movable || now.kernel != before.kernel))
		return settle_fail(
			p, failure, REASON_RACED, -EBUSY,
			"cannot unbind %s from kmem: memory of its node went online or offline at "
			"the same time",
			p->device);
	r = sysfs_write(&dir, p->device, "unbind");
	return r == 0 || r == -ENODEV ? 0 : fail_write(p, "kmem", "unbind", r, failure);
}

static int unbind_other(struct executor *p, const char *driver, struct failure *failure)
{
	int r = is_dax(driver) ? driver_check_unused(p, failure) : 0;

	/* An undo must not stay incomplete only because /proc hides processes. */
	if (r < 0 && p->undoing && failure->code == reason_if_hidden(p->held)) {
		failure_done(failure);
		r = 0;
	}
	if (r < 0)
		return r;
	r = write_name(p, driver, "unbind");
	/* Something else may have unbound it; the state that is read next counts. */
	return r == 0 || r == -ENODEV ? 0 : fail_write(p, driver, "unbind", r, failure);
}

static int verify_unbound(struct executor *p, const char *driver, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = driver_look(p, &now, failure);

	if (r == 0 && now)
		return failure_set(failure, REASON_NOT_VERIFIED, -EBUSY,
				   "%s is still bound to %s after it was unbound", p->device, now);
	return r == 0 && is_kmem(driver) ? check_not_stuck(p, failure) : r;
}

int driver_unbind(struct executor *p, const char *driver, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = driver_look(p, &now, failure);

	if (r < 0)
		return r;
	if (now && !streq(now, driver))
		return failure_set(failure, REASON_RACED, -EBUSY,
				   "cannot unbind %s from %s: it has the driver %s now", p->device,
				   driver, now);
	if (now)
		r = is_kmem(driver) ? unbind_kmem(p, failure) : unbind_other(p, driver, failure);
	return r < 0 ? r : verify_unbound(p, driver, failure);
}

/* --- restoring -------------------------------------------------------------------------------- */

static int take_off(struct executor *p, const char *driver, struct failure *failure)
{
	int r = 0;

	if (is_kmem(driver))
		r = memory_blocks_restore(p, &p->blocks, failure);
	if (r == 0)
		r = driver_unbind(p, driver, failure);
	return r;
}

int driver_restore(struct executor *p, const char *driver, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = driver_look(p, &now, failure);

	if (r < 0)
		return r;
	if (now && driver && streq(now, driver))
		return 0;
	if (now)
		r = take_off(p, now, failure);
	if (r == 0 && driver)
		r = driver_bind(p, driver, failure);
	/* The zones of its blocks are restored next: what udev does to them comes before. */
	if (r == 0 && driver && is_kmem(driver) && !settle_wait(p))
		r = executor_fail_stopped(failure);
	return r;
}

int driver_plug(struct executor *p, struct failure *failure)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *now = NULL;

	if (read_state(p, &dir, &now) < 0 || !streq(now, "unplugged"))
		return 0;
	return driver_unbind(p, "kmem", failure) ?: driver_bind(p, "kmem", failure);
}
