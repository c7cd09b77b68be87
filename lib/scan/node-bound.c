/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/node-bound.h"

#include <errno.h>
#include <unistd.h>

#include "base/string.h"
#include "base/utf8.h"
#include "parsers/numa.h"
#include "parsers/zoneinfo.h"
#include "scan/process-walk.h"

/*
 * @walk: the walk over the processes; its current process is being searched
 * @with_memory: the nodes that have memory now
 * @namespaces: the mount namespaces that have been searched
 * @may_use: the cpuset of the thread allows the node
 * @has_maps: mappings were found; the threads of a process share them
 * @was_read: all mappings of a thread were
 * @how: what binds it: "bind:1"; NULL until that is found
 * @fn: called for each process that is bound
 */
struct bound_search {
	struct process_walk *walk;
	uint64_t node;
	struct numa_nodes with_memory;
	struct strv namespaces;
	bool may_use;
	bool has_maps;
	bool was_read;
	char *how;
	int (*fn)(void *data, struct process_walk *walk, const char *how);
	void *data;
};

static void bound_search_done(struct bound_search *search)
{
	strv_done(&search->namespaces);
	free(search->how);
}

static bool needs_node(struct bound_search *search, const char *list)
{
	int r = numa_needs_node(list, search->node, &search->with_memory);

	if (r < 0)
		search->walk->incomplete = true;
	return r > 0;
}

/* --- cpusets ---------------------------------------------------------------------------------- */

static int look_at_status(void *data, char *line)
{
	static const char key[] = "Mems_allowed_list:";
	struct bound_search *search = data;

	if (!starts_with(line, key))
		return 0;
	line += strlen(key);
	line += strspn(line, " \t");
	search->may_use = numa_has_node(line, search->node) != 0;
	return needs_node(search, line) ? 1 : 0;
}

/* "0::/far", or of cgroup v1 "5:cpuset:/far" */
static int look_at_cgroup(void *data, char *line)
{
	char **ret = data, *controllers = strchr(line, ':');
	char *path = controllers ? strchr(controllers + 1, ':') : NULL;
	bool is_v1 = path && path > controllers + 1;

	if (!path || (is_v1 ? !strstr(controllers, "cpuset") : *ret != NULL))
		return 0;
	utf8_hide_controls(path);
	return string_replace(ret, path + 1) ?: is_v1;
}

static int describe_cpuset(struct bound_search *search, const char *thread)
{
	_cleanup_free_ char *cgroup = NULL;
	int r = sysfs_read_lines(&search->walk->proc, look_at_cgroup, &cgroup, "%s/cgroup", thread);

	if (r == -ENOMEM)
		return r;
	return string_format(&search->how, "cpuset of %s", cgroup ?: "?");
}

static int look_for_cpuset(struct bound_search *search, const char *thread)
{
	int r;

	search->may_use = true;
	r = sysfs_read_lines(&search->walk->proc, look_at_status, search, "%s/status", thread);

	return r > 0 ? describe_cpuset(search, thread) : process_walk_note(search->walk, r);
}

/* --- policies --------------------------------------------------------------------------------- */

#define END_OF_THREAD 1

/*
 * Threads share mappings, and all of these were read for the first thread. What differs is the
 * policy of the thread, which a mapping without a policy of its own shows. "default" is that of a
 * thread without one.
 */
static int look_at_map(void *data, const char *thread _unused_, char *line)
{
	struct bound_search *search = data;
	_cleanup_free_ char *policy = NULL;
	const char *nodes;
	int r = numa_map_policy(line, &policy);

	search->has_maps = true;
	if (r < 0)
		return process_walk_note(search->walk, r);
	nodes = numa_policy_bound(policy);
	if (nodes && needs_node(search, nodes)) {
		search->how = TAKE_PTR(policy);
		return END_OF_THREAD;
	}
	return search->was_read && streq(policy, "default") ? END_OF_THREAD : 0;
}

/* A kernel without CONFIG_NUMA has no such file. */
static int look_for_policy(struct bound_search *search, const char *thread)
{
	int r = process_walk_lines(search->walk, thread, "numa_maps", look_at_map, search);

	/* A first thread that has ended shows none. */
	search->was_read |= r == 0 && search->has_maps;
	return r > 0 ? 0 : process_walk_note(search->walk, r);
}

/* --- mounts ----------------------------------------------------------------------------------- */

/*
 * A process that writes to a tmpfs allocates by its policy, and the OOM killer chooses among all
 * processes then. The kernel never gives such a policy other nodes.
 */
static int look_at_mount(void *data, char *line)
{
	struct bound_search *search = data;
	_cleanup_free_ char *directory = NULL, *policy = NULL;
	const char *nodes;
	int r = numa_mount_policy(line, &directory, &policy);

	if (r < 0)
		return error_keep_oom(r);
	nodes = numa_policy_bound(policy);
	if (!nodes || !needs_node(search, nodes))
		return 0;
	utf8_hide_controls(directory);
	return string_format(&search->how, "tmpfs on %s, %s", directory, policy) ?: 1;
}

/* Each mount namespace is searched once, in the first thread that has it. */
static int look_for_mount(struct bound_search *search, const char *thread)
{
	const struct sysfs_dir *proc = &search->walk->proc;
	_cleanup_free_ char *namespace = NULL;
	int r = sysfs_read_link_name(proc, &namespace, "%s/ns/mnt", thread);

	if (r == 0 && strv_has(&search->namespaces, namespace))
		return 0;
	if (r == 0)
		r = strv_push(&search->namespaces, namespace);
	if (r == 0)
		r = sysfs_read_lines(proc, look_at_mount, search, "%s/mounts", thread);
	/* The thread has ended since. */
	if (r == -EINVAL)
		r = 0;
	return r > 0 ? 0 : process_walk_note(search->walk, r);
}

/* --- processes -------------------------------------------------------------------------------- */

static int look_for_binding(struct bound_search *search)
{
	const struct strv *threads = &search->walk->threads;
	int r = 0;

	search->has_maps = search->was_read = false;
	for (size_t i = 0; r == 0 && !search->how && i < threads->n; i++) {
		r = look_for_mount(search, threads->items[i]);
		if (r == 0 && !search->how)
			r = look_for_cpuset(search, threads->items[i]);
		/* The kernel ignores a policy without a node that the cpuset allows. */
		if (r == 0 && !search->how && search->may_use)
			r = look_for_policy(search, threads->items[i]);
	}
	return r;
}

static int search_process(void *data)
{
	struct bound_search *search = data;
	int r = look_for_binding(search);

	if (r == 0 && search->how)
		r = search->fn(search->data, search->walk, search->how);
	free(search->how);
	search->how = NULL;
	return r;
}

static int read_nodes(struct sysfs *fs, struct numa_nodes *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *list = NULL;

	return sysfs_dir_open(fs, &dir, "/sys/devices/system/node")
		       ?: sysfs_read_str(&dir, &list, "has_memory") ?: numa_parse_nodes(list, ret);
}

int node_bound_find(struct process_walk *walk, struct sysfs *fs, uint64_t node,
		    int (*fn)(void *data, struct process_walk *walk, const char *how), void *data)
{
	_cleanup_(bound_search_done) struct bound_search search = {
		.walk = walk, .node = node, .fn = fn, .data = data
	};

	return read_nodes(fs, &search.with_memory)
		       ?: process_walk_run(walk, fs, search_process, &search);
}

static int add_bound(void *data _unused_, struct process_walk *walk, const char *how)
{
	return process_walk_add(walk, how);
}

int node_bound_read(struct sysfs *fs, const struct progress_fn *progress_fn, uint64_t node,
		    struct opt_strv *ret)
{
	_cleanup_(process_walk_done) struct process_walk walk = PROCESS_WALK_INIT;

	ret->is = DAXBUS_UNKNOWN;
	if (!sysfs_is_live(fs))
		return 0;
	walk.progress_fn = progress_fn;
	return process_walk_result(&walk, node_bound_find(&walk, fs, node, add_bound, NULL), ret);
}

/* --- the node --------------------------------------------------------------------------------- */

int node_bound_read_online(struct sysfs *fs, uint64_t node, struct opt_u64 *ret)
{
	_cleanup_free_ char *text = NULL;
	struct zone_pages pages;
	uint64_t n;
	int r = sysfs_read_proc(fs, &text, "zoneinfo") ?: zoneinfo_find(text, node, &pages);

	*ret = unknown();
	if (r == 0 && !__builtin_add_overflow(pages.movable, pages.kernel, &n) &&
	    !__builtin_mul_overflow(n, (uint64_t)sysconf(_SC_PAGESIZE), &n))
		*ret = known(n);
	return error_keep_oom(r);
}
