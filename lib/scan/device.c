/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/device.h"

#include "base/parse.h"
#include "base/string.h"
#include "model/fields.h"
#include "model/request.h"
#include "scan/attribute.h"
#include "scan/flags.h"
#include "scan/mapping.h"

static int set_mode(struct device *d)
{
	enum mode mode = d->is_class ? MODE_COMPAT : request_mode_of_driver(d->driver.v);

	d->mode.is = d->driver.is == DAXBUS_UNKNOWN ? DAXBUS_UNKNOWN : DAXBUS_NONE;
	return mode ? snapshot_str_set(&d->mode, request_mode_name(mode)) : 0;
}

static int set_state(struct device *d)
{
	if (d->driver.is == DAXBUS_UNKNOWN) {
		d->state.is = DAXBUS_UNKNOWN;
		return 0;
	}
	/*
	 * A class device has no driver link: its nd parent's driver offers it for as long as it is
	 * there.
	 */
	return snapshot_str_set(
		&d->state, d->is_class || d->driver.is == DAXBUS_KNOWN ? "enabled" : "disabled");
}

static int take_uevent_line(struct device *d, char *line)
{
	char *equals = strchr(line, '=');
	uint64_t number;

	if (!equals)
		return 0;
	*equals++ = '\0';
	if (streq(line, "DRIVER") && *equals)
		return snapshot_str_set(&d->driver, equals);
	if (streq(line, "MAJOR") && parse_u64(equals, 10, &number) == 0)
		d->major = known(number);
	if (streq(line, "MINOR") && parse_u64(equals, 10, &number) == 0)
		d->minor = known(number);
	if (streq(line, "DEVNAME") && *equals) {
		free(d->chardev.v);
		d->chardev.is = DAXBUS_KNOWN;
		return string_format(&d->chardev.v, "/dev/%s", equals);
	}
	return 0;
}

/* One read says what the link `driver` and the file `dev` say in two. */
static int read_uevent(const struct sysfs_dir *parent, const char *at, struct device *d)
{
	_cleanup_free_ char *uevent = NULL;
	int r = sysfs_read_str(parent, &uevent, "%s/uevent", at);
	char *rest = uevent, *line;

	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		d->driver.is = d->chardev.is = DAXBUS_UNKNOWN;
		d->major = d->minor = unknown();
		return 0;
	}
	while ((line = strsep(&rest, "\n"))) {
		r = take_uevent_line(d, line);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The kernel's word for "no node" is -1. */
static int read_numa_node(const struct sysfs_dir *parent, const char *at, struct device *d)
{
	_cleanup_free_ char *text = NULL;
	int r = sysfs_read_str(parent, &text, "%s/numa_node", at);

	if (r == -ENOMEM)
		return r;
	if (r == 0 && streq(text, "-1"))
		r = -ENOENT;
	else if (r == 0)
		r = parse_u64(text, 10, &d->numa_node.v);
	d->numa_node.is = presence_of(r);
	return 0;
}

static int read_detail(const struct sysfs_dir *parent, const char *at, struct device *d)
{
	int r = read_numa_node(parent, at, d);

	if (r < 0)
		return r;
	d->memmap_on_memory = attribute_u64(parent, 10, "%s/memmap_on_memory", at);
	return attribute_str(parent, &d->kernel_state, "%s/state", at);
}

/*
 * The kernel keeps the node in the region, so that the first device asked answers for all of them.
 * A copy is read device by device later on, so that it must have the attribute of each.
 */
static void read_target_node(const struct sysfs_dir *parent, const char *at, struct device *d)
{
	if (d->region->target_node.is == DAXBUS_UNKNOWN)
		d->region->target_node = attribute_u64(parent, 10, "%s/target_node", at);
	else if (sysfs_is_observed(parent->fs))
		(void)attribute_u64(parent, 10, "%s/target_node", at);
	d->target_node = d->region->target_node;
}

/*
 * A device without memory shows, as the place where it is, where its region begins (resource_show()
 * in drivers/dax/bus.c). Any of them will do.
 */
static void read_region_start(const struct sysfs_dir *parent, const char *at, struct device *d)
{
	if (d->ranges == DAXBUS_NONE && !is_known(&d->region->start))
		d->region->start = attribute_u64(parent, 16, "%s/resource", at);
}

/* Attributes that few devices need for their flags. */
static int read_for_flags(const struct sysfs_dir *parent, const char *at, struct device *d)
{
	if (flags_need_align(d))
		d->align = attribute_u64(parent, 10, "%s/align", at);
	if (known_as(&d->mode, "kmem") && d->kernel_state.is == DAXBUS_UNKNOWN)
		return attribute_str(parent, &d->kernel_state, "%s/state", at);
	return 0;
}

/* From the overview, if that has it, and the number of the device is not needed. */
static int read_driver(const struct sysfs_dir *parent, const char *at, struct device *d,
		       const struct overview *overview, unsigned int needs)
{
	const char *driver = NULL;

	if (!(needs & NEED_UEVENT)) {
		d->driver.is = DAXBUS_UNKNOWN;
		return 0;
	}
	if (!(needs & NEED_NUMBER) && !d->is_class)
		driver = overview_find_driver(overview, (uint32_t)d->region_id.v, d->instance);
	return driver ? snapshot_str_set(&d->driver, driver) : read_uevent(parent, at, d);
}

int device_read(const struct sysfs_dir *parent, const char *at, struct device *d,
		const struct overview *overview, const struct range *range, unsigned int needs)
{
	int r = 0;

	d->size = d->align = d->target_node = d->numa_node = d->memmap_on_memory = unknown();
	d->kernel_state.is = DAXBUS_UNKNOWN;
	r = read_driver(parent, at, d, overview, needs) ?: set_mode(d) ?: set_state(d);
	if (needs & NEED_SIZE)
		d->size =
			range ? known(range_size(range)) : attribute_u64(parent, 10, "%s/size", at);
	if (needs & NEED_ALIGN)
		d->align = attribute_u64(parent, 10, "%s/align", at);
	if (needs & NEED_TARGET_NODE)
		read_target_node(parent, at, d);
	if (r == 0 && needs & NEED_DETAIL)
		r = read_detail(parent, at, d);
	if (r == 0 && needs & (NEED_RANGES | NEED_MAPPINGS))
		r = mapping_read(parent, at, d, range, needs & NEED_MAPPINGS);
	if (r == 0 && needs & NEED_START)
		read_region_start(parent, at, d);
	if (r == 0 && needs & NEED_FLAGS)
		r = read_for_flags(parent, at, d);
	return r;
}
