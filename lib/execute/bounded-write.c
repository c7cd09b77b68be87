/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/bounded-write.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "scan/block-pages.h"

#define MS_PER_SECOND 1000

/*
 * A write as it goes on, in milliseconds since its beginning.
 *
 * @counted: when the pages were counted last
 * @progress: when their number fell last
 * @used: the lowest number so far
 * @why: why the write is ended: -EINTR, -ETIMEDOUT, or 0
 */
struct watch {
	const struct bounded_write *w;
	const struct block_runs *runs;
	struct timespec begin;
	uint64_t counted, progress;
	uint64_t used;
	int why;
};

static uint64_t elapsed(const struct watch *watch)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)((now.tv_sec - watch->begin.tv_sec) * MS_PER_SECOND +
			  (now.tv_nsec - watch->begin.tv_nsec) / 1000000);
}

/* Pages that are allocated elsewhere meanwhile do not count: only a new minimum is progress. */
static void count(struct watch *watch, uint64_t now)
{
	const struct bounded_write *w = watch->w;
	uint64_t used;

	watch->counted = now;
	if (w->kpageflags < 0 ||
	    block_pages_count_used(w->kpageflags, watch->runs, w->p->block_size, &used) < 0)
		return;
	if (used >= watch->used)
		return;
	watch->used = used;
	watch->progress = now;
}

static bool look(void *data)
{
	struct watch *watch = data;
	uint64_t now = elapsed(watch), limit = watch->w->timeout;

	if (!executor_repeat(watch->w->p))
		watch->why = -EINTR;
	if (watch->used == UINT64_MAX || now - watch->counted >= MS_PER_SECOND)
		count(watch, now);
	if (!watch->why &&
	    (executor_has_deadline(watch->w->p) ? executor_is_late(watch->w->p)
						: (now - watch->progress) / MS_PER_SECOND >= limit))
		watch->why = -ETIMEDOUT;
	return !watch->why;
}

void bounded_write_start(struct bounded_write *w, struct executor *p)
{
	*w = (struct bounded_write){ .p = p, .kpageflags = -1, .timeout = p->timeout };
	writer_init(&w->writer);
	if (sysfs_open_numbers(p->fs, &w->kpageflags, "kpageflags") < 0)
		w->kpageflags = -1;
}

void bounded_write_done(struct bounded_write *w)
{
	writer_done(&w->writer);
	close_p(&w->kpageflags);
}

int bounded_write(struct bounded_write *w, const struct sysfs_file *file, const char *value,
		  const struct block_runs *runs)
{
	struct watch watch = { .w = w, .runs = runs, .used = UINT64_MAX };
	int r;

	clock_gettime(CLOCK_MONOTONIC, &watch.begin);
	r = writer_write(&w->writer, file, value, look, &watch);
	return r == -EINTR && watch.why ? watch.why : r;
}
