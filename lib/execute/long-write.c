/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/long-write.h"

#include <errno.h>
#include <unistd.h>

#include "execute/writer.h"
#include "parsers/zoneinfo.h"

struct report {
	struct executor *p;
	const char *what;
	uint64_t before;
	uint64_t done;
	uint64_t total;
};

/* Online blocks on the node; blocks that others bring online there are counted too. */
static uint64_t count_online(const struct executor *p)
{
	_cleanup_free_ char *text = NULL;
	struct zone_pages pages;

	if (!is_known(&p->node) || sysfs_read_proc(p->fs, &text, "zoneinfo") < 0 ||
	    zoneinfo_find(text, p->node.v, &pages) < 0)
		return 0;
	return (pages.movable + pages.kernel) / (p->block_size / (uint64_t)sysconf(_SC_PAGESIZE));
}

/* A bind is not interrupted: the executor remembers the wish. */
static bool report_blocks(void *data)
{
	struct report *report = data;
	uint64_t now = count_online(report->p), added = now - report->before;

	/* Blocks of other devices on the node may go offline during the write. */
	if (now > report->before && added > report->done)
		report->done = added < report->total ? added : report->total;
	executor_tell(report->p, report->what, report->done, report->total);
	return true;
}

int long_write(struct executor *p, const struct sysfs_file *file, const char *value,
	       const char *what, uint64_t blocks_min)
{
	uint64_t total = block_runs_count(&p->blocks);
	struct report data = { .p = p, .what = what, .total = total };
	struct writer w;
	int r;

	if (!p->progress_fn.fn || !total || total < blocks_min)
		return sysfs_file_write(file, value);
	writer_init(&w);
	data.before = count_online(p);
	r = writer_write_in_thread(&w, file, value, report_blocks, &data);
	writer_done(&w);
	return r == -EAGAIN ? sysfs_file_write(file, value) : r;
}
