/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/cxl.h"

#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "base/parse.h"
#include "base/string.h"
#include "base/strv.h"
#include "execute/driver.h"
#include "model/cxl.h"

/* --- the region ------------------------------------------------------------------------------- */

static const char *name_of(const struct step *step)
{
	return strrchr(step->file, '/') + 1;
}

static int open_region(struct executor *p, const char *region, struct sysfs_dir *ret)
{
	return sysfs_dir_open(p->fs, ret, CXL_DEVICES "/%s", region);
}

static bool region_exists(struct executor *p, const char *region)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;

	return open_region(p, region, &dir) == 0;
}

static bool is_bound(struct executor *p, const char *region)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;

	return open_region(p, region, &dir) == 0 && sysfs_has(&dir, "driver");
}

static int fail_write(const char *value, const char *file, int r, struct failure *failure)
{
	if (r == -EBUSY)
		return failure_set(failure, REASON_RACED, r,
				   "cannot write %s to %s: %s; another program may use it", value,
				   file, strerror(-r));
	return failure_set(failure, REASON_WRITE_FAILED, r, "cannot write %s to %s: %s", value,
			   file, strerror(-r));
}

/* --- creating --------------------------------------------------------------------------------- */

static int fail_exists(const char *region, struct failure *failure)
{
	return failure_set(failure, REASON_RACED, -EBUSY, "something else created %s meanwhile",
			   region);
}

int execute_cxl_prepare_create(struct executor *p, struct step *step, struct failure *failure)
{
	return region_exists(p, step->value) ? fail_exists(step->value, failure) : 0;
}

/* EBUSY: the kernel has given this name away, and offers another. */
int execute_cxl_create(struct executor *p, const struct step *step, struct failure *failure)
{
	int r = executor_write(p, step->file, step->value);

	if (r == -EBUSY)
		return fail_exists(step->value, failure);
	if (r < 0)
		return fail_write(step->value, step->file, r, failure);
	return region_exists(p, step->value)
		       ? 0
		       : failure_set(failure, REASON_NOT_VERIFIED, -EIO,
				     "%s was created, and does not exist", step->value);
}

/* The kernel shows numbers in several forms. */
static bool is_equal(const char *a, const char *b)
{
	uint64_t x, y;

	return streq(a, b) || (parse_u64(a, 0, &x) == 0 && parse_u64(b, 0, &y) == 0 && x == y);
}

static bool is_committed(struct executor *p, const char *region)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *commit = NULL;

	return open_region(p, region, &dir) == 0 && sysfs_read_str(&dir, &commit, "commit") == 0 &&
	       !is_equal(commit, "0");
}

/* The file of the step is one of the root decoder. */
static int delete_region(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_free_ char *file = NULL;
	const char *region = step->value;
	int r;

	if (string_format(&file, "%.*s/delete_region", (int)(strrchr(step->file, '/') - step->file),
			  step->file) < 0)
		return failure_oom(failure);
	r = executor_write(p, file, region);
	if (r < 0 && region_exists(p, region))
		return fail_write(region, file, r, failure);
	return region_exists(p, region) ? failure_set(failure, REASON_NOT_VERIFIED, -EIO,
						      "%s was deleted, and still exists", region)
					: 0;
}

/* A region of that name that is in use is not the one that the step created. */
int execute_cxl_undo_create(struct executor *p, const struct step *step, struct failure *failure)
{
	if (!region_exists(p, step->value) || is_bound(p, step->value) ||
	    is_committed(p, step->value))
		return 0;
	return delete_region(p, step, failure);
}

/* --- attributes ------------------------------------------------------------------------------- */

int execute_cxl_prepare_set(struct executor *p, struct step *step, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = executor_read(p, step->file, &now);

	if (r < 0)
		return failure_set(failure, REASON_WRITE_FAILED, r, "cannot read %s: %s",
				   step->file, strerror(-r));
	if (step->before && !is_equal(step->before, now))
		return failure_set(failure, REASON_RACED, -EBUSY,
				   "something else changed %s from %s to %s", step->file,
				   step->before, now);
	return string_replace(&step->before, now) < 0 ? failure_oom(failure) : 0;
}

/* "/sys/bus/cxl/devices/region0/commit": the region */
static char *region_of(const char *file)
{
	_cleanup_free_ char *path = strdup(file);
	const char *name;

	if (!path)
		return NULL;
	string_cut_path_name(path);
	name = string_cut_path_name(path);
	return name ? strdup(name) : NULL;
}

/* With the decoders the kernel would take the driver, the device and its memory away. */
static int check_not_bound(struct executor *p, const char *region, struct failure *failure)
{
	return is_bound(p, region)
		       ? failure_set(failure, REASON_RACED, -EBUSY,
				     "something else bound %s to its driver again", region)
		       : 0;
}

static bool is_named(const struct step *step, const char *name)
{
	return streq(name_of(step), name);
}

static int write_attribute(struct executor *p, const struct step *step, const char *value,
			   struct failure *failure)
{
	_cleanup_free_ char *region = region_of(step->file), *now = NULL;
	int r = region ? 0 : failure_oom(failure);

	if (r == 0 && is_named(step, "commit"))
		r = check_not_bound(p, region, failure);
	if (r < 0)
		return r;
	r = executor_write(p, step->file, value);
	if (r < 0)
		return fail_write(value, step->file, r, failure);
	r = executor_read(p, step->file, &now);
	if (r == 0 && !is_equal(now, value))
		r = -EIO;
	return r < 0 ? failure_set(failure, REASON_NOT_VERIFIED, r,
				   "%s was written to %s, and it reads %s", value, step->file,
				   now ? now : strerror(-r))
		     : 0;
}

int execute_cxl_set(struct executor *p, const struct step *step, struct failure *failure)
{
	return write_attribute(p, step, step->value, failure);
}

/* Other attributes of a region go with it; the mode of a decoder without memory means nothing. */
int execute_cxl_undo_set(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;

	if (!step->before || !(is_named(step, "commit") || is_named(step, "dpa_size")))
		return 0;
	if (executor_read(p, step->file, &now) < 0 || is_equal(now, step->before) ||
	    !is_equal(now, step->value))
		return 0;
	return write_attribute(p, step, step->before, failure);
}

/* --- decoders --------------------------------------------------------------------------------- */

/* Return: 0; -ENOENT if the region has gone; errno. */
static int read_targets(const struct sysfs_dir *dir, struct strv *ret)
{
	uint64_t ways;
	int r = sysfs_read_u64(dir, &ways, 10, "interleave_ways");

	for (uint64_t i = 0; r == 0 && i < ways; i++) {
		_cleanup_free_ char *target = NULL;

		r = sysfs_read_str(dir, &target, "target%" PRIu64, i);
		if (r == 0)
			r = strv_push(ret, target);
	}
	return r;
}

/* With commas between them; CXL_EMPTY if none is attached. */
static char *print_targets(const struct strv *targets)
{
	_cleanup_(string_done) struct string t = { 0 };
	bool any = false;

	for (size_t i = 0; i < targets->n; i++) {
		string_add(&t, "%s%s", i ? "," : "", targets->items[i]);
		any = any || *targets->items[i];
	}
	return any ? string_take(&t) : strdup(CXL_EMPTY);
}

static int read_target_list(const struct sysfs_dir *dir, char **ret)
{
	_cleanup_(strv_done) struct strv targets = { 0 };
	int r = read_targets(dir, &targets);

	if (r < 0)
		return r;
	*ret = print_targets(&targets);
	return *ret ? 0 : -ENOMEM;
}

static int detach(const struct sysfs_dir *dir, struct failure *failure)
{
	_cleanup_(strv_done) struct strv now = { 0 };
	int r = read_targets(dir, &now);

	for (size_t i = now.n; r == 0 && i-- > 0;)
		if (*now.items[i])
			r = sysfs_write(dir, "\n", "target%zu", i);
	return r < 0 ? fail_write("nothing", "targetN of the region", r, failure) : 0;
}

static int attach(const struct sysfs_dir *dir, const char *list, struct failure *failure)
{
	_cleanup_free_ char *copy = strdup(list);
	char *rest = copy, *decoder;

	if (!copy)
		return failure_oom(failure);
	for (size_t i = 0; (decoder = strsep(&rest, ",")); i++) {
		int r = *decoder ? sysfs_write(dir, decoder, "target%zu", i) : 0;

		if (r < 0)
			return fail_write(decoder, "targetN of the region", r, failure);
	}
	return 0;
}

/*
 * If some decoders are attached, the kernel counts one that comes back twice, and refuses it:
 * nr_targets of struct cxl_region_ref only becomes less when the last one is detached. Therefore
 * all of them are detached first.
 */
static int set_targets(struct executor *p, const char *region, const char *list,
		       struct failure *failure)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *now = NULL;
	int r = check_not_bound(p, region, failure);

	if (r < 0)
		return r;
	r = open_region(p, region, &dir);
	if (r < 0)
		return failure_set(failure, REASON_VANISHED, r, "%s has gone", region);
	r = detach(&dir, failure);
	if (r == 0 && !streq(list, CXL_EMPTY))
		r = attach(&dir, list, failure);
	if (r < 0)
		return r;
	r = read_target_list(&dir, &now);
	return r == 0 && streq(now, list)
		       ? 0
		       : failure_set(failure, REASON_NOT_VERIFIED, r < 0 ? r : -EIO,
				     "the decoders of %s are %s, not %s", region,
				     now ? now : strerror(-r), list);
}

/* Return: 0, with "" if the region has gone; errno. */
static int read_list_of(struct executor *p, const char *region, char **ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = open_region(p, region, &dir) ?: read_target_list(&dir, ret);

	return r == -ENOENT ? string_copy(ret, "") : r;
}

int execute_cxl_prepare_targets(struct executor *p, struct step *step, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = read_list_of(p, name_of(step), &now);

	if (r == 0 && streq(now, step->before))
		return 0;
	return failure_set(failure, REASON_RACED, r < 0 ? r : -EBUSY,
			   "something else changed the decoders of %s from %s to %s", name_of(step),
			   step->before, now ? now : strerror(-r));
}

int execute_cxl_targets(struct executor *p, const struct step *step, struct failure *failure)
{
	return set_targets(p, name_of(step), step->value, failure);
}

int execute_cxl_undo_targets(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = read_list_of(p, name_of(step), &now);

	if (r < 0)
		return failure_set(failure, REASON_UNKNOWN_STATE, r,
				   "cannot read the decoders of %s: %s", name_of(step),
				   strerror(-r));
	if (!*now || !step->before || streq(now, step->before))
		return 0;
	return set_targets(p, name_of(step), step->before, failure);
}

/* --- the driver ------------------------------------------------------------------------------- */

static int count_dax_device(void *data, const char *name)
{
	size_t *n = data;
	uint32_t region, instance;

	if (parse_device_name(name, &region, &instance) == 0)
		++*n;
	return 0;
}

/* The device has no driver, and is the only one of the region. */
static int check_unused(struct executor *p, const char *region, struct failure *failure)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *driver = NULL;
	size_t n = 0;
	int r = sysfs_dir_open(p->fs, &dir, CXL_DEVICES "/%s/dax_%s", region, region);

	if (r == 0)
		r = sysfs_list(&dir, count_dax_device, &n);
	if (r == -ENOENT || (r == 0 && n == 0))
		return 0;
	if (r < 0)
		return failure_set(failure, REASON_UNKNOWN_STATE, r,
				   "cannot read which devices %s has: %s", region, strerror(-r));
	if (p->is_region)
		return failure_set(failure, REASON_RACED, -EBUSY, "something else gave %s a device",
				   region);
	if (n > 1)
		return failure_set(failure, REASON_RACED, -EBUSY, "%s has devices other than %s",
				   region, p->device);
	r = driver_read(p, &driver);
	if (r < 0)
		return failure_set(failure, REASON_UNKNOWN_STATE, r,
				   "cannot read which driver %s has: %s", p->device, strerror(-r));
	return driver ? failure_set(failure, REASON_RACED, -EBUSY, "something else bound %s to %s",
				    p->device, driver)
		      : 0;
}

#define WAIT_MS 10
#define WAITS	500

/* The driver of the dax region may probe in the background. */
static int wait_for_device(struct executor *p, const char *region, struct failure *failure)
{
	const struct timespec pause = { .tv_nsec = WAIT_MS * 1000000L };

	/* The driver of the dax region can be missing. */
	if (p->is_region)
		return 0;
	for (unsigned int i = 0; i < WAITS; i++) {
		int r = executor_relearn(p);

		if (r != -ENODEV)
			return r < 0 ? failure_oom(failure) : 0;
		nanosleep(&pause, NULL);
	}
	return failure_set(failure, REASON_NOT_VERIFIED, -ENODEV,
			   "%s is bound to its driver, and %s did not appear", region, p->device);
}

int execute_cxl_bind(struct executor *p, const struct step *step, struct failure *failure)
{
	const char *region = name_of(step);
	int r = is_bound(p, region) ? 0
				    : executor_write(p, CXL_DRIVERS "/" CXL_DRIVER "/bind", region);

	if (r < 0 && !is_bound(p, region))
		return failure_set(failure, REASON_BIND_FAILED, r, "cannot bind %s to %s: %s",
				   region, CXL_DRIVER, strerror(-r));
	return wait_for_device(p, region, failure);
}

int execute_cxl_unbind(struct executor *p, const struct step *step, struct failure *failure)
{
	const char *region = name_of(step);
	int r;

	if (!is_bound(p, region))
		return 0;
	r = check_unused(p, region, failure);
	if (r < 0)
		return r;
	r = executor_write(p, CXL_DRIVERS "/" CXL_DRIVER "/unbind", region);
	if (is_bound(p, region))
		return failure_set(failure, REASON_WRITE_FAILED, r < 0 ? r : -EIO,
				   "cannot unbind %s from %s: %s", region, CXL_DRIVER,
				   r < 0 ? strerror(-r) : "it is still bound");
	return driver_device_is_gone(p) ? 0
					: failure_set(failure, REASON_NOT_VERIFIED, -EIO,
						      "%s was unbound from %s, and %s still exists",
						      region, CXL_DRIVER, p->device);
}

static int restore_setting(struct executor *p, const char *name, const char *value,
			   struct failure *failure)
{
	_cleanup_free_ char *file = NULL, *now = NULL;
	int r;

	if (string_format(&file, "/sys/bus/dax/devices/%s/%s", p->device, name) < 0)
		return failure_oom(failure);
	r = executor_read(p, file, &now);
	if (r == 0 && !streq(now, value))
		r = executor_write(p, file, value);
	return r < 0 ? fail_write(value, file, r, failure) : 0;
}

/* A device that kept its region has its settings, and may be in use again. */
int execute_cxl_undo_keep(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_free_ char *copy = strdup(step->value);
	char *rest = copy, *name;
	int r = copy ? 0 : failure_oom(failure);

	if (r == 0 && driver_device_is_gone(p))
		return 0;
	while (r == 0 && (name = strsep(&rest, ","))) {
		char *value = strchr(name, '=');

		if (!value)
			continue;
		*value++ = '\0';
		if (streq(name, "align") || streq(name, "memmap_on_memory"))
			r = restore_setting(p, name, value, failure);
	}
	return r;
}

/* --- deleting --------------------------------------------------------------------------------- */

int execute_cxl_delete(struct executor *p, const struct step *step, struct failure *failure)
{
	if (is_bound(p, step->value) || is_committed(p, step->value))
		return failure_set(failure, REASON_RACED, -EBUSY,
				   "something else committed %s again", step->value);
	return delete_region(p, step, failure);
}

int execute_cxl_undo_delete(struct executor *p, const struct step *step, struct failure *failure)
{
	return region_exists(p, step->value)
		       ? 0
		       : failure_set(failure, REASON_VANISHED, -ENODEV,
				     "%s has been deleted, which cannot be undone", step->value);
}
