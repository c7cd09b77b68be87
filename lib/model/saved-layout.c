/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "model/request.h"

/* --- one device ------------------------------------------------------------------------------- */

/* A layout can contain devices of /sys/class/dax, too. */
static int set_saved_mode(struct daxbus_request *how, const char *mode, struct daxbus_error *err)
{
	if (!mode || !streq(mode, request_mode_name(MODE_COMPAT)))
		return daxbus_request_set(how, "mode", mode ? mode : "none", err);
	how->mode = MODE_COMPAT;
	return 0;
}

static int set_word(struct daxbus_request *how, const char *name, const char *value,
		    struct daxbus_error *err)
{
	return value ? daxbus_request_set(how, name, value, err) : 0;
}

static int add_range(struct daxbus_request *how, const struct daxbus_range *range,
		     struct daxbus_error *err)
{
	if (range->start > range->end)
		return error_set(err, -EINVAL, "the range %s ends before it starts",
				 RANGE_TEXT(range));
	if (range_list_add(&how->layout, range->start, range->end) < 0)
		return error_oom(err);
	return 0;
}

static int set_how(struct daxbus_request *how, const struct daxbus_saved_device *device,
		   struct daxbus_error *err)
{
	int r = set_saved_mode(how, device->mode, err)
		?: set_word(how, "online", device->online, err)
		?: set_word(how, "memmap-on-memory", device->memmap_on_memory, err)
		?: daxbus_request_set_u64(how, "align", device->align, err);

	for (size_t i = 0; r == 0 && i < device->n_ranges; i++)
		r = add_range(how, &device->ranges[i], err);
	return r ?: request_check(how, err);
}

/* Add the name of the device in front of the message. */
static int name_device(const char *device, int r, struct daxbus_error *err)
{
	_cleanup_free_ char *message = NULL;

	if (r != -EINVAL || !err)
		return r;
	message = TAKE_PTR(err->message);
	return error_set(err, r, "%s: %s", device, message ? message : "out of memory");
}

/* The identity of its region: that of a device in a region that can be divided has an offset. */
static int set_identity(struct saved_device *saved, const char *identity)
{
	if (string_copy(&saved->identity, identity) < 0)
		return -ENOMEM;
	if (saved->identity)
		saved->identity[strcspn(saved->identity, "+")] = '\0';
	return 0;
}

static int set_saved(struct saved_device *saved, const struct daxbus_saved_device *device,
		     struct daxbus_error *err)
{
	saved->how.action = DAXBUS_CREATE;
	saved->how.count = 1;
	if (parse_device_name(device->device, &saved->region, &saved->instance) < 0)
		return error_set(err, -EINVAL, "'%s' is not a device name such as dax0.0",
				 device->device);
	if (string_copy(&saved->name, device->device) < 0 ||
	    string_copy(&saved->provider, device->provider) < 0 ||
	    string_copy(&saved->path, device->path) < 0 ||
	    set_identity(saved, device->identity) < 0)
		return error_oom(err);
	saved->has_zone = device->online;
	return name_device(saved->name, set_how(&saved->how, device, err), err);
}

/* --- all devices: each name once, ranges that do not overlap ---------------------------------- */

/* A range and its device. */
struct owned {
	struct range range;
	const struct saved_device *owner;
};

static int compare_owned(const void *a, const void *b)
{
	const struct owned *x = a, *y = b;

	return compare_u64(x->range.start, y->range.start);
}

static int compare_saved(const void *a, const void *b)
{
	const struct saved_device *const *x = a, *const *y = b;

	return compare_u64((*x)->region, (*y)->region)
		       ?: compare_u64((*x)->instance, (*y)->instance);
}

static int check_names(const struct daxbus_request *request, struct daxbus_error *err)
{
	_cleanup_free_ const struct saved_device **order =
		calloc(request->n_saved + 1, sizeof(const struct saved_device *));

	if (!order)
		return error_oom(err);
	for (size_t i = 0; i < request->n_saved; i++)
		order[i] = &request->saved[i];
	qsort(order, request->n_saved, sizeof(*order), compare_saved);
	for (size_t i = 1; i < request->n_saved; i++)
		if (compare_saved(&order[i - 1], &order[i]) == 0)
			return error_set(err, -EINVAL, "%s appears twice", order[i]->name);
	return 0;
}

static size_t count_ranges(const struct daxbus_request *request)
{
	size_t n = 0;

	for (size_t i = 0; i < request->n_saved; i++)
		n += request->saved[i].how.layout.n;
	return n;
}

static int check_apart(const struct owned *all, size_t n, struct daxbus_error *err)
{
	for (size_t i = 1; i < n; i++)
		if (all[i].range.start <= all[i - 1].range.end)
			return error_set(err, -EINVAL, "%s of %s and %s of %s overlap",
					 RANGE_TEXT(&all[i - 1].range), all[i - 1].owner->name,
					 RANGE_TEXT(&all[i].range), all[i].owner->name);
	return 0;
}

static int check_ranges(const struct daxbus_request *request, struct daxbus_error *err)
{
	_cleanup_free_ struct owned *all = calloc(count_ranges(request) + 1, sizeof(*all));
	size_t n = 0;

	if (!all)
		return error_oom(err);
	for (size_t i = 0; i < request->n_saved; i++)
		for (size_t k = 0; k < request->saved[i].how.layout.n; k++)
			all[n++] = (struct owned){ request->saved[i].how.layout.items[k],
						   &request->saved[i] };
	qsort(all, n, sizeof(*all), compare_owned);
	return check_apart(all, n, err);
}

_public_ int daxbus_request_set_layout(struct daxbus_request *request,
				       const struct daxbus_saved_device *devices, size_t n,
				       struct daxbus_error *error)
{
	int r = 0;

	if (request->action != DAXBUS_CREATE)
		return error_set(error, -EINVAL,
				 "a saved layout can only be used to create devices");
	request->restore = true;
	for (size_t i = 0; r == 0 && i < n; i++) {
		/* Count it before it is filled, so that the caller releases it with the others. */
		if (ARRAY_PUSH(request->saved, request->n_saved, (struct saved_device){ 0 }) < 0)
			return error_oom(error);
		r = set_saved(&request->saved[request->n_saved - 1], &devices[i], error);
	}
	return r ?: check_names(request, error) ?: check_ranges(request, error);
}
