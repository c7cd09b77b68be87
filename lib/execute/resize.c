/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/resize.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "execute/driver.h"
#include "model/range-list.h"

#define DEVICES_PATH "/sys/bus/dax/devices"

/* --- the device ------------------------------------------------------------------------------- */

/* The last look before a write; what comes between is only seen by reading back. */
static int check_has_no_driver(struct executor *p, struct failure *failure)
{
	_cleanup_free_ char *driver = NULL;
	int r = driver_look(p, &driver, failure);

	if (r < 0)
		return r;
	return driver ? failure_set(failure, REASON_RACED, -EBUSY, "something else bound %s to %s",
				    p->device, driver)
		      : 0;
}

static int write_attribute(struct executor *p, const char *name, const char *value,
			   struct failure *failure)
{
	_cleanup_free_ char *path = NULL;
	int r = check_has_no_driver(p, failure);

	if (r < 0)
		return r;
	if (asprintf(&path, DEVICES_PATH "/%s/%s", p->device, name) < 0) {
		path = NULL;
		return failure_oom(failure);
	}
	r = executor_write_ranges(p, path, value);
	return r < 0 ? failure_set(failure, REASON_WRITE_FAILED, r, "cannot write %s to %s: %s",
				   value, path, strerror(-r))
		     : 0;
}

static int write_size(struct executor *p, uint64_t size, struct failure *failure)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, size);
	return write_attribute(p, "size", text, failure);
}

static int write_mapping(struct executor *p, const struct range *range, struct failure *failure)
{
	char text[64];

	snprintf(text, sizeof(text), "%" PRIx64 "-%" PRIx64, range->start, range->end);
	return write_attribute(p, "mapping", text, failure);
}

/* Where it is now. */
static int read_layout(struct executor *p, struct range_list *ret, struct failure *failure)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d = executor_look(p, NEED_SIZE | NEED_MAPPINGS | NEED_RANGES, &s);

	*ret = (struct range_list){ 0 };
	if (!d)
		return failure_vanished(failure, p->device);
	if (d->ranges == DAXBUS_UNKNOWN)
		return failure_set(failure, REASON_UNKNOWN_STATE, -EIO,
				   "cannot read the ranges of %s", p->device);
	return range_list_of(d, ret) < 0 ? failure_oom(failure) : 0;
}

/* --- layouts ---------------------------------------------------------------------------------- */

/* Where ranges stop being the same, and the bytes before that. */
static uint64_t common_bytes(const struct range_list *layout, size_t common)
{
	const struct range_list head = { layout->items, common };

	return range_list_bytes(&head);
}

/* Whether the range at @i only ends elsewhere. */
static bool ends_elsewhere(const struct range_list *now, const struct range_list *wanted, size_t i)
{
	return i < now->n && i < wanted->n && now->items[i].start == wanted->items[i].start;
}

/*
 * A write to `size` shortens the last range, or makes it longer if what is behind it is the first
 * that is free in the region; else memory comes from elsewhere. Then it is given back, and
 * `mapping` has to do: the memory is this device's alone, whatever name its range has until then.
 */
static int move_end(struct executor *p, const struct range_list *now,
		    const struct range_list *wanted, size_t common, struct failure *failure)
{
	_cleanup_(range_list_done) struct range_list after = { 0 };
	uint64_t size = common_bytes(wanted, common + 1);
	uint64_t before = common_bytes(now, common + 1);
	int r = 0;

	/* What is behind it goes, or would be what grows. */
	if (now->n > common + 1 && size > before)
		r = write_size(p, before, failure);
	if (r == 0)
		r = write_size(p, size, failure);
	if (r == 0)
		r = read_layout(p, &after, failure);
	if (r == 0 && range_list_common(&after, wanted) <= common)
		r = write_size(p, common_bytes(wanted, common), failure);
	return r;
}

static int give_back(struct executor *p, const struct range_list *now,
		     const struct range_list *wanted, struct failure *failure)
{
	size_t common = range_list_common(now, wanted);

	if (now->n <= common)
		return 0;
	if (ends_elsewhere(now, wanted, common))
		return move_end(p, now, wanted, common, failure);
	return write_size(p, common_bytes(wanted, common), failure);
}

static int add_ranges(struct executor *p, const struct range_list *wanted, struct failure *failure)
{
	_cleanup_(range_list_done) struct range_list now = { 0 };
	int r = read_layout(p, &now, failure);

	if (r == 0 && range_list_common(&now, wanted) < now.n)
		return failure_set(failure, REASON_NOT_VERIFIED, -EIO,
				   "%s still has memory that it was to give back", p->device);
	for (size_t i = now.n; r == 0 && i < wanted->n; i++)
		r = write_mapping(p, &wanted->items[i], failure);
	return r;
}

static int fail_verify(struct executor *p, const struct range_list *now,
		       const struct range_list *wanted, struct failure *failure)
{
	_cleanup_free_ char *is = range_list_print(now), *was_wanted = range_list_print(wanted);
	_cleanup_(string_done) struct string text = { 0 };

	if (!is || !was_wanted)
		return failure_oom(failure);
	range_list_describe(is, &text);
	string_add(&text, " instead of ");
	range_list_describe(was_wanted, &text);
	if (text.failed)
		return failure_oom(failure);
	return failure_set(failure, REASON_NOT_VERIFIED, -EIO, "%s has the memory %s", p->device,
			   text.s);
}

static int verify(struct executor *p, const struct range_list *wanted, struct failure *failure)
{
	_cleanup_(range_list_done) struct range_list now = { 0 };
	int r = read_layout(p, &now, failure);

	if (r == 0 && !range_list_is_same(&now, wanted))
		r = fail_verify(p, &now, wanted, failure);
	if (r == 0 && executor_relearn(p) < 0)
		r = failure_vanished(failure, p->device);
	return r;
}

/* A write that fails can leave a part of its change: begin from the ranges that are there. */
static int make_layout(struct executor *p, const struct range_list *wanted, struct failure *failure)
{
	_cleanup_(range_list_done) struct range_list now = { 0 };
	int r = read_layout(p, &now, failure);

	if (r == 0 && !range_list_is_same(&now, wanted)) {
		r = give_back(p, &now, wanted, failure);
		if (r == 0)
			r = add_ranges(p, wanted, failure);
	}
	return r < 0 ? r : verify(p, wanted, failure);
}

static int make_layout_of(struct executor *p, const char *text, struct failure *failure)
{
	_cleanup_(range_list_done) struct range_list wanted = { 0 };
	int r = range_list_parse(text, &wanted);

	if (r == -ENOMEM)
		return failure_oom(failure);
	if (r < 0)
		return failure_set(failure, REASON_WRITE_FAILED, r, "'%s' is not a list of ranges",
				   text);
	return make_layout(p, &wanted, failure);
}

int execute_resize_ranges(struct executor *p, const struct step *step, struct failure *failure)
{
	return make_layout_of(p, step->value, failure);
}

int execute_resize_undo_ranges(struct executor *p, const struct step *step, struct failure *failure)
{
	if (!step->before || (streq(step->before, LAYOUT_NOTHING) && driver_device_is_gone(p)))
		return 0;
	return make_layout_of(p, step->before, failure);
}

/* --- instances -------------------------------------------------------------------------------- */

static int fail_file(const char *what, const char *file, int r, struct failure *failure)
{
	return failure_set(failure, REASON_WRITE_FAILED, r, "cannot write %s to %s: %s", what, file,
			   strerror(-r));
}

/* The region's file next to the one that is known. */
static char *beside(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');
	char *path;

	return asprintf(&path, "%.*s/%s", (int)(slash - file), file, name) < 0 ? NULL : path;
}

static int delete_instance(struct executor *p, const char *name, const char *file,
			   struct failure *failure)
{
	int r = executor_write_ranges(p, file, name);

	return r < 0 ? fail_file(name, file, r, failure) : 0;
}

/* Nothing has given it memory: a new device is empty. */
static bool has_no_memory(struct executor *p)
{
	_cleanup_(failure_done) struct failure ignored = FAILURE_INIT;
	_cleanup_(range_list_done) struct range_list now = { 0 };

	return read_layout(p, &now, &ignored) == 0 && !now.n;
}

/*
 * Somebody else has created a device since the last look. The file names the youngest: that is ours
 * when the device of the wanted name does not exist, or has memory already, which we gave it none;
 * otherwise it is unknown which one is ours.
 */
static int fail_name(struct executor *p, const struct step *step, const char *name,
		     struct failure *failure)
{
	_cleanup_free_ char *file = beside(step->file, "delete");
	int r;

	if (!file)
		return failure_oom(failure);
	r = driver_device_is_gone(p) || !has_no_memory(p) ? delete_instance(p, name, file, failure)
							  : 0;
	if (r < 0)
		return r;
	return failure_set(failure, REASON_RACED, -EEXIST,
			   "the kernel created %s instead of %s: something else creates devices",
			   name, p->device);
}

int execute_resize_prepare_create(struct executor *p, struct failure *failure)
{
	return driver_device_is_gone(p) ? 0
					: failure_set(failure, REASON_RACED, -EEXIST,
						      "something else created %s", p->device);
}

int execute_resize_create(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_free_ char *name = NULL;
	int r = executor_write(p, step->file, "1");

	if (r < 0)
		return fail_file("1", step->file, r, failure);
	r = executor_read(p, step->file, &name);
	if (r < 0)
		return failure_set(failure, REASON_WRITE_FAILED, r, "cannot read %s: %s",
				   step->file, strerror(-r));
	if (!streq(name, p->device))
		return fail_name(p, step, name, failure);
	return executor_relearn(p) < 0 ? failure_vanished(failure, p->device) : 0;
}

static int verify_deleted(struct executor *p, struct failure *failure)
{
	return driver_device_is_gone(p)
		       ? 0
		       : failure_set(failure, REASON_NOT_VERIFIED, -EIO,
				     "%s still exists after it was deleted", p->device);
}

int execute_resize_delete(struct executor *p, const struct step *step, struct failure *failure)
{
	int r = check_has_no_driver(p, failure);

	if (r == 0)
		r = delete_instance(p, p->device, step->file, failure);
	return r < 0 ? r : verify_deleted(p, failure);
}

/* What was given to ours has been given back by now: one with memory is somebody else's. */
int execute_resize_undo_create(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_(range_list_done) struct range_list now = { 0 };
	_cleanup_free_ char *file = beside(step->file, "delete");
	const struct step delete = { .kind = STEP_DELETE, .file = file };
	int r;

	if (!file)
		return failure_oom(failure);
	if (driver_device_is_gone(p))
		return 0;
	r = read_layout(p, &now, failure);
	return r < 0 || now.n ? r : execute_resize_delete(p, &delete, failure);
}
