/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/long-write.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "parsers/zoneinfo.h"

#define TICK_MS 250

/* What the writing thread shares with the caller's. */
struct writing {
	int fd;
	const char *value;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool ended;
	int result;
};

static int write_now(int fd, const char *value)
{
	size_t length = strlen(value);
	ssize_t n = write(fd, value, length);

	return n < 0 ? -errno : n == 0 ? -ENXIO : (size_t)n < length ? -EIO : 0;
}

static void *write_in_thread(void *data)
{
	struct writing *w = data;
	int r = write_now(w->fd, w->value);

	pthread_mutex_lock(&w->mutex);
	w->result = r;
	w->ended = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

/* Return: whether the write has ended within a tick. */
static bool wait_for_tick(struct writing *w)
{
	struct timespec until;
	bool ended;
	int r = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += TICK_MS * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	pthread_mutex_lock(&w->mutex);
	while (!w->ended && r == 0)
		r = pthread_cond_timedwait(&w->changed, &w->mutex, &until);
	ended = w->ended;
	pthread_mutex_unlock(&w->mutex);
	return ended;
}

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

/* Signals are for the caller's thread: a handler there can set what the progress function reads. */
static int start_thread(struct writing *w, pthread_t *ret)
{
	sigset_t all, old;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r = pthread_create(ret, NULL, write_in_thread, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r;
}

static void report_until_end(struct executor *p, struct writing *w, const char *what,
			     uint64_t before, uint64_t total)
{
	uint64_t done = 0;

	while (!wait_for_tick(w)) {
		uint64_t now = count_online(p);

		/* Blocks of other devices on the node may go offline during the write. */
		if (now > before && now - before > done)
			done = now - before < total ? now - before : total;
		executor_tell(p, what, done, total);
	}
}

static void init_writing(struct writing *w, int fd, const char *value)
{
	pthread_condattr_t attributes;

	*w = (struct writing){ .fd = fd, .value = value };
	pthread_mutex_init(&w->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&w->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

int long_write(struct executor *p, int fd, const char *value, const char *what, uint64_t blocks_min)
{
	uint64_t total = block_runs_count(&p->blocks), before;
	struct writing w;
	pthread_t thread;

	if (!p->progress_fn.fn || !total || total < blocks_min)
		return write_now(fd, value);
	init_writing(&w, fd, value);
	before = count_online(p);
	if (start_thread(&w, &thread) == 0) {
		report_until_end(p, &w, what, before, total);
		pthread_join(thread, NULL);
	} else {
		w.result = write_now(fd, value);
	}
	pthread_cond_destroy(&w.changed);
	pthread_mutex_destroy(&w.mutex);
	return w.result;
}
