/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/node-bound.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/parse.h"
#include "base/string.h"
#include "base/strv.h"
#include "parsers/numa.h"
#include "parsers/zoneinfo.h"
#include "scan/holders.h"

/* So many are named. */
#define NAMED_MAX 5

/*
 * @proc: the directory /proc
 * @with_memory: the nodes that have memory now
 * @pid: the process that is being searched
 * @has_maps: mappings were found; the threads of a process share them
 * @was_read: all mappings of a thread were
 * @how: what binds it: "bind:1"; NULL until that is found
 * @incomplete: something could not be searched
 * @n: processes found
 * @bound: describes the first of them
 */
struct bound_search {
	const struct sysfs_dir *proc;
	uint64_t node;
	struct numa_nodes with_memory;
	const char *pid;
	bool has_maps;
	bool was_read;
	char *how;
	bool incomplete;
	uint64_t n;
	struct strv *bound;
};

static void bound_search_done(struct bound_search *search)
{
	free(search->how);
}

/* A process that is gone is bound to nothing. */
static int note_failure(struct bound_search *search, int r)
{
	if (r < 0 && r != -ENOMEM && r != -ENOENT && r != -ESRCH)
		search->incomplete = true;
	return r == -ENOMEM ? r : 0;
}

static bool needs_node(struct bound_search *search, const char *list)
{
	int r = numa_needs_node(list, search->node, &search->with_memory);

	if (r < 0)
		search->incomplete = true;
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
	return needs_node(search, line + strspn(line, " \t")) ? 1 : 0;
}

/* "0::/far", or of cgroup v1 "5:cpuset:/far" */
static int look_at_cgroup(void *data, char *line)
{
	char **ret = data, *controllers = strchr(line, ':');
	char *path = controllers ? strchr(controllers + 1, ':') : NULL;
	bool is_v1 = path && path > controllers + 1;

	if (!path || (is_v1 ? !strstr(controllers, "cpuset") : *ret != NULL))
		return 0;
	string_hide_controls(path);
	return string_replace(ret, path + 1) ?: is_v1;
}

static int describe_cpuset(struct bound_search *search, const char *task)
{
	_cleanup_free_ char *cgroup = NULL;
	int r = sysfs_read_lines(search->proc, look_at_cgroup, &cgroup, "%s/task/%s/cgroup",
				 search->pid, task);

	if (r == -ENOMEM)
		return r;
	return string_format(&search->how, "cpuset of %s", cgroup ?: "?");
}

static int look_for_cpuset(struct bound_search *search, const char *task)
{
	int r = sysfs_read_lines(search->proc, look_at_status, search, "%s/task/%s/status",
				 search->pid, task);

	return r > 0 ? describe_cpuset(search, task) : note_failure(search, r);
}

/* --- policies --------------------------------------------------------------------------------- */

#define END_OF_THREAD 1

/*
 * Threads share mappings, and all of these were read for the first thread. What differs is the
 * policy of the thread, which a mapping without a policy of its own shows. "default" is that of a
 * thread without one.
 */
static int look_at_map(void *data, char *line)
{
	struct bound_search *search = data;
	_cleanup_free_ char *policy = NULL;
	const char *nodes;
	int r = numa_map_policy(line, &policy);

	search->has_maps = true;
	if (r < 0)
		return note_failure(search, r);
	nodes = numa_policy_bound(policy);
	if (nodes && needs_node(search, nodes)) {
		search->how = TAKE_PTR(policy);
		return END_OF_THREAD;
	}
	return search->was_read && streq(policy, "default") ? END_OF_THREAD : 0;
}

/* A kernel without CONFIG_NUMA has no such file. */
static int look_for_policy(struct bound_search *search, const char *task)
{
	int r = sysfs_read_lines(search->proc, look_at_map, search, "%s/task/%s/numa_maps",
				 search->pid, task);

	/* Of a first thread that has ended there is none to be seen. */
	search->was_read |= r == 0 && search->has_maps;
	return r > 0 ? 0 : note_failure(search, r);
}

/* --- processes -------------------------------------------------------------------------------- */

static int examine_task(void *data, const char *name)
{
	struct bound_search *search = data;
	int r;

	if (search->how)
		return 0;
	r = look_for_cpuset(search, name);
	if (r == 0 && !search->how)
		r = look_for_policy(search, name);
	return r;
}

static int examine_tasks(struct bound_search *search)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir tasks = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(search->proc->fs, &tasks, "/proc/%s/task", search->pid);

	search->has_maps = search->was_read = false;
	if (r == 0)
		r = sysfs_list(&tasks, examine_task, search);
	return note_failure(search, r);
}

static int add_process(struct bound_search *search)
{
	_cleanup_free_ char *name = NULL;
	char *s;
	int r;

	if (search->n++ >= NAMED_MAX)
		return 0;
	r = holders_process_name(search->proc, search->pid, &name);
	if (r == -ENOMEM)
		return r;
	return string_format(&s, "%s (%s): %s", name ?: "?", search->pid, search->how)
		       ?: strv_push_take(search->bound, s);
}

static int search_process(void *data, const char *name)
{
	struct bound_search *search = data;
	uint64_t pid;
	int r;

	if (parse_u64(name, 10, &pid) < 0 || holders_process_has_no_program(search->proc, name))
		return 0;
	search->pid = name;
	r = examine_tasks(search);
	if (r == 0 && search->how)
		r = add_process(search);
	free(search->how);
	search->how = NULL;
	return r;
}

static int add_rest(const struct bound_search *search)
{
	char *s;

	if (search->n <= NAMED_MAX)
		return 0;
	return string_format(&s, "and %" PRIu64 " more", search->n - NAMED_MAX)
		       ?: strv_push_take(search->bound, s);
}

static int read_nodes(struct sysfs *fs, struct numa_nodes *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_free_ char *list = NULL;

	return sysfs_dir_open(fs, &dir, "/sys/devices/system/node")
		       ?: sysfs_read_str(&dir, &list, "has_memory") ?: numa_parse_nodes(list, ret);
}

static int search_processes(struct bound_search *search)
{
	int r = read_nodes(search->proc->fs, &search->with_memory);

	if (r < 0)
		return r;
	search->incomplete = !holders_are_visible(search->proc);
	return sysfs_list(search->proc, search_process, search) ?: add_rest(search);
}

int node_bound_read(struct sysfs *fs, uint64_t node, struct opt_strv *ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir proc = SYSFS_DIR_INIT;
	_cleanup_(bound_search_done) struct bound_search search = { .proc = &proc,
								    .node = node,
								    .bound = &ret->v };
	int r;

	ret->is = DAXBUS_UNKNOWN;
	if (!sysfs_is_live(fs))
		return 0;
	r = sysfs_dir_open(fs, &proc, "/proc");
	if (r == 0)
		r = search_processes(&search);
	if (r == -ENOMEM)
		return r;
	if (r == 0 && search.n)
		ret->is = DAXBUS_KNOWN;
	else if (r == 0 && !search.incomplete)
		ret->is = DAXBUS_NONE;
	return 0;
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
	return r == -ENOMEM ? r : 0;
}
