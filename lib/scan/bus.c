/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/bus.h"

#include <stdarg.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "io/range-lock.h"
#include "scan/attribute.h"
#include "scan/device.h"
#include "scan/flags.h"
#include "scan/free-space.h"
#include "scan/memory.h"
#include "scan/node.h"
#include "scan/orphan.h"
#include "scan/overview.h"
#include "scan/provider.h"

/*
 * With fewer devices, their files are read sooner than the links of all drivers, and /proc/iomem,
 * which has a hundred lines for the rest of the machine.
 */
#define OVERVIEW_MIN 32

/* A device by its name, before anything of it has been read. */
struct entry {
	char *name;
	uint32_t region;
	uint32_t instance;
	bool is_class;
	bool candidate; /* the selection can name it */
	bool is_read;
};

struct scan {
	struct sysfs *fs;
	const struct log *log;
	const struct selectors *selection;
	unsigned int needs;
	struct daxbus_snapshot *snapshot;
	struct daxbus_error *err;

	struct sysfs_dir bus;	/* /sys/bus/dax/devices */
	struct sysfs_dir class; /* /sys/class/dax */
	struct entry *entries;
	size_t n_entries;
	bool listed;	  /* the entries are all there are, not only those that were named */
	bool ranges_busy; /* another process changes ranges */

	/* Of many devices, or empty. */
	bool may_use_overview;
	struct overview overview;

	/*
	 * The parent of the devices read last. Devices are read in the order of their names, so
	 * those of a region follow each other, its directory is opened once, and no machine has too
	 * many regions for the limit on open files.
	 */
	struct region *region;
	struct sysfs_dir parent;
	char *parent_path;
};

static void scan_done(struct scan *scan)
{
	sysfs_dir_done(&scan->bus);
	sysfs_dir_done(&scan->class);
	sysfs_dir_done(&scan->parent);
	free(scan->parent_path);
	for (size_t i = 0; i < scan->n_entries; i++)
		free(scan->entries[i].name);
	free(scan->entries);
	overview_done(&scan->overview);
	daxbus_snapshot_free(scan->snapshot);
}

int bus_note(struct daxbus_snapshot *s, const char *format, ...)
{
	_cleanup_free_ char *note = NULL;
	va_list args;
	int r;

	va_start(args, format);
	r = string_vformat(&note, format, args);
	va_end(args);
	return r ?: snapshot_strv_add(&s->bus.notes, note);
}

unsigned int bus_close_needs(unsigned int needs)
{
	if (needs & NEED_FLAGS)
		needs |= NEED_MEMORY | NEED_RANGES | NEED_SIZE | NEED_DRIVER;
	if (needs & (NEED_MEMORY | NEED_BLOCKS))
		needs |= NEED_RANGES | NEED_TARGET_NODE | NEED_DRIVER;
	if (needs & NEED_ORPHANS)
		needs |= NEED_RANGES;
	if (needs & NEED_IDENTITY)
		needs |= NEED_DRIVER;
	if (needs & (NEED_FREE | NEED_IDENTITY))
		needs |= NEED_START;
	if (needs & NEED_START)
		needs |= NEED_RANGES | NEED_REGION;
	if (needs & NEED_FREE)
		needs |= NEED_AVAILABLE;
	if (needs & (NEED_RANGES | NEED_MAPPINGS))
		needs |= NEED_SIZE;
	if (needs & NEED_NODE_FACTS)
		needs |= NEED_TARGET_NODE | NEED_DRIVER;
	return needs;
}

/* --- which devices there are ------------------------------------------------------------------ */

struct bus_listing {
	struct scan *scan;
	const struct sysfs_dir *dir; /* @scan->bus or @scan->class */
};

static int add_entry(void *data, const char *name)
{
	const struct bus_listing *listing = data;
	struct scan *scan = listing->scan;
	struct entry e = { .is_class = listing->dir == &scan->class };
	_cleanup_free_ char *copy = NULL;

	if (parse_device_name(name, &e.region, &e.instance) < 0)
		return bus_note(scan->snapshot, "ignored '%s' in %s: not the name of a device",
				name, listing->dir->path);
	e.candidate = selectors_may_name(scan->selection, name, e.region);
	copy = strdup(name);
	e.name = copy;
	if (!copy || ARRAY_PUSH(scan->entries, scan->n_entries, e) < 0)
		return -ENOMEM;
	TAKE_PTR(copy);
	return 0;
}

static bool has_entry(const struct scan *scan, const char *name)
{
	for (size_t i = 0; i < scan->n_entries; i++)
		if (streq(scan->entries[i].name, name))
			return true;
	return false;
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return compare_u64(x->region, y->region) ?: compare_u64(x->instance, y->instance);
}

static int open_model(struct scan *scan, struct sysfs_dir *dir, const char *path, const char *model)
{
	int r = sysfs_dir_open(scan->fs, dir, "%s", path);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = snapshot_strv_add(&scan->snapshot->bus.models, model);
	return r < 0 ? error_set(scan->err, r, "cannot read %s: %s", path, strerror(-r)) : 0;
}

/* One directory of devices: the bus or the class, if it is there. */
static int list_model(struct scan *scan, const struct sysfs_dir *dir)
{
	struct bus_listing listing = { scan, dir };
	int r = dir->path ? sysfs_list(dir, add_entry, &listing) : 0;

	return r < 0 ? error_set(scan->err, r, "cannot read %s: %s", dir->path, strerror(-r)) : 0;
}

/* Once: devices that were found by their names are then there twice, as candidates both. */
static int list_models(struct scan *scan)
{
	int r;

	if (scan->listed)
		return 0;
	scan->listed = true;
	r = list_model(scan, &scan->bus);
	return r == 0 ? list_model(scan, &scan->class) : r;
}

/* A device that is named is found by its name: what it costs does not grow with the others. */
static int find_named(struct scan *scan)
{
	const struct sysfs_dir *dirs[] = { &scan->bus, &scan->class };
	const char *name;
	int r = 0;

	for (size_t i = 0; r == 0 && (name = selectors_add_name(scan->selection, i)); i++)
		for (size_t k = 0; r == 0 && k < ARRAY_SIZE(dirs); k++) {
			struct bus_listing listing = { scan, dirs[k] };

			if (!has_entry(scan, name) && dirs[k]->path &&
			    sysfs_has(dirs[k], "%s", name))
				r = add_entry(&listing, name);
		}
	return r;
}

static int find_devices(struct scan *scan)
{
	int r = selectors_add_name(scan->selection, 0) ? find_named(scan) : list_models(scan);

	if (scan->n_entries)
		qsort(scan->entries, scan->n_entries, sizeof(*scan->entries), compare_entries);
	return r;
}

/* --- regions ---------------------------------------------------------------------------------- */

static int read_provider(const struct sysfs_dir *parent, struct region *region)
{
	static const struct {
		const char *subsystem;
		const char *provider;
	} providers[] = { { "nd", "pmem" }, { "platform", "hmem" }, { "cxl", "cxl" } };
	_cleanup_free_ char *subsystem = NULL;
	int r = sysfs_read_link_name(parent, &subsystem, "subsystem");

	if (r == -ENOMEM)
		return r;
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(providers); i++)
		if (streq(subsystem, providers[i].subsystem))
			return snapshot_str_set(&region->provider, providers[i].provider);
	return snapshot_str_set(&region->provider, "unknown");
}

/* The kernel reads this one with the lock that it holds while it removes the region. */
static struct opt_u64 read_available_size(const struct scan *scan, const struct region *region)
{
	const struct sysfs_dir *parent = &scan->parent;
	struct opt_u64 ret = unknown();

	if ((scan->needs & NEED_AVAILABLE || scan->overview.n_held) && !provider_is_leaving(parent))
		return attribute_u64(parent, 10, "dax_region/available_size");
	if (region->size.is != DAXBUS_UNKNOWN && !sysfs_has(parent, "dax_region/available_size"))
		ret.is = DAXBUS_NONE;
	return ret;
}

/*
 * A region has no device of its own: it is the directory dax_region of its devices' parent. The
 * kernel has no attribute that says whether it is dynamic; only dynamic regions have available_size
 * (dax_region_visible() in drivers/dax/bus.c).
 */
static void read_region_attributes(const struct scan *scan, struct region *region)
{
	region->size = attribute_u64(&scan->parent, 10, "dax_region/size");
	region->align = attribute_u64(&scan->parent, 10, "dax_region/align");
	region->available_size = read_available_size(scan, region);
	if (region->size.is == DAXBUS_KNOWN || region->available_size.is != DAXBUS_UNKNOWN)
		region->dynamic = known(region->available_size.is != DAXBUS_NONE);
	else
		region->dynamic = unknown();
	region->creatable = region->available_size.is == DAXBUS_UNKNOWN
				    ? unknown()
				    : known(region->available_size.v > 0);
}

static struct region *find_region(const struct scan *scan, const char *path, uint32_t id)
{
	for (size_t i = scan->snapshot->n_regions; i-- > 0;) {
		struct region *region = scan->snapshot->regions[i];

		if (region->id.v == id && streq(region->path.v, path))
			return region;
	}
	return NULL;
}

static int add_region(struct scan *scan, const char *path, uint32_t id)
{
	struct region *region = snapshot_add_region(scan->snapshot);
	int r;

	if (!region)
		return -ENOMEM;
	region->id = known(id);
	r = snapshot_str_set(&region->path, path);
	if (r < 0)
		return r;
	r = read_provider(&scan->parent, region);
	if (r < 0)
		return r;
	region->size = region->align = region->available_size = unknown();
	region->dynamic = region->creatable = unknown();
	region->target_node = region->start = region->largest_free = unknown();
	region->free_is = DAXBUS_UNKNOWN;
	if (scan->needs & NEED_REGION || scan->overview.n_held)
		read_region_attributes(scan, region);
	scan->region = region;
	return 0;
}

/* Make @path, the parent of a device, the one that is being read. */
static int enter_region(struct scan *scan, const char *path, uint32_t id)
{
	const char *below = starts_with(path, "/sys/") ? path + 4 : path;
	int r;

	if (scan->parent_path && streq(scan->parent_path, path) && scan->region->id.v == id)
		return 0;
	if (string_replace(&scan->parent_path, path) < 0)
		return -ENOMEM;
	sysfs_dir_done(&scan->parent);
	r = sysfs_dir_open(scan->fs, &scan->parent, "%s", path);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		/* Its values are then unknown, each read of an unopened directory being an error.
		 */
		scan->parent = (struct sysfs_dir){ .fs = scan->fs, .fd = -1, .path = strdup(path) };
		if (!scan->parent.path)
			return -ENOMEM;
		r = bus_note(scan->snapshot, "cannot open %s: %s", path, strerror(-r));
		if (r < 0)
			return r;
	}
	scan->region = find_region(scan, below, id);
	return scan->region ? 0 : add_region(scan, below, id);
}

/* --- devices ---------------------------------------------------------------------------------- */

static bool is_dynamic(const struct region *region)
{
	return is_known(&region->dynamic) && region->dynamic.v && is_known(&region->size);
}

/* Only where its size can be checked in the end: see regions_add_up(). */
static const struct range *find_range(const struct scan *scan, const struct entry *e)
{
	if (e->is_class || !is_dynamic(scan->region))
		return NULL;
	return overview_find_range(&scan->overview, e->region, e->instance);
}

static int add_device(struct scan *scan, const struct entry *e, const char *at)
{
	struct device *d = snapshot_add_device(scan->snapshot, scan->region);
	unsigned int needs = scan->needs;
	int r;

	if (!d)
		return -ENOMEM;
	if (scan->ranges_busy) {
		needs &= ~(unsigned int)(NEED_RANGES | NEED_MAPPINGS);
		d->ranges = DAXBUS_UNKNOWN;
	}
	d->is_class = e->is_class;
	d->region_id = known(e->region);
	d->instance = e->instance;
	r = snapshot_str_set(&d->name, e->name)
		?: snapshot_str_set(&d->provider, scan->region->provider.v)
		?: snapshot_str_set(&d->model, e->is_class ? "class" : "bus");
	return r == 0 ? device_read(&scan->parent, at, d, &scan->overview, find_range(scan, e),
				    needs)
		      : r;
}

/*
 * Where a device stands: below its parent on the bus (.../hmem.0/dax0.0), one level deeper in the
 * class (.../dax2.0/dax/dax2.0).
 */
static int read_entry(struct scan *scan, struct entry *e)
{
	const struct sysfs_dir *dir = e->is_class ? &scan->class : &scan->bus;
	_cleanup_free_ char *path = NULL, *at = NULL;
	char *name, *between = NULL;
	int r = sysfs_read_link(dir, &path, "%s", e->name);

	e->is_read = true;
	if (r == -ENOMEM)
		return r;
	if (r == -ENOENT) {
		log_debug(scan->log, "%s vanished while the bus was being read", e->name);
		return 0;
	}
	name = r == 0 ? string_cut_path_name(path) : NULL;
	if (name && e->is_class)
		between = string_cut_path_name(path);
	if (!name || !streq(name, e->name) || (e->is_class && !between))
		return bus_note(scan->snapshot, "ignored '%s' in %s: not a link to a device",
				e->name, dir->path);
	return string_format(&at, "%s%s%s", between ?: "", between ? "/" : "", name)
		?: enter_region(scan, path, e->region)
		?: add_device(scan, e, at);
}

/* --- the machine ------------------------------------------------------------------------------ */

static int read_bus(struct scan *scan)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir root = SYSFS_DIR_INIT;
	struct bus *bus = &scan->snapshot->bus;
	int r = sysfs_dir_open(scan->fs, &root, "/");

	if (r < 0)
		return error_set(scan->err, r, "cannot open the root of the tree: %s",
				 strerror(-r));
	bus->models.is = bus->notes.is = DAXBUS_KNOWN;
	bus->block_size = unknown();
	bus->auto_online.is = bus->memmap_policy.is = DAXBUS_UNKNOWN;
	r = attribute_str(&root, &bus->kernel, "proc/sys/kernel/osrelease");
	if (r < 0 || !(scan->needs & NEED_POLICY))
		return r;
	bus->block_size = attribute_u64(&root, 16, "sys/devices/system/memory/block_size_bytes");
	if (is_known(&bus->block_size) && !is_power_of_two(bus->block_size.v))
		bus->block_size = unknown();
	r = attribute_str(&root, &bus->auto_online, "sys/devices/system/memory/auto_online_blocks");
	if (r < 0)
		return r;
	return attribute_str(&root, &bus->memmap_policy,
			     "sys/module/memory_hotplug/parameters/memmap_on_memory");
}

/*
 * Captured trees have the files of each device, and an observer must hear of them. The sizes of
 * regions can be checked only if all devices are read.
 */
static bool wants_overview(const struct scan *scan)
{
	if (!scan->may_use_overview || scan->n_entries < OVERVIEW_MIN || !sysfs_is_live(scan->fs) ||
	    sysfs_is_observed(scan->fs))
		return false;
	for (size_t i = 0; i < scan->n_entries; i++)
		if (!scan->entries[i].candidate)
			return false;
	return scan->needs & (NEED_DRIVER | NEED_SIZE);
}

/*
 * Whether the sizes of the devices of each region and what is available in it are its size. If not,
 * devices changed while they were read, or a range is not in /proc/iomem.
 */
static bool regions_add_up(const struct scan *scan)
{
	const struct daxbus_snapshot *s = scan->snapshot;

	for (size_t i = 0; i < s->n_devices;) {
		const struct region *region = s->devices[i]->region;
		uint64_t size = region->available_size.v;

		for (; i < s->n_devices && s->devices[i]->region == region; i++)
			size += s->devices[i]->size.v;
		if (is_dynamic(region) && size != region->size.v)
			return false;
	}
	return true;
}

static int read_candidates(struct scan *scan)
{
	int r = 0;

	if (wants_overview(scan))
		r = overview_read(scan->fs, scan->needs & NEED_SIZE, &scan->overview);

	for (size_t i = 0; r == 0 && i < scan->n_entries; i++)
		if (scan->entries[i].candidate)
			r = read_entry(scan, &scan->entries[i]);
	if (r == 0 && scan->overview.n_held && !regions_add_up(scan))
		return -EAGAIN;
	return r;
}

/* Whether @id is that of one of the @n regions found first. */
static bool has_region(const struct scan *scan, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n; i++)
		if (scan->snapshot->regions[i]->id.v == id)
			return true;
	return false;
}

/* The free space of a region depends on all of its devices, selected or not. */
static int read_rest_of_regions(struct scan *scan)
{
	size_t n = scan->snapshot->n_regions;
	int r = n ? list_models(scan) : 0;

	for (size_t i = 0; r == 0 && i < scan->n_entries; i++)
		if (!scan->entries[i].candidate && has_region(scan, n, scan->entries[i].region))
			r = read_entry(scan, &scan->entries[i]);
	return r;
}

/* CXL regions have an attribute for their start, and static ones are their device. */
static bool lacks_start(const struct region *region)
{
	return !is_known(&region->start) && is_dynamic(region) &&
	       !known_as(&region->provider, "cxl");
}

/* Kernels since 7.0 show the start of a divided region only if all its devices are known. */
static int read_for_start(struct scan *scan)
{
	struct daxbus_snapshot *s = scan->snapshot;
	bool lacking = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_regions; i++) {
		if (lacks_start(s->regions[i]))
			r = free_space_find_start(scan->fs, s, s->regions[i]);
		lacking |= lacks_start(s->regions[i]);
	}
	return r == 0 && lacking ? read_rest_of_regions(scan) : r;
}

static int count_hmem(void *data, const char *name)
{
	size_t *n = data;

	if (!starts_with(name, "hmem."))
		return 0;
	++*n;
	return 1;
}

/* Whether there may be hmem regions beside the one that was read. */
static bool may_have_more_hmem(struct scan *scan)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	size_t n = 0;

	if (sysfs_dir_open(scan->fs, &dir, "/sys/bus/platform/drivers/hmem") < 0 ||
	    sysfs_list(&dir, count_hmem, &n) < 0)
		return true;
	return n > 1;
}

static bool has_possible_phantom(const struct scan *scan)
{
	for (size_t i = 0; i < scan->snapshot->n_devices; i++)
		if (flags_may_be_phantom(scan->snapshot->devices[i]))
			return true;
	return false;
}

/* Devices of regions other than those of the @n_read first devices that may be phantoms. */
static int read_other_regions(struct scan *scan, size_t n_read)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < scan->n_entries; i++) {
		struct entry *e = &scan->entries[i];
		bool is_left = !e->candidate && !e->is_read, wanted = false;

		for (size_t k = 0; k < n_read && !wanted && is_left; k++)
			wanted = scan->snapshot->devices[k]->region_id.v != e->region &&
				 flags_may_be_phantom(scan->snapshot->devices[k]);
		if (wanted)
			r = read_entry(scan, e);
	}
	return r;
}

/*
 * Whether a device duplicates another is seen only beside the devices of other regions: read those
 * too.
 */
static int read_possible_originals(struct scan *scan)
{
	int r = 0;

	if (!has_possible_phantom(scan))
		return 0;
	if (selectors_add_name(scan->selection, 0)) {
		if (!may_have_more_hmem(scan))
			return 0;
		r = list_models(scan);
	}
	return r == 0 ? read_other_regions(scan, scan->snapshot->n_devices) : r;
}

static int read_devices(struct scan *scan)
{
	int r = read_candidates(scan);

	if (r == 0 && scan->needs & NEED_FREE)
		r = read_rest_of_regions(scan);
	else if (r == 0 && scan->needs & NEED_START)
		r = read_for_start(scan);
	if (r == 0 && scan->needs & (NEED_FLAGS | NEED_IDENTITY))
		r = read_possible_originals(scan);
	return r;
}

/* The running kernel would let this process and one that changes a size wait for each other. */
static int read_devices_locked(struct scan *scan)
{
	_cleanup_close_ int lock = -1;

	if (scan->needs & (NEED_RANGES | NEED_MAPPINGS) && sysfs_is_host(scan->fs))
		scan->ranges_busy = range_lock_share(&lock) < 0;
	return read_devices(scan);
}

static int read_everything(struct scan *scan)
{
	int r = read_bus(scan)
		?: open_model(scan, &scan->bus, "/sys/bus/dax/devices", "bus")
		?: open_model(scan, &scan->class, "/sys/class/dax", "class")
		?: find_devices(scan)
		?: read_devices_locked(scan);

	if (r == 0 && scan->needs & NEED_RANGES && !(scan->needs & NEED_ORPHANS))
		r = orphan_add_devices(scan->fs, scan->selection, scan->snapshot);
	if (r == 0 && scan->needs & (NEED_MEMORY | NEED_BLOCKS))
		r = memory_read(scan->fs, scan->log, scan->snapshot, scan->needs);
	if (r == 0 && scan->needs & NEED_FLAGS)
		r = flags_read(scan->fs, scan->snapshot);
	if (r == 0 && scan->needs & NEED_NODE_FACTS)
		r = node_read(scan->fs, scan->snapshot);
	return r;
}

/* Return: beyond that of bus_read(): -EAGAIN if the overview turned out to be wrong. */
static int read_once(const struct scan *from, bool may_use_overview, struct daxbus_snapshot **ret)
{
	_cleanup_(scan_done) struct scan scan = *from;
	int r;

	scan.may_use_overview = may_use_overview;
	scan.snapshot = snapshot_new();
	if (!scan.snapshot)
		return -ENOMEM;
	r = read_everything(&scan);
	if (r == 0)
		*ret = TAKE_PTR(scan.snapshot);
	return r;
}

int bus_read(struct sysfs *fs, const struct log *log, const struct selectors *selection,
	     unsigned int needs, struct daxbus_snapshot **ret, struct daxbus_error *err)
{
	const struct scan scan = {
		.fs = fs,
		.log = log,
		.selection = selection,
		.needs = bus_close_needs(needs),
		.err = err,
		.bus = SYSFS_DIR_INIT,
		.class = SYSFS_DIR_INIT,
		.parent = SYSFS_DIR_INIT,
	};
	int r = read_once(&scan, true, ret);

	if (r == -EAGAIN) {
		log_debug(log, "devices and /proc/iomem do not agree: reading each device");
		r = read_once(&scan, false, ret);
	}
	return r == -ENOMEM ? error_oom(err) : r;
}
