/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/evacuate.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"
#include "base/parse.h"
#include "base/string.h"
#include "execute/writer.h"
#include "io/detached.h"
#include "parsers/numa.h"
#include "scan/outlook.h"
#include "scan/page-owners.h"
#include "scan/process-walk.h"

#define TICK_MS	 50
/* Between two attempts. */
#define PAUSE_MS 500

static bool keep_on(void *data)
{
	struct executor *p = data;

	return executor_repeat(p) && !executor_is_late(p);
}

/* --- writes ----------------------------------------------------------------------------------- */

int evacuate_write(struct executor *p, const char *path, const char *value)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(sysfs_file_close) struct sysfs_file file = SYSFS_FILE_INIT;
	const char *slash = strrchr(path, '/');
	struct writer w;
	int r = sysfs_dir_open(p->fs, &dir, "%.*s", (int)(slash - path), path)
			?: sysfs_open_to_write(&dir, &file, "%s", slash + 1);

	if (r < 0)
		return r;
	writer_init(&w);
	r = writer_write(&w, &file, value, keep_on, p);
	writer_done(&w);
	log_debug(p->log, "wrote %s to %s: %s", value, path, r < 0 ? strerror(-r) : "done");
	return r;
}

/* To make room is an attempt: only a wish to stop ends the change. */
static int attempt(struct executor *p, struct failure *failure)
{
	return executor_is_stopped(p) ? executor_fail_stopped(failure) : 0;
}

/*
 * -EAGAIN: not as much could be reclaimed as there seemed to be. Without swappiness=0, the kernel
 * would also write memory of processes to swap space.
 */
int evacuate_drop(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_free_ char *value = NULL;
	int r;

	if (string_format(&value, ends_with(step->file, "/reclaim") ? "%s swappiness=0" : "%s",
			  step->value) < 0)
		return failure_oom(failure);
	r = evacuate_write(p, step->file, value);
	return r == -ENOMEM ? failure_oom(failure) : attempt(p, failure);
}

int evacuate_compact(struct executor *p, const struct step *step, struct failure *failure)
{
	int r = evacuate_write(p, step->file, step->value);

	return r == -ENOMEM ? failure_oom(failure) : attempt(p, failure);
}

/* --- memory of processes ---------------------------------------------------------------------- */

#define BITS (8 * sizeof(unsigned long))

struct node_mask {
	unsigned long bits[NUMA_NODES_MAX / BITS];
};

struct migration {
	struct process_walk *walk;
	pid_t *pids;
	size_t n;
	size_t moved; /* in the other process */
	struct node_mask from, to;
};

static int add_pid(void *data)
{
	struct migration *m = data;
	uint64_t pid;

	if (parse_u64(m->walk->pid, 10, &pid) < 0 || pid > INT32_MAX)
		return 0;
	if (array_grow(&m->pids, m->n, sizeof(*m->pids)) < 0)
		return -ENOMEM;
	m->pids[m->n++] = (pid_t)pid;
	return 0;
}

static void set_node(struct node_mask *mask, uint64_t node)
{
	mask->bits[node / BITS] |= 1UL << node % BITS;
}

static int read_masks(struct executor *p, uint64_t node, struct migration *m)
{
	_cleanup_free_ char *list = NULL;
	struct numa_nodes nodes;
	bool found = false;
	int r = executor_read(p, "/sys/devices/system/node/has_memory", &list)
			?: numa_parse_nodes(list, &nodes);

	if (r < 0 || node >= NUMA_NODES_MAX)
		return r < 0 ? r : -EINVAL;
	set_node(&m->from, node);
	for (uint64_t i = 0; i < NUMA_NODES_MAX; i++)
		if (nodes.has[i] && i != node) {
			set_node(&m->to, i);
			found = true;
		}
	return found ? 0 : -ENXIO;
}

/* Nothing interrupts the kernel while it moves the memory of a process. The next one, in the other
 * process. */
static size_t migrate_one(void *data, char *answer)
{
	struct migration *m = data;

	syscall(SYS_migrate_pages, m->pids[m->moved++], NUMA_NODES_MAX + 1, m->from.bits,
		m->to.bits);
	answer[0] = '\0';
	return 1;
}

static void migrate_all(struct executor *p, struct migration *m)
{
	struct detached process = DETACHED_INIT;
	char answer[DETACHED_ANSWER];
	int r = detached_start(&process, -1, migrate_one, m);
	size_t n = 0;

	while (r == 0 && n < m->n && detached_ask(&process, answer, keep_on, p) > 0)
		n++;
	if (n < m->n)
		log_debug(p->log, "moved the memory of %zu of %zu processes", n, m->n);
	detached_close(&process);
}

int evacuate_migrate(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_(process_walk_done) struct process_walk walk = PROCESS_WALK_INIT;
	struct migration m = { .walk = &walk };
	uint64_t node;
	int r = parse_u64(step->value, 10, &node) ?: read_masks(p, node, &m);

	walk.progress_fn = &p->progress_fn;
	if (r == 0)
		r = process_walk_run(&walk, p->fs, add_pid, &m);
	if (r == -EINTR)
		p->stopped = true;
	/* In a captured tree or a model of the kernel, these are not processes of this machine. */
	if (r == 0 && sysfs_is_host(p->fs))
		migrate_all(p, &m);
	free(m.pids);
	return r == -ENOMEM ? failure_oom(failure) : attempt(p, failure);
}

/* --- again ------------------------------------------------------------------------------------ */

static void make_room_again(struct executor *p)
{
	for (size_t i = 0; p->begun && i < p->begun->n; i++) {
		_cleanup_(failure_done) struct failure ignored = FAILURE_INIT;
		const struct step *step = &p->begun->items[i];
		int r = 0;

		if (step->kind == STEP_DROP)
			r = evacuate_drop(p, step, &ignored);
		else if (step->kind == STEP_MIGRATE)
			r = evacuate_migrate(p, step, &ignored);
		if (r < 0)
			log_debug(p->log, "cannot make room again: %s", strerror(-r));
	}
}

static uint64_t count_used(const struct evacuate *e)
{
	struct forecast_block b = { .id = e->block, .zone = e->zone };
	uint64_t used = 0;

	if (outlook_read_block(e->p->fs, e->p->block_size, &b) < 0)
		return UINT64_MAX;
	for (size_t i = PAGE_CLEAN; i <= PAGE_OTHER; i++)
		used += b.bytes[i];
	return used;
}

void evacuate_start(struct evacuate *e, struct executor *p, uint64_t block, enum zone zone)
{
	*e = (struct evacuate){ .p = p, .block = block, .zone = zone, .used = UINT64_MAX };
	clock_gettime(CLOCK_MONOTONIC, &e->progress);
}

/* Where the kernel keeps its own memory, that does not change for long. */
static bool has_hope(struct evacuate *e)
{
	uint64_t used = count_used(e);
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (used < e->used) {
		e->used = used;
		e->progress = now;
	}
	return e->zone != ZONE_KERNEL || now.tv_sec - e->progress.tv_sec < (time_t)e->p->timeout;
}

bool evacuate_again(struct evacuate *e)
{
	const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };

	if (!executor_has_deadline(e->p))
		return false;
	for (unsigned int i = 0; i < PAUSE_MS / TICK_MS && keep_on(e->p); i++)
		nanosleep(&tick, NULL);
	if (!keep_on(e->p) || !has_hope(e))
		return false;
	make_room_again(e->p);
	return keep_on(e->p);
}

/* --- what is in the way ----------------------------------------------------------------------- */

static void add_kinds_left(struct string *t, const struct forecast_block *b)
{
	static const struct {
		enum page_kind kind;
		const char *name;
	} kinds[] = {
		{ PAGE_KERNEL, "of slabs and page tables of the kernel" },
		{ PAGE_HELD, "that no process has mapped, and something holds" },
		{ PAGE_ANON, "of anonymous memory" },
		{ PAGE_SHMEM, "of shared memory" },
		{ PAGE_HUGE, "of huge pages" },
		{ PAGE_DIRTY, "of files that are not written yet" },
		{ PAGE_CLEAN, "of files" },
		{ PAGE_OTHER, "of other pages of the kernel" },
	};
	const char *separator = "";

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!b->bytes[kinds[i].kind])
			continue;
		string_add(t, "%s", separator);
		string_add_size(t, b->bytes[kinds[i].kind]);
		string_add(t, " %s", kinds[i].name);
		separator = ", ";
	}
	if (!*separator)
		string_add(t, "nothing any more");
}

int evacuate_explain(struct executor *p, uint64_t block, enum zone zone)
{
	struct forecast_block b = { .id = block, .zone = zone };
	struct string t = { 0 };
	int r = outlook_read_block(p->fs, p->block_size, &b);

	if (r < 0)
		return error_keep_oom(r);
	string_add(&t, "memory block %" PRIu64 " (zone %s) has ", block, zone_title(zone));
	add_kinds_left(&t, &b);
	return strv_push_take(&p->notes, string_take(&t))
		       ?: page_owners_explain(p->fs, &p->progress_fn, p->node.v, block,
					      p->block_size, &p->notes);
}
