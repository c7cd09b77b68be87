/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/writer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* As in glibc before 2.38. */
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

/* --- the signal ------------------------------------------------------------------------------- */

static void ignore_signal(int number _unused_)
{
}

/* One that nothing in the program waits for: it has no handler, and the caller does not block it.
 */
static int find_signal(void)
{
	struct sigaction now;
	sigset_t blocked;

	if (pthread_sigmask(SIG_BLOCK, NULL, &blocked))
		return 0;
	for (int i = SIGRTMAX; i >= SIGRTMIN; i--)
		if (!sigismember(&blocked, i) && sigaction(i, NULL, &now) == 0 &&
		    !(now.sa_flags & SA_SIGINFO) && now.sa_handler == SIG_DFL)
			return i;
	return 0;
}

static void install_handler(struct writer *w)
{
	/* Without SA_RESTART: it is there to interrupt. */
	struct sigaction action = { .sa_handler = ignore_signal };

	sigemptyset(&action.sa_mask);
	w->signal = find_signal();
	if (w->signal && sigaction(w->signal, &action, NULL) < 0)
		w->signal = 0;
}

/* Unless the program has set another one since. */
static void remove_handler(const struct writer *w)
{
	struct sigaction action = { .sa_handler = SIG_DFL }, now;

	sigemptyset(&action.sa_mask);
	if (w->signal && sigaction(w->signal, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) &&
	    now.sa_handler == ignore_signal)
		sigaction(w->signal, &action, NULL);
}

/* For the thread that creates it. */
static void create_timer(struct writer *w)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = w->signal };

	event.sigev_notify_thread_id = gettid();
	w->has_timer = w->signal && timer_create(CLOCK_MONOTONIC, &event, &w->timer) == 0;
}

static void set_timer(const struct writer *w, long ms)
{
	struct itimerspec when = { .it_value = { ms / 1000, ms % 1000 * 1000000 } };

	/* Again and again: the first signal may come before the system call. */
	when.it_interval = when.it_value;
	timer_settime(w->timer, 0, &when, NULL);
}

/* --- the thread ------------------------------------------------------------------------------- */

static void *write_in_thread(void *data)
{
	struct writer *w = data;

	pthread_mutex_lock(&w->mutex);
	while (!w->quit) {
		if (!w->value || w->ended) {
			pthread_cond_wait(&w->changed, &w->mutex);
			continue;
		}
		pthread_mutex_unlock(&w->mutex);
		w->result = sysfs_file_write(w->file, w->value);
		pthread_mutex_lock(&w->mutex);
		w->ended = true;
		pthread_cond_broadcast(&w->changed);
	}
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

/* Other signals are for the program's threads: a handler there can set what the progress function
 * reads. */
static int start_thread(struct writer *w)
{
	sigset_t set, old;
	int r;

	sigfillset(&set);
	if (w->signal)
		sigdelset(&set, w->signal);
	pthread_sigmask(SIG_SETMASK, &set, &old);
	r = pthread_create(&w->thread, NULL, write_in_thread, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r;
}

void writer_init(struct writer *w)
{
	pthread_condattr_t attributes;

	*w = (struct writer){ 0 };
	pthread_mutex_init(&w->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&w->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	install_handler(w);
	create_timer(w);
}

static void end_thread(struct writer *w)
{
	pthread_mutex_lock(&w->mutex);
	w->quit = true;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->mutex);
	pthread_join(w->thread, NULL);
}

void writer_done(struct writer *w)
{
	if (w->has_thread)
		end_thread(w);
	if (w->has_timer)
		timer_delete(w->timer);
	remove_handler(w);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->mutex);
}

/* --- a write ---------------------------------------------------------------------------------- */

static void begin_write(struct writer *w, const struct sysfs_file *file, const char *value)
{
	pthread_mutex_lock(&w->mutex);
	w->file = file;
	w->value = value;
	w->ended = false;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->mutex);
}

/* Return: whether the write has ended within a tick. */
static bool wait_for_tick(struct writer *w)
{
	struct timespec until;
	bool ended;
	int r = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += WRITER_TICK_MS * 1000000L;
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

int writer_write_in_thread(struct writer *w, const struct sysfs_file *file, const char *value,
			   writer_tick tick, void *data)
{
	bool go_on = true;
	int r = w->has_thread ? 0 : start_thread(w);

	if (r)
		return -r;
	w->has_thread = true;
	begin_write(w, file, value);
	while (!wait_for_tick(w)) {
		go_on = go_on && tick(data);
		/* Again and again, as the timer. */
		if (!go_on && w->signal)
			pthread_kill(w->thread, w->signal);
	}
	return w->result;
}

int writer_write(struct writer *w, const struct sysfs_file *file, const char *value,
		 writer_tick tick, void *data)
{
	int r;

	if (w->has_timer)
		set_timer(w, WRITER_FIRST_MS);
	r = sysfs_file_write(file, value);
	if (w->has_timer)
		set_timer(w, 0);
	if (r != -EINTR || !tick(data))
		return r;
	return writer_write_in_thread(w, file, value, tick, data);
}
