/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/executor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "model/range-list.h"
#include "scan/facts.h"
#include "scan/scan.h"

void failure_done(struct failure *failure)
{
	daxbus_error_done(&failure->error);
	failure->code = CODE_NONE;
}

int failure_set(struct failure *failure, enum code code, int r, const char *format, ...)
{
	va_list args;

	failure_done(failure);
	failure->code = code;
	failure->error.code = r;
	va_start(args, format);
	if (vasprintf(&failure->error.message, format, args) < 0)
		failure->error.message = NULL;
	va_end(args);
	return r;
}

int failure_oom(struct failure *failure)
{
	return failure_set(failure, CODE_WRITE_FAILED, -ENOMEM, "out of memory");
}

int failure_vanished(struct failure *failure, const char *device)
{
	return failure_set(failure, CODE_VANISHED, -ENODEV, "the device %s has gone", device);
}

/* --- the device ------------------------------------------------------------------------------- */

const struct device *performer_look(const struct performer *p, unsigned int needs,
				    struct daxbus_snapshot **ret)
{
	if (reading_take(p->fs, p->log, &p->selection, needs, ret, NULL) < 0)
		return NULL;
	return (*ret)->n_devices ? (*ret)->devices[0] : NULL;
}

static int find_blocks(struct performer *p, const struct device *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && p->block_size && i < d->n_mappings; i++) {
		const struct mapping *m = &d->mappings[i];
		uint64_t start, length;

		length = range_inside(m->start.v, m->end.v, p->block_size, &start);
		if (length)
			r = step_add_run(&p->blocks, start / p->block_size,
					 (start + length) / p->block_size - 1, ZONE_OFFLINE);
	}
	return r;
}

static int begin(struct performer *p, struct sysfs *fs, const struct log *log,
		 const struct watch *watch, const char *device)
{
	*p = (struct performer){ .fs = fs, .log = log, .watch = *watch, .kmsg = KMSG_INIT };
	p->device = strdup(device);
	return p->device && selection_add(&p->selection, device, NULL) == 0 ? 0 : -ENOMEM;
}

static int learn(struct performer *p, const struct device *d)
{
	const struct bus *bus = &d->object.snapshot->bus;

	p->kernel = bus->kernel.is == DAXBUS_KNOWN ? kernel_parse(bus->kernel.v) : 0;
	p->block_size = bus->block_size.v;
	p->dynamic = d->region->dynamic.v;
	p->off_bus = d->is_class;
	p->node = d->target_node;
	p->major = d->major;
	p->minor = d->minor;
	free(p->blocks.runs);
	p->blocks = (struct step){ 0 };
	return d->ranges == DAXBUS_KNOWN ? find_blocks(p, d) : 0;
}

int performer_init(struct performer *p, struct sysfs *fs, const struct log *log,
		   const struct watch *watch, const char *device)
{
	_cleanup_(snapshot_unref_p) struct daxbus_snapshot *s = NULL;
	const struct device *d;
	int r = begin(p, fs, log, watch, device);

	if (r < 0)
		return r;
	kmsg_open(&p->kmsg);
	d = performer_look(p, NEED_PERFORMER, &s);
	return d ? learn(p, d) : -ENODEV;
}

int performer_init_with(struct performer *p, struct sysfs *fs, const struct log *log,
			const struct watch *watch, const struct device *d)
{
	int r = begin(p, fs, log, watch, d->name.v);

	if (r < 0)
		return r;
	kmsg_open(&p->kmsg);
	return learn(p, d);
}

int performer_relearn(struct performer *p)
{
	_cleanup_(snapshot_unref_p) struct daxbus_snapshot *s = NULL;
	const struct device *d = performer_look(p, NEED_PERFORMER, &s);

	return d ? learn(p, d) : -ENODEV;
}

void performer_done(struct performer *p)
{
	kmsg_done(&p->kmsg);
	selection_done(&p->selection);
	free(p->device);
	free(p->blocks.runs);
	strv_done(&p->notes);
	strv_done(&p->said);
	*p = (struct performer){ .kmsg = KMSG_INIT };
}

/* --- files ------------------------------------------------------------------------------------ */

/* The folder is opened by its path, through links; the attribute itself is never one. */
static int open_folder_of(const struct performer *p, const char *path, struct sysfs_dir *ret,
			  const char **ret_name)
{
	const char *slash = strrchr(path, '/');

	if (!slash || !slash[1])
		return -EINVAL;
	*ret_name = slash + 1;
	return sysfs_dir_open(p->fs, ret, "%.*s", (int)(slash - path), path);
}

int performer_read(const struct performer *p, const char *path, char **ret)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	const char *name;
	int r = open_folder_of(p, path, &dir, &name);

	return r < 0 ? r : sysfs_read_str(&dir, ret, "%s", name);
}

int performer_write(const struct performer *p, const char *path, const char *value)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	const char *name;
	int r = open_folder_of(p, path, &dir, &name);

	return r < 0 ? r : sysfs_write(&dir, value, "%s", name);
}

/* --- the kernel's messages -------------------------------------------------------------------- */

/* Lines that are part of an answer: a message of the kernel's has few, a page dump many. */
#define LINES_MAX 12

void performer_mark(struct performer *p)
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
		"page:",
		"page_type:",
		"flags:",
		"raw:",
		"head:",
		"anon ",
		"aops:",
		"Built ",
		"Fallback order",
		"Policy zone:",
		"Demotion targets",
	};

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		if (starts_with(line, begins[i]))
			return true;
	return false;
}

int performer_hear(struct performer *p)
{
	_cleanup_(strv_done) struct strv lines = { 0 };
	int r = kmsg_since(&p->kmsg, &lines, 256);

	for (size_t i = 0; r == 0 && i < lines.n && p->said.n < LINES_MAX; i++)
		if (!is_noise(lines.items[i]) && !strv_has(&p->said, lines.items[i]))
			r = strv_push(&p->said, lines.items[i]);
	return r;
}

/* --- progress --------------------------------------------------------------------------------- */

bool performer_tell(const struct performer *p, const char *what, uint64_t done, uint64_t total)
{
	const struct daxbus_progress progress = {
		.device = p->device,
		.what = what,
		.done = done,
		.total = total,
		.block_size = p->block_size,
	};

	return watch_tell(&p->watch, &progress) || p->undoing;
}
