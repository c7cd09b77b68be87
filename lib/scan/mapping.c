/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/mapping.h"

#include <inttypes.h>

#include "base/parse.h"
#include "scan/attribute.h"
#include "scan/provider.h"

/* @n is the number in its name: what mappings are in the order of where offsets are not told. */
static int add_mapping(struct device *d, uint64_t n, struct opt_u64 start, struct opt_u64 end,
		       struct opt_u64 offset)
{
	struct mapping *m = snapshot_add_mapping(d);

	if (!m)
		return -ENOMEM;
	m->start = start;
	m->end = end;
	m->page_offset = offset;
	m->first = is_known(&offset) ? offset.v : n;
	m->size = unknown();
	if (!is_known(&start) || !is_known(&end) || start.v > end.v) {
		d->ranges = DAXBUS_UNKNOWN;
		return 0;
	}
	/* The whole address space has a size that no number holds. */
	if (end.v - start.v != UINT64_MAX)
		m->size = known(end.v - start.v + 1);
	return 0;
}

static struct opt_u64 read_number(const struct sysfs_dir *parent, const char *at, uint64_t n,
				  const char *name)
{
	return attribute_u64(parent, 16, "%s/mapping%" PRIu64 "/%s", at, n, name);
}

struct mapping_walk {
	const struct sysfs_dir *parent;
	const char *at;
	struct device *device;
};

/* mappingN are directories; dynamic devices have a file named mapping beside them. */
static int take_mapping(void *data, const char *name)
{
	struct mapping_walk *walk = data;
	uint64_t n;

	if (parse_numbered(name, "mapping", &n) < 0 || n > UINT32_MAX)
		return 0;
	return add_mapping(walk->device, n, read_number(walk->parent, walk->at, n, "start"),
			   read_number(walk->parent, walk->at, n, "end"),
			   read_number(walk->parent, walk->at, n, "page_offset"));
}

static int compare_starts(const void *a, const void *b)
{
	const struct mapping *const *x = a, *const *y = b;

	return compare_u64((*x)->start.v, (*y)->start.v);
}

void mapping_doubt_overlaps(const struct mapping **mappings, size_t n)
{
	size_t last = 0; /* the one that reaches furthest so far */

	qsort(mappings, n, sizeof(*mappings), compare_starts);
	for (size_t i = 1; i < n; i++) {
		const struct mapping *m = mappings[i], *before = mappings[last];

		if (m->start.v <= before->end.v)
			m->device->ranges = before->device->ranges = DAXBUS_UNKNOWN;
		if (m->end.v > before->end.v)
			last = i;
	}
}

/*
 * No byte of a device is in it twice. What says otherwise was changed while it was read, or never
 * came from a kernel.
 */
static int check_overlap(const struct device *d)
{
	_cleanup_free_ const struct mapping **mappings = calloc(d->n_mappings, sizeof(*mappings));

	if (!mappings)
		return -ENOMEM;
	for (size_t i = 0; i < d->n_mappings; i++)
		mappings[i] = &d->mappings[i];
	mapping_doubt_overlaps(mappings, d->n_mappings);
	return 0;
}

static int read_all_mappings(const struct sysfs_dir *parent, const char *at, struct device *d)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct mapping_walk walk = { parent, at, d };
	int r = sysfs_dir_open(parent->fs, &dir, "%s/%s", parent->path, at)
			?: sysfs_list(&dir, take_mapping, &walk);

	if (r == -ENOMEM)
		return r;
	if (r < 0 || !d->n_mappings)
		d->ranges = DAXBUS_UNKNOWN;
	snapshot_sort_mappings(d);
	return d->ranges == DAXBUS_KNOWN ? check_overlap(d) : 0;
}

/* A device of one mapping ends where its size says. */
static int read_only_mapping(const struct sysfs_dir *parent, const char *at, struct device *d,
			     struct opt_u64 start)
{
	if (start.v > UINT64_MAX - d->size.v)
		return read_all_mappings(parent, at, d);
	return add_mapping(d, 0, start, known(start.v + d->size.v - 1), known(0));
}

static int read_mappings(const struct sysfs_dir *parent, const char *at, struct device *d,
			 bool in_full)
{
	struct opt_u64 start = read_number(parent, at, 0, "start");

	if (in_full || !is_known(&start) || sysfs_has(parent, "%s/mapping1", at))
		return read_all_mappings(parent, at, d);
	return read_only_mapping(parent, at, d, start);
}

/*
 * The running kernel lets a process that reads mappingN and one that removes it wait for each other
 * (io/range-lock.h). It reads `resource` without a lock, and only that is necessary if there is one
 * range. An empty device, whose size the caller has seen, would show the start of its region there.
 */
static struct opt_u64 read_resource(const struct sysfs_dir *parent, const char *at)
{
	if (!sysfs_is_host(parent->fs) || sysfs_is_observed(parent->fs) ||
	    sysfs_has(parent, "%s/mapping1", at))
		return unknown();
	return attribute_u64(parent, 16, "%s/resource", at);
}

static int read_files(const struct sysfs_dir *parent, const char *at, struct device *d,
		      bool in_full)
{
	struct opt_u64 start = read_resource(parent, at);

	if (is_known(&start))
		return read_only_mapping(parent, at, d, start);
	if (!provider_is_leaving(parent))
		return read_mappings(parent, at, d, in_full);
	d->ranges = DAXBUS_UNKNOWN;
	return 0;
}

int mapping_read(const struct sysfs_dir *parent, const char *at, struct device *d,
		 const struct range *range, bool in_full)
{
	d->ranges = DAXBUS_KNOWN;
	if (!is_known(&d->size)) {
		d->ranges = DAXBUS_UNKNOWN;
		return 0;
	}
	if (d->size.v == 0) {
		d->ranges = DAXBUS_NONE;
		return 0;
	}
	if (range && !in_full)
		return add_mapping(d, 0, known(range->start), known(range->end), known(0));
	return read_files(parent, at, d, in_full);
}
