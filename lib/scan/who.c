/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/who.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/string.h"
#include "base/utf8.h"
#include "parsers/mountinfo.h"
#include "parsers/numa.h"
#include "scan/holders.h"
#include "scan/node-bound.h"
#include "scan/node-usage.h"
#include "scan/node-users.h"
#include "scan/udev.h"

/*
 * @walk: the walk over the processes
 * @d: the device
 * @row: bytes of the current process
 * @namespaces: mount namespaces that have been searched
 * @nd_region: directory of its region of the nd bus, with "/" at the end; NULL: none
 */
struct who_search {
	struct process_walk *walk;
	const struct device *d;
	struct who *who;
	struct who_row row;
	struct strv namespaces;
	char *nd_region;
};

/* --- a process -------------------------------------------------------------------------------- */

/* Name, unit and container of the current process. */
static int describe_process(const struct process_walk *walk, struct who_row *row)
{
	row->pid = (unsigned int)strtoul(walk->pid, NULL, 10);
	return process_walk_name(&walk->proc, walk->pid, &row->name)
		       ?: process_walk_place(walk, &row->unit, &row->container);
}

/* Add a row of the device; @row has what is known beside it, and is taken. */
static int add_row(struct who_search *search, enum who_way way, const char *detail,
		   struct who_row *row)
{
	row->way = who_word(way);
	if (string_copy(&row->device, search->d->name.v) < 0 ||
	    (detail && string_copy(&row->detail, detail) < 0)) {
		who_row_done(row);
		return -ENOMEM;
	}
	utf8_hide_controls(row->detail);
	return who_take(search->who, row);
}

static int add_process(struct who_search *search, enum who_way way, const char *detail,
		       struct who_row *row)
{
	int r = describe_process(search->walk, row);

	if (r < 0) {
		who_row_done(row);
		return r;
	}
	return add_row(search, way, detail, row);
}

/* --- files that can hold pages ---------------------------------------------------------------- */

/* A row if there are such files. Pipes, which most processes have, are no reason for one. */
static int add_may_hold(struct who_search *search, unsigned int kinds)
{
	_cleanup_(string_done) struct string t = { 0 };

	if (!node_users_is_strong(kinds))
		return 0;
	node_users_add_kinds(kinds, &t);
	return t.failed ? -ENOMEM : add_process(search, WHO_MAY, t.s, &(struct who_row){ 0 });
}

/* --- file systems ----------------------------------------------------------------------------- */

/* famfs is mounted from the device itself, others from a block device of the same nd region. */
static bool is_on_device(const struct who_search *search, const struct mountinfo *m)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *path = NULL;
	const char *name = strrchr(m->source, '/');

	if (name && streq(name + 1, search->d->name.v))
		return true;
	return search->nd_region && m->major &&
	       sysfs_dir_open(search->walk->proc.fs, &dir, "/sys/dev/block") == 0 &&
	       sysfs_read_link(&dir, &path, "%" PRIu32 ":%" PRIu32, m->major, m->minor) == 0 &&
	       starts_with(path, search->nd_region);
}

static int look_at_mount_of(void *data, char *line)
{
	struct who_search *search = data;
	_cleanup_free_ char *detail = NULL;
	struct who_row row = { 0 };
	struct mountinfo m;

	if (!mountinfo_parse(line, &m) || !is_on_device(search, &m))
		return 0;
	if (string_format(&detail, "%s of %s", m.type, m.source) < 0 ||
	    string_copy(&row.name, m.directory) < 0)
		return -ENOMEM;
	utf8_hide_controls(row.name);
	row.pid = (unsigned int)strtoul(search->walk->pid, NULL, 10);
	return add_row(search, WHO_MOUNTED, detail, &row);
}

/*
 * Each mount namespace once: the process is the first one that has it, and is still there. The
 * kernel says EINVAL for the mounts of a process that has ended.
 */
static int find_mounts(struct who_search *search)
{
	const struct sysfs_dir *proc = &search->walk->proc;
	const char *pid = search->walk->pid;
	_cleanup_free_ char *namespace = NULL;
	int r = sysfs_read_link_name(proc, &namespace, "%s/ns/mnt", pid);

	if (r == 0 && !strv_has(&search->namespaces, namespace))
		r = sysfs_read_lines(proc, look_at_mount_of, search, "%s/mountinfo", pid)
			    ?: strv_push(&search->namespaces, namespace);
	return process_walk_note(search->walk, r == -EINVAL ? 0 : r);
}

/* "/sys/devices/.../ndbus0/region0/" of "/devices/.../ndbus0/region0/dax0.1". */
static int find_nd_region(struct who_search *search)
{
	const struct region *region = search->d->region;
	const char *slash;

	if (!known_as(&search->d->provider, "pmem") || region->path.is != DAXBUS_KNOWN)
		return 0;
	slash = strrchr(region->path.v, '/');
	return slash ? string_format(&search->nd_region, "/sys%.*s",
				     (int)(slash - region->path.v) + 1, region->path.v)
		     : 0;
}

/* --- a device that programs use --------------------------------------------------------------- */

static int examine_holder(void *data)
{
	struct who_search *search = data;
	bool open = false, mapped = false;
	unsigned int kinds = 0;
	int r = holders_process_holds(search->walk, search->d->major.v, search->d->minor.v, &open,
				      &mapped);

	if (r == 0 && open)
		r = add_process(search, WHO_OPEN, NULL, &(struct who_row){ 0 });
	if (r == 0 && mapped)
		r = add_process(search, WHO_MAPPED, NULL, &(struct who_row){ 0 });
	if (r == 0)
		r = find_mounts(search) ?: node_users_find_kinds(search->walk, &kinds);
	return r ?: add_may_hold(search, kinds);
}

/* --- the memory of a node --------------------------------------------------------------------- */

static int count_map(void *data, const char *thread _unused_, char *line)
{
	struct who_search *search = data;
	struct who_row *row = &search->row;
	uint64_t *const kinds[] = { [NUMA_ANON] = &row->anon,
				    [NUMA_FILE] = &row->file,
				    [NUMA_SHMEM] = &row->shmem,
				    [NUMA_HUGE] = &row->huge };
	uint64_t bytes = numa_maps_bytes(line, search->d->target_node.v);
	uint64_t *kind = kinds[numa_map_kind(line)];

	if (__builtin_add_overflow(row->bytes, bytes, &row->bytes))
		row->bytes = UINT64_MAX;
	if (__builtin_add_overflow(*kind, bytes, kind))
		*kind = UINT64_MAX;
	return 0;
}

static int examine_node_user(void *data)
{
	struct who_search *search = data;
	struct who_row row;
	unsigned int kinds;
	int r;

	search->row = (struct who_row){ 0 };
	r = process_walk_mappings(search->walk, "numa_maps", count_map, search);
	if (r < 0 || !search->row.bytes)
		return r;
	r = node_users_find_kinds(search->walk, &kinds);
	if (r < 0)
		return r;
	row = search->row;
	return add_process(search, WHO_MEMORY,
			   kinds && !node_users_is_strong(kinds) ? "has pipes" : NULL, &row)
		       ?: add_may_hold(search, kinds);
}

static int add_bound_process(void *data, struct process_walk *walk, const char *how)
{
	struct who_search *search = data;

	search->walk = walk;
	return add_process(search, WHO_BOUND, how, &(struct who_row){ 0 });
}

/* A walk of its own, because what binds a process is in every thread. */
static int find_bound(struct sysfs *fs, const struct progress_fn *progress_fn,
		      struct who_search *search)
{
	_cleanup_(process_walk_done) struct process_walk walk = PROCESS_WALK_INIT;
	int r;

	walk.progress_fn = progress_fn;
	r = node_bound_find(&walk, fs, search->d->target_node.v, add_bound_process, search);
	search->who->incomplete |= walk.incomplete || r < 0;
	return r == -EINTR ? r : error_keep_oom(r);
}

static int add_node_bytes(struct who_search *search, enum who_way way, const struct opt_u64 *bytes,
			  const char *detail)
{
	struct who_row row = { .bytes = bytes->v };

	return is_known(bytes) && bytes->v ? add_row(search, way, detail, &row) : 0;
}

static int find_kernel_memory(struct sysfs *fs, struct who_search *search)
{
	struct node_usage use;
	int r = node_usage_read(fs, search->d->target_node.v, &use);

	if (r < 0)
		return r;
	return add_node_bytes(search, WHO_HUGE, &use.huge, "pools, used or not")
		       ?: add_node_bytes(search, WHO_KERNEL, &use.kernel, "at least; cannot move");
}

static int find_what_onlines(struct sysfs *fs, const struct log *log, struct who_search *search)
{
	struct onliners onliners = { 0 };
	int r = udev_find_onliners(fs, log, &onliners);

	for (size_t i = 0; r == 0 && i < onliners.n; i++) {
		const struct onliner *o = &onliners.items[i];
		struct who_row row = { 0 };

		r = string_copy(&row.name, o->name)
			    ?: add_row(search, WHO_ONLINES, *o->word ? o->word : NULL, &row);
	}
	onliner_done(&onliners);
	return r;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* By way, then with most memory first. */
static int compare_rows(const void *a, const void *b)
{
	const struct who_row *x = a, *y = b;
	enum who_way i = 0, j = 0;

	while (!streq(x->way, who_word(i)))
		i++;
	while (!streq(y->way, who_word(j)))
		j++;
	return compare_u64(i, j) ?: compare_u64(y->bytes, x->bytes) ?: compare_u64(x->pid, y->pid);
}

static int walk_for(struct sysfs *fs, const struct progress_fn *progress_fn,
		    struct who_search *search, int (*examine)(void *data))
{
	_cleanup_(process_walk_done) struct process_walk walk = PROCESS_WALK_INIT;
	int r;

	walk.progress_fn = progress_fn;
	search->walk = &walk;
	r = process_walk_run(&walk, fs, examine, search);
	search->walk = NULL;
	search->who->incomplete |= walk.incomplete || r < 0;
	return r == -EINTR ? r : error_keep_oom(r);
}

static int find_users(struct sysfs *fs, const struct log *log,
		      const struct progress_fn *progress_fn, struct who_search *search)
{
	const struct device *d = search->d;

	if (known_as(&d->mode, "kmem") && is_known(&d->target_node))
		return walk_for(fs, progress_fn, search, examine_node_user)
			       ?: find_bound(fs, progress_fn, search)
			       ?: find_kernel_memory(fs, search)
			       ?: find_what_onlines(fs, log, search);
	if (d->driver.is == DAXBUS_KNOWN && is_known(&d->major) && is_known(&d->minor))
		return find_nd_region(search) ?: walk_for(fs, progress_fn, search, examine_holder);
	return 0;
}

int who_read(struct sysfs *fs, const struct log *log, const struct progress_fn *progress_fn,
	     const struct device *d, struct who *add_to)
{
	struct who_search search = { .d = d, .who = add_to };
	size_t before = add_to->n;
	int r;

	r = find_users(fs, log, progress_fn, &search);
	strv_done(&search.namespaces);
	free(search.nd_region);
	if (add_to->n > before)
		qsort(add_to->items + before, add_to->n - before, sizeof(*add_to->items),
		      compare_rows);
	return r;
}
