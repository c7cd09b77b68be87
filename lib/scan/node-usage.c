/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/node-usage.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/string.h"
#include "parsers/numa.h"
#include "parsers/zoneinfo.h"
#include "scan/node-users.h"

#define NODE_DIRECTORY "/sys/devices/system/node/node%" PRIu64

/* --- what is used, and free ------------------------------------------------------------------- */

static uint64_t subtract(uint64_t from, uint64_t what)
{
	return what < from ? from - what : 0;
}

/* A sum of values; those that a kernel does not have add nothing. */
static uint64_t sum_of(const char *meminfo, const char *const names[], size_t n)
{
	uint64_t sum = 0, v;

	for (size_t i = 0; i < n; i++)
		if (numa_meminfo_find(meminfo, names[i], &v) == 0 &&
		    __builtin_add_overflow(sum, v, &sum))
			return UINT64_MAX;
	return sum;
}
#define SUM_OF(meminfo, ...)                                                                       \
	sum_of(meminfo, (const char *const[]){ __VA_ARGS__ },                                      \
	       ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ })))

/* What the kernel gives back without moving it: file pages that are on the disk too, and slabs. */
static uint64_t droppable(const char *meminfo)
{
	uint64_t clean = subtract(SUM_OF(meminfo, "FilePages"),
				  SUM_OF(meminfo, "Shmem", "Dirty", "Writeback"));
	uint64_t slabs = SUM_OF(meminfo, "SReclaimable");

	return __builtin_add_overflow(clean, slabs, &clean) ? UINT64_MAX : clean;
}

static void split(const char *meminfo, struct node_usage *ret)
{
	uint64_t total, unused;

	if (numa_meminfo_find(meminfo, "MemTotal", &total) < 0 ||
	    numa_meminfo_find(meminfo, "MemFree", &unused) < 0)
		return;
	ret->used = known(subtract(subtract(total, unused), droppable(meminfo)));
	ret->free = known(total - ret->used.v);
	ret->clean = known(droppable(meminfo));
	ret->tables = known(SUM_OF(meminfo, "SUnreclaim", "KernelStack", "PageTables"));
	ret->kernel = ret->tables;
}

/*
 * What is neither free nor in one of the lists of pages that can move is the kernel's: beside slabs
 * and tables it is in pipes, sockets and drivers, which no counter of the node has. Pages on the
 * lists of processors are free.
 */
static void find_kernel(const char *meminfo, struct node_usage *use)
{
	uint64_t total, rest;

	/* Where it is unknown how much is on these lists, all could be. */
	if (!is_known(&use->kernel) || !is_known(&use->huge) || !is_known(&use->cached) ||
	    numa_meminfo_find(meminfo, "Active", &rest) < 0 ||
	    numa_meminfo_find(meminfo, "MemTotal", &total) < 0)
		return;
	rest = SUM_OF(meminfo, "MemFree", "Active", "Inactive", "Unevictable", "SReclaimable");
	rest = subtract(subtract(subtract(total, rest), use->huge.v), use->cached.v);
	if (rest > use->kernel.v)
		use->kernel = known(rest);
}

/* --- hugetlb ---------------------------------------------------------------------------------- */

struct pools {
	const struct sysfs_dir *dir;
	struct huge_pools *list;
	uint64_t bytes;
	bool unknown;
};

/* "hugepages-2048kB" */
static bool parse_pool(const char *name, uint64_t *ret_size)
{
	static const char prefix[] = "hugepages-";
	const char *s;

	if (!starts_with(name, prefix))
		return false;
	s = numa_take_number(name + strlen(prefix), ret_size);
	return s && streq(s, "kB") && !__builtin_mul_overflow(*ret_size, 1024, ret_size);
}

static int add_pool(void *data, const char *name)
{
	struct pools *pools = data;
	struct huge_pool pool;
	uint64_t bytes;

	if (!parse_pool(name, &pool.size))
		return 0;
	if (sysfs_read_u64(pools->dir, &pool.pages, 10, "%s/nr_hugepages", name) < 0 ||
	    __builtin_mul_overflow(pool.size, pool.pages, &bytes) ||
	    __builtin_add_overflow(pools->bytes, bytes, &pools->bytes))
		pools->unknown = true;
	else if (pool.pages && pools->list->n < HUGE_POOLS_MAX)
		pools->list->items[pools->list->n++] = pool;
	return 0;
}

/* A kernel without hugetlb has no such directory. */
static int read_pools(struct sysfs *fs, uint64_t node, struct node_usage *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	struct pools pools = { .dir = &dir, .list = &ret->pools };
	int r = sysfs_dir_open(fs, &dir, NODE_DIRECTORY "/hugepages", node)
			?: sysfs_list(&dir, add_pool, &pools);

	ret->huge = (r == 0 || r == -ENOENT) && !pools.unknown ? known(pools.bytes) : unknown();
	return r == -ENOMEM ? r : 0;
}

/* --- readers ---------------------------------------------------------------------------------- */

static int read_meminfo(struct sysfs *fs, uint64_t node, char **ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(fs, &dir, NODE_DIRECTORY, node);

	return r < 0 ? r : sysfs_read_file(&dir, ret, "meminfo");
}

static struct opt_u64 read_cached(struct sysfs *fs, uint64_t node)
{
	_cleanup_free_ char *text = NULL;
	struct zone_pages pages;
	uint64_t bytes;

	if (sysfs_read_proc(fs, &text, "zoneinfo") < 0 || zoneinfo_find(text, node, &pages) < 0 ||
	    __builtin_mul_overflow(pages.cached, (uint64_t)sysconf(_SC_PAGESIZE), &bytes))
		return unknown();
	return known(bytes);
}

int node_usage_read(struct sysfs *fs, uint64_t node, struct node_usage *ret)
{
	_cleanup_free_ char *meminfo = NULL;
	int r = read_meminfo(fs, node, &meminfo);

	*ret = (struct node_usage){ .used = unknown(),
				    .free = unknown(),
				    .kernel = unknown(),
				    .tables = unknown(),
				    .huge = unknown(),
				    .clean = unknown(),
				    .cached = read_cached(fs, node) };
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	split(meminfo, ret);
	r = read_pools(fs, node, ret);
	find_kernel(meminfo, ret);
	return r;
}

/* What a node adds to MemAvailable. Return: 0; errno of its file. */
static int read_share(struct sysfs *fs, uint64_t node, uint64_t *ret)
{
	_cleanup_free_ char *meminfo = NULL;
	uint64_t unused;
	int r = read_meminfo(fs, node, &meminfo);

	*ret = 0;
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	r = numa_meminfo_find(meminfo, "MemFree", &unused);
	if (r == 0 && __builtin_add_overflow(unused, droppable(meminfo), ret))
		*ret = UINT64_MAX;
	return r;
}

int node_usage_read_elsewhere(struct sysfs *fs, uint64_t node, struct opt_u64 *ret)
{
	_cleanup_free_ char *meminfo = NULL;
	uint64_t available, share = 0;
	int r = sysfs_read_proc(fs, &meminfo, "meminfo");

	*ret = unknown();
	if (r == 0)
		r = numa_meminfo_find(meminfo, "MemAvailable", &available);
	if (r == 0)
		r = read_share(fs, node, &share);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (!__builtin_add_overflow(subtract(available, share), SUM_OF(meminfo, "SwapFree"),
				    &available))
		*ret = known(available);
	return 0;
}

/* --- who has it ------------------------------------------------------------------------------- */

static int explain_bytes(const struct opt_u64 *bytes, const char *before, const char *after,
			 struct strv *ret)
{
	struct string t = { 0 };

	if (!is_known(bytes) || !bytes->v)
		return 0;
	string_add(&t, "%s", before);
	string_add_size(&t, bytes->v);
	string_add(&t, "%s", after);
	return strv_push_take(ret, string_take(&t));
}

static int explain_kernel(const struct node_usage *use, struct strv *ret)
{
	struct string t = { 0 };

	if (!is_known(&use->kernel) || !use->kernel.v)
		return 0;
	string_add(&t, "at least ");
	string_add_size(&t, use->kernel.v);
	string_add(&t, " there cannot move: the kernel itself holds it, ");
	string_add_size(&t, use->tables.v);
	string_add(&t, " in slabs, stacks and page tables, the rest in pipes, sockets and drivers");
	return strv_push_take(ret, string_take(&t));
}

int node_usage_explain(struct sysfs *fs, const struct progress_fn *progress_fn, uint64_t node,
		       struct strv *ret)
{
	struct node_users users;
	struct node_usage use;
	return node_usage_read(fs, node, &use)
		?: node_users_read(fs, progress_fn, node, &users)
		?: explain_kernel(&use, ret)
		?: node_users_explain_pinners(&users, ret)
		?: explain_bytes(&use.huge, "hugetlb pools hold ", " there", ret)
		?: node_users_explain_most(&users, ret);
}
