/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/executor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/parse.h"
#include "io/range-lock.h"
#include "model/range-list.h"
#include "scan/facts.h"
#include "scan/scan.h"

/* --- the device ------------------------------------------------------------------------------- */

const struct device *executor_look(const struct executor *p, unsigned int needs,
				   struct daxbus_snapshot **ret)
{
	if (scan_take(p->fs, p->log, &p->selection, needs, ret, NULL) < 0)
		return NULL;
	return (*ret)->n_devices ? (*ret)->devices[0] : NULL;
}

static int find_blocks(struct executor *p, const struct device *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && p->block_size && i < d->n_mappings; i++) {
		const struct mapping *m = &d->mappings[i];
		uint64_t start, length;

		length = range_list_inside(m->start.v, m->end.v, p->block_size, &start);
		if (length)
			r = block_runs_add(&p->blocks, start / p->block_size,
					   (start + length) / p->block_size - 1, ZONE_OFFLINE);
	}
	return r;
}

static int begin(struct executor *p, struct sysfs *fs, const struct log *log,
		 const struct progress_fn *progress_fn, const char *device)
{
	uint64_t number;

	*p = (struct executor){ .fs = fs,
				.log = log,
				.progress_fn = *progress_fn,
				.kmsg = KMSG_INIT,
				.held = REASON_DEVICE_HELD,
				.timeout = REQUEST_TIMEOUT };
	if (sysfs_is_host(fs))
		kmsg_open(&p->kmsg);
	p->is_region = parse_numbered(device, "region", &number) == 0;
	p->device = strdup(device);
	return p->device && selectors_add(&p->selection, device, NULL) == 0 ? 0 : -ENOMEM;
}

static int learn(struct executor *p, const struct device *d)
{
	const struct bus *bus = &d->object.snapshot->bus;

	p->kernel = bus->kernel.is == DAXBUS_KNOWN ? kernel_version_parse(bus->kernel.v) : 0;
	p->block_size = bus->block_size.v;
	p->dynamic = d->region->dynamic.v;
	p->off_bus = d->is_class;
	p->node = d->target_node;
	p->major = d->major;
	p->minor = d->minor;
	block_runs_done(&p->blocks);
	return d->ranges == DAXBUS_KNOWN ? find_blocks(p, d) : 0;
}

int executor_init(struct executor *p, struct sysfs *fs, const struct log *log,
		  const struct progress_fn *progress_fn, const char *device)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d;
	int r = begin(p, fs, log, progress_fn, device);

	if (r < 0)
		return r;
	d = executor_look(p, NEED_EXECUTOR, &s);
	return d ? learn(p, d) : -ENODEV;
}

int executor_init_with(struct executor *p, struct sysfs *fs, const struct log *log,
		       const struct progress_fn *progress_fn, const struct device *d)
{
	int r = begin(p, fs, log, progress_fn, d->name.v);

	if (r < 0)
		return r;
	return learn(p, d);
}

int executor_relearn(struct executor *p)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	const struct device *d = executor_look(p, NEED_EXECUTOR, &s);

	return d ? learn(p, d) : -ENODEV;
}

void executor_done(struct executor *p)
{
	kmsg_done(&p->kmsg);
	selectors_done(&p->selection);
	free(p->device);
	block_runs_done(&p->blocks);
	strv_done(&p->notes);
	strv_done(&p->said);
	*p = (struct executor){ .kmsg = KMSG_INIT };
}

/* --- files ------------------------------------------------------------------------------------ */

/* Links in the path of the directory are followed; the attribute itself is never a link. */
static int open_parent(const struct executor *p, const char *path, struct sysfs_dir *ret,
		       const char **ret_name)
{
	const char *slash = strrchr(path, '/');

	if (!slash || !slash[1])
		return -EINVAL;
	*ret_name = slash + 1;
	return sysfs_dir_open(p->fs, ret, "%.*s", (int)(slash - path), path);
}

int executor_read(const struct executor *p, const char *path, char **ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	const char *name;
	int r = open_parent(p, path, &dir, &name);

	return r < 0 ? r : sysfs_read_str(&dir, ret, "%s", name);
}

int executor_write(const struct executor *p, const char *path, const char *value)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	const char *name;
	int r = open_parent(p, path, &dir, &name);

	return r < 0 ? r : sysfs_write(&dir, value, "%s", name);
}

int executor_write_ranges(const struct executor *p, const char *path, const char *value)
{
	_cleanup_close_ int lock = -1;
	int r = sysfs_is_host(p->fs) ? range_lock_exclude(&lock) : 0;

	return r ?: executor_write(p, path, value);
}

/* --- the kernel's messages -------------------------------------------------------------------- */

/* Lines that are part of an answer: a message of the kernel's has few, a page dump many. */
#define LINES_MAX 12

void executor_mark(struct executor *p)
{
	strv_done(&p->said);
	kmsg_mark(&p->kmsg);
}

/*
 * A page that will not move is dumped, word by word, over many lines, and each node that comes or
 * goes has all of them put into order. What is of use to an administrator is the line that says
 * why.
 */
static bool is_noise(const char *line)
{
	static const char *const begins[] = {
		"page:",	"page dumped because",
		"memcg:",	"do_migrate_range:",
		"page_type:",	"flags:",
		"raw:",		"head:",
		"anon ",	"aops:",
		"Built ",	"Fallback order",
		"Policy zone:", "Demotion targets",
	};

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		if (starts_with(line, begins[i]))
			return true;
	return false;
}

int executor_hear(struct executor *p)
{
	_cleanup_(strv_done) struct strv lines = { 0 };
	int r = kmsg_since(&p->kmsg, &lines, 256);

	for (size_t i = 0; r == 0 && i < lines.n && p->said.n < LINES_MAX; i++)
		if (!is_noise(lines.items[i]) && !strv_has(&p->said, lines.items[i]))
			r = strv_push(&p->said, lines.items[i]);
	return r;
}

/* --- progress --------------------------------------------------------------------------------- */

bool executor_repeat(struct executor *p)
{
	if (!progress_fn_call(&p->progress_fn, &p->last))
		p->stopped = true;
	return !executor_is_stopped(p);
}

bool executor_tell(struct executor *p, const char *what, uint64_t done, uint64_t total)
{
	p->last = (struct daxbus_progress){
		.device = p->device,
		.what = what,
		.done = done,
		.total = total,
		.block_size = p->block_size,
	};
	return executor_repeat(p);
}

bool executor_is_stopped(const struct executor *p)
{
	return p->stopped && !p->undoing;
}

bool executor_has_deadline(const struct executor *p)
{
	return !p->undoing && (p->deadline.tv_sec || p->deadline.tv_nsec);
}

bool executor_is_late(const struct executor *p)
{
	struct timespec now;

	if (!executor_has_deadline(p))
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec > p->deadline.tv_sec ||
	       (now.tv_sec == p->deadline.tv_sec && now.tv_nsec >= p->deadline.tv_nsec);
}

int executor_fail_stopped(struct failure *failure)
{
	return failure_set(failure, REASON_INTERRUPTED, -EINTR, "interrupted");
}
