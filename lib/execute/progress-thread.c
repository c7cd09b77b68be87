/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/progress-thread.h"

#include <signal.h>
#include <time.h>

#include "parsers/zoneinfo.h"

/* A device that is done within a second or so needs no thread: 32 GiB in blocks of 128 MiB. */
#define BLOCKS_MIN 256
#define TICK_MS	   250

/* Online blocks on the node; what others bring online there meanwhile is counted too. */
static uint64_t count_online(const struct executor *p)
{
	_cleanup_free_ char *text = NULL;
	struct zone_pages pages;

	if (sysfs_read_proc(p->fs, &text, "zoneinfo") < 0 ||
	    zoneinfo_find(text, p->node.v, &pages) < 0)
		return 0;
	return (pages.movable + pages.kernel) / (p->block_size / (uint64_t)sysconf(_SC_PAGESIZE));
}

static struct timespec next_tick(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += TICK_MS * 1000000L;
	if (t.tv_nsec >= 1000000000L) {
		t.tv_nsec -= 1000000000L;
		t.tv_sec++;
	}
	return t;
}

static void *tick(void *data)
{
	struct progress_thread *t = data;

	pthread_mutex_lock(&t->mutex);
	while (!t->stopped) {
		const struct timespec until = next_tick();
		uint64_t now;

		pthread_cond_timedwait(&t->stop, &t->mutex, &until);
		if (t->stopped)
			break;
		now = count_online(t->p);
		if (now > t->before)
			executor_tell(t->p, t->what, now - t->before, t->total);
	}
	pthread_mutex_unlock(&t->mutex);
	return NULL;
}

void progress_thread_start(struct progress_thread *t, const struct executor *p, const char *what)
{
	uint64_t total = block_runs_count(&p->blocks);
	sigset_t all, old;

	*t = (struct progress_thread){ .p = p, .what = what, .total = total };
	if (!p->watch.fn || total < BLOCKS_MIN || !is_known(&p->node))
		return;
	t->before = count_online(p);
	pthread_mutex_init(&t->mutex, NULL);
	pthread_cond_init(&t->stop, NULL);
	/* Signals are for the thread that can be interrupted: the one that writes. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	t->running = pthread_create(&t->thread, NULL, tick, t) == 0;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

void progress_thread_stop(struct progress_thread *t)
{
	if (!t->running)
		return;
	pthread_mutex_lock(&t->mutex);
	t->stopped = true;
	pthread_cond_signal(&t->stop);
	pthread_mutex_unlock(&t->mutex);
	pthread_join(t->thread, NULL);
	t->running = false;
}
