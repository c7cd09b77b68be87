/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/overview.h"

#include "base/array.h"
#include "base/parse.h"

#define DRIVERS_PATH "/sys/bus/dax/drivers"

void overview_done(struct overview *o)
{
	strv_done(&o->drivers);
	free(o->bound);
	free(o->held);
	*o = (struct overview){ 0 };
}

static int add_driver(void *data, const char *name)
{
	struct overview *o = data;

	return strv_push(&o->drivers, name);
}

/* A driver has files and a link to its module beside the links to its devices. */
static int add_bound(void *data, const char *name)
{
	struct overview *o = data;
	struct overview_driver bound = { .driver = o->drivers.n - 1 };

	if (parse_device_name(name, &bound.region, &bound.instance) < 0)
		return 0;
	return ARRAY_PUSH(o->bound, o->n_bound, bound);
}

static int compare_bound(const void *a, const void *b)
{
	const struct overview_driver *x = a, *y = b;

	return compare_u64(x->region, y->region) ?: compare_u64(x->instance, y->instance);
}

/* The devices of the driver that was added last. Those of one that cannot be listed are missing. */
static int list_bound(struct sysfs *fs, struct overview *o, const char *driver)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &dir, DRIVERS_PATH "/%s", driver)
			?: sysfs_list(&dir, add_bound, o);

	return r == -ENOMEM ? r : 0;
}

static int read_drivers(struct sysfs *fs, struct overview *o)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct overview names = { 0 };
	int r = sysfs_dir_open(fs, &dir, DRIVERS_PATH) ?: sysfs_list(&dir, add_driver, &names);

	if (r < 0)
		r = r == -ENOMEM ? r : 0;
	for (size_t i = 0; r == 0 && i < names.drivers.n; i++)
		r = strv_push(&o->drivers, names.drivers.items[i])
			    ?: list_bound(fs, o, names.drivers.items[i]);
	overview_done(&names);
	if (o->n_bound)
		qsort(o->bound, o->n_bound, sizeof(*o->bound), compare_bound);
	return r;
}

static int read_ranges(struct sysfs *fs, struct overview *o)
{
	_cleanup_free_ char *text = NULL;
	int r = sysfs_read_proc(fs, &text, "iomem")
			?: iomem_list_devices(text, &o->held, &o->n_held);

	return r == -ENOMEM ? r : 0;
}

int overview_read(struct sysfs *fs, bool with_ranges, struct overview *ret)
{
	struct overview o = { 0 };
	int r = read_drivers(fs, &o);

	if (r == 0 && with_ranges)
		r = read_ranges(fs, &o);
	if (r == 0)
		*ret = o;
	else
		overview_done(&o);
	return r;
}

const char *overview_find_driver(const struct overview *o, uint32_t region, uint32_t instance)
{
	const struct overview_driver key = { .region = region, .instance = instance };
	const struct overview_driver *bound, *end;

	if (!o->n_bound)
		return NULL;
	end = o->bound + o->n_bound;
	bound = bsearch(&key, o->bound, o->n_bound, sizeof(key), compare_bound);
	if (!bound || (bound > o->bound && compare_bound(bound - 1, bound) == 0) ||
	    (bound + 1 < end && compare_bound(bound, bound + 1) == 0))
		return NULL;
	return o->drivers.items[bound->driver];
}

const struct range *overview_find_range(const struct overview *o, uint32_t region,
					uint32_t instance)
{
	const char *driver = overview_find_driver(o, region, instance);
	const struct iomem_device *held;

	if (!driver || !streq(driver, "device_dax"))
		return NULL;
	held = iomem_find_device(o->held, o->n_held, region, instance);
	return held ? &held->range : NULL;
}
