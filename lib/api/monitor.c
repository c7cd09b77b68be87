/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/monitor.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>

#include "api/context.h"
#include "base/parse.h"
#include "execute/journal.h"
#include "execute/lock.h"
#include "io/libudev.h"
#include "io/watch.h"
#include "model/changes.h"
#include "model/fields.h"
#include "policy/load.h"
#include "scan/scan.h"

/*
 * Memory blocks change by hundreds, and a change of a device is several events: they are reported
 * when nothing has happened for QUIET, but not later than LONGEST after the first. Meanwhile the
 * events of the kernel wait in the socket, so that the process does not wake up for each of them.
 */
#define QUIET_US   50000
#define LONGEST_US 1000000

/*
 * Where reading the state takes long, because there are thousands of memory blocks, bursts that
 * follow each other are reported less often, so that reading takes at most 1/REST of a processor.
 */
#define REST	   32
#define REST_US	   2000000

#define SECOND_US  1000000

static const char *const subsystems[] = { "dax", "memory", "drivers", "nd", "cxl", NULL };

struct daxbus_monitor {
	struct daxbus_ctx *ctx; /* borrowed */
	struct sysfs *fs;
	struct selectors selection;
	unsigned int needs;
	struct libudev_monitor *kernel;
	struct watch watch;
	int timer;
	int epoll;
	bool waits;	   /* for the timer; the socket is not watched */
	uint64_t earliest; /* when to read the state again, by CLOCK_MONOTONIC */
	struct burst burst;
	struct daxbus_snapshot *now;
	struct events events;
	size_t next; /* of @events */
};

static uint64_t now_us(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * SECOND_US + (uint64_t)t.tv_nsec / 1000;
}

/* --- what is announced ------------------------------------------------------------------------ */

static int hear_device(struct burst *b, const struct libudev_event *e)
{
	static const struct {
		const char *action;
		enum event_kind kind;
	} kinds[] = {
		{ "add", EVENT_DEVICE_ADDED },
		{ "remove", EVENT_DEVICE_REMOVED },
		{ "bind", EVENT_DRIVER_BOUND },
		{ "unbind", EVENT_DRIVER_UNBOUND },
	};
	uint32_t region, instance;

	/* The children of a device of the older class are in the same subsystem. */
	if (parse_device_name(e->name, &region, &instance) < 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (streq(kinds[i].action, e->action))
			return changes_burst_add(b, kinds[i].kind, now_us(CLOCK_REALTIME), e->name,
						 kinds[i].kind == EVENT_DRIVER_BOUND ? e->driver
										     : NULL);
	return 0;
}

static int hear_block(struct burst *b, const struct libudev_event *e)
{
	static const struct {
		const char *action;
		enum event_kind kind;
	} kinds[] = {
		{ "add", EVENT_BLOCKS_ADDED },
		{ "remove", EVENT_BLOCKS_REMOVED },
		{ "online", EVENT_BLOCKS_ONLINE },
		{ "offline", EVENT_BLOCKS_OFFLINE },
	};
	uint64_t number;

	if (parse_numbered(e->name, "memory", &number) < 0)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (streq(kinds[i].action, e->action))
			return changes_burst_add_block(b, kinds[i].kind, now_us(CLOCK_REALTIME),
						       number);
	return 0;
}

static int hear_driver(struct burst *b, const struct libudev_event *e)
{
	bool is_added = streq(e->action, "add");

	if (!starts_with(e->path, "/bus/dax/drivers/") || !(is_added || streq(e->action, "remove")))
		return 0;
	return changes_burst_add(b, is_added ? EVENT_DRIVER_ADDED : EVENT_DRIVER_REMOVED,
				 now_us(CLOCK_REALTIME), NULL, e->name);
}

/* Something happened that has no event of its own: compare. */
static void hear_hint(struct burst *b)
{
	if (!b->seen)
		b->begin = now_us(CLOCK_REALTIME);
	b->seen = true;
}

static int hear(struct burst *b, const struct libudev_event *e)
{
	if (streq(e->subsystem, "dax"))
		return hear_device(b, e);
	if (streq(e->subsystem, "memory"))
		return hear_block(b, e);
	if (streq(e->subsystem, "drivers"))
		return hear_driver(b, e);
	hear_hint(b);
	return 0;
}

/* Read what waits in the socket. Return: 0; -ENOMEM; -EBADF and others that do not pass. */
static int hear_kernel(struct daxbus_monitor *m)
{
	for (;;) {
		struct libudev_event e;
		int r = libudev_next(m->kernel, &e);

		if (r == -EAGAIN)
			return 0;
		if (r == -ENOBUFS) {
			hear_hint(&m->burst);
			m->burst.lost = true;
			continue;
		}
		if (r == -ENOMEM || r == -EBADF || r == -ENOTCONN)
			return r;
		/* Anything else is a message that libudev does not understand. */
		if (r == 0)
			r = hear(&m->burst, &e);
		if (r == -ENOMEM)
			return r;
	}
}

static bool has_policy(const struct burst *b, const char *path)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->items[i].kind == EVENT_POLICY_CHANGED && streq(b->items[i].value, path))
			return true;
	return false;
}

static int hear_file(void *data, const char *directory, const char *name)
{
	struct daxbus_monitor *m = data;
	_cleanup_free_ char *path = NULL;

	/* A change by daxbus is over: sizes may be others, which the kernel does not announce. */
	if (streq(directory, RUN_DIRECTORY)) {
		hear_hint(&m->burst);
		return 0;
	}
	if (name && !policy_load_is_name(name))
		return 0;
	if (string_format(&path, "%s%s%s", directory, name ? "/" : "", name ?: "") < 0)
		return -ENOMEM;
	if (has_policy(&m->burst, path))
		return 0;
	return changes_burst_add(&m->burst, EVENT_POLICY_CHANGED, now_us(CLOCK_REALTIME), NULL,
				 path);
}

/* --- the descriptor --------------------------------------------------------------------------- */

static int watch_socket(const struct daxbus_monitor *m, bool on)
{
	struct epoll_event e = { .events = on ? EPOLLIN : 0 };

	return epoll_ctl(m->epoll, EPOLL_CTL_MOD, libudev_fd(m->kernel), &e) < 0 ? -errno : 0;
}

static int set_timer(const struct daxbus_monitor *m, uint64_t us)
{
	const struct itimerspec in = { .it_value = { .tv_sec = (time_t)(us / SECOND_US),
						     .tv_nsec = (long)(us % SECOND_US) * 1000 } };

	return timerfd_settime(m->timer, 0, &in, NULL) < 0 ? -errno : 0;
}

static int add_fd(const struct daxbus_monitor *m, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	return epoll_ctl(m->epoll, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

static int watch_directories(struct daxbus_monitor *m)
{
	const char *directory;
	int r = watch_start(&m->watch);

	for (size_t i = 0; r == 0 && (directory = policy_load_directory(i)); i++)
		r = watch_add(&m->watch, directory, NULL);
	return r ?: watch_add(&m->watch, RUN_DIRECTORY, JOURNAL_NAME);
}

static int open_all(struct daxbus_monitor *m, struct daxbus_error *error)
{
	int r = libudev_listen(&m->ctx->log, subsystems, &m->kernel, error);

	if (r < 0)
		return r;
	r = watch_directories(m);
	if (r < 0)
		return error_set(error, r, "cannot watch the directories of policies: %s",
				 strerror(-r));
	m->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	m->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (m->timer < 0 || m->epoll < 0)
		r = -errno;
	r = r ?: add_fd(m, libudev_fd(m->kernel)) ?: add_fd(m, m->watch.fd) ?: add_fd(m, m->timer);
	return r < 0 ? error_set(error, r, "cannot wait for events: %s", strerror(-r)) : 0;
}

static int read_watched(struct daxbus_monitor *m, struct daxbus_snapshot **ret,
			struct daxbus_error *error)
{
	const struct selectors everything = { 0 };
	uint64_t begin = now_us(CLOCK_PROCESS_CPUTIME_ID), rest;
	/* All of it: a device that a selector names may appear later. */
	int r = scan_take(m->fs, &m->ctx->log, &everything, m->needs, ret, error);

	rest = (now_us(CLOCK_PROCESS_CPUTIME_ID) - begin) * REST;
	m->earliest = now_us(CLOCK_MONOTONIC) + (rest < REST_US ? rest : REST_US);
	return r;
}

/* --- public functions ------------------------------------------------------------------------- */

_public_ struct daxbus_monitor *daxbus_monitor_free(struct daxbus_monitor *monitor)
{
	if (!monitor)
		return NULL;
	events_done(&monitor->events);
	daxbus_snapshot_free(monitor->now);
	changes_burst_done(&monitor->burst);
	close_p(&monitor->epoll);
	close_p(&monitor->timer);
	watch_done(&monitor->watch);
	libudev_free(monitor->kernel);
	selectors_done(&monitor->selection);
	sysfs_free(monitor->fs);
	free(monitor);
	return NULL;
}

static void monitor_free_p(struct daxbus_monitor **m)
{
	daxbus_monitor_free(*m);
}

_public_ int daxbus_monitor_new(struct daxbus_ctx *ctx, const struct daxbus_query *query,
				struct daxbus_monitor **ret, struct daxbus_error *error)
{
	_cleanup_(monitor_free_p) struct daxbus_monitor *m = NULL;
	int r;

	if (ctx->sysroot)
		return error_set(error, -EOPNOTSUPP,
				 "cannot monitor a captured tree: nothing in it changes");
	m = calloc(1, sizeof(*m));
	if (!m)
		return error_oom(error);
	m->ctx = ctx;
	m->timer = m->epoll = -1;
	m->watch = (struct watch)WATCH_INIT;
	m->needs = changes_needs | (query ? query->needs : 0);
	if (query && selectors_copy(&query->selection, &m->selection) < 0)
		return error_oom(error);
	m->needs |= selectors_needs(&m->selection);
	/* Listen first, so that nothing is missed between the two. */
	r = sysfs_new(&m->fs, NULL, &ctx->log, error) ?: open_all(m, error)
						      ?: read_watched(m, &m->now, error);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(m);
	return 0;
}

_public_ int daxbus_monitor_fd(const struct daxbus_monitor *monitor)
{
	return monitor->epoll;
}

_public_ const struct daxbus_snapshot *daxbus_monitor_snapshot(const struct daxbus_monitor *monitor)
{
	return monitor->now;
}

/*
 * The burst is over: read the state, and report what happened. After a failure, the burst and the
 * state before it stay for the next time.
 */
static int report_changes(struct daxbus_monitor *m, struct daxbus_error *error)
{
	struct daxbus_snapshot *now;
	int r;

	events_done(&m->events);
	m->next = 0;
	r = read_watched(m, &now, error);
	if (r < 0)
		return r;
	r = changes_find(&m->burst, m->now, now, &m->selection, &m->events);
	if (r < 0) {
		events_done(&m->events);
		daxbus_snapshot_free(now);
		return error_oom(error);
	}
	daxbus_snapshot_free(m->now);
	m->now = now;
	changes_burst_done(&m->burst);
	return 0;
}

/* Begin to wait for the rest of a burst when the first of it has come. */
static int listen(struct daxbus_monitor *m)
{
	int r = hear_kernel(m);

	if (r < 0 || !m->burst.seen)
		return r;
	m->waits = true;
	return watch_socket(m, false) ?: set_timer(m, QUIET_US);
}

/* Hear the rest. @ret_is_over: nothing happened for a while, or too much. */
static int listen_on(struct daxbus_monitor *m, bool *ret_is_over)
{
	size_t before = m->burst.n;
	uint64_t expirations, now;
	int r;

	*ret_is_over = false;
	if (read(m->timer, &expirations, sizeof(expirations)) < 0)
		return errno == EAGAIN ? 0 : -errno;
	r = hear_kernel(m);
	if (r < 0)
		return r;
	if (m->burst.n > before && !m->burst.lost &&
	    now_us(CLOCK_REALTIME) - m->burst.begin < LONGEST_US)
		return set_timer(m, QUIET_US);
	now = now_us(CLOCK_MONOTONIC);
	if (now < m->earliest)
		return set_timer(m, m->earliest - now);
	*ret_is_over = true;
	m->waits = false;
	return watch_socket(m, true);
}

/* Hear what there is, and do not wait for more of it. */
static int listen_at_once(struct daxbus_monitor *m, bool *ret_is_over)
{
	int r = hear_kernel(m);

	if (r < 0)
		return r;
	*ret_is_over = m->burst.seen;
	m->waits = false;
	/* 0 stops the timer. */
	return set_timer(m, 0) ?: watch_socket(m, true);
}

/* After a failure there is something to report, although nothing may happen any more. */
static void try_later(struct daxbus_monitor *m)
{
	m->waits = true;
	(void)watch_socket(m, false);
	(void)set_timer(m, LONGEST_US);
}

/* Hear what there is to hear, and report it if the burst is over, or @at_once. */
static int hear_and_report(struct daxbus_monitor *m, bool at_once, struct daxbus_error *error)
{
	bool is_over = false;
	int r = watch_read(&m->watch, hear_file, m);

	if (r == 0 && at_once)
		r = listen_at_once(m, &is_over);
	else if (r == 0)
		r = m->waits ? listen_on(m, &is_over) : listen(m);
	if (r < 0) {
		/* The rest of what was read together may not have been heard. */
		hear_hint(&m->burst);
		m->burst.lost = true;
		error_set(error, r, "cannot read events: %s", strerror(-r));
	} else if (is_over) {
		r = report_changes(m, error);
	}
	if (r < 0)
		try_later(m);
	return r;
}

_public_ int daxbus_monitor_next(struct daxbus_monitor *monitor, const struct daxbus_event **ret,
				 struct daxbus_error *error)
{
	struct daxbus_monitor *m = monitor;

	if (m->next == m->events.n) {
		int r = hear_and_report(m, false, error);

		if (r < 0)
			return r;
	}
	if (m->next == m->events.n)
		return -EAGAIN;
	*ret = &m->events.items[m->next++].shown;
	return 0;
}

int api_monitor_end_burst(struct daxbus_monitor *m, struct daxbus_error *error)
{
	return m->next == m->events.n ? hear_and_report(m, true, error) : 0;
}

/* --- states ----------------------------------------------------------------------------------- */

bool api_monitor_has_range(const struct daxbus_query *query)
{
	for (size_t i = 0; i < query->selection.n_selectors; i++) {
		const struct selector *s = &query->selection.selectors[i];

		for (size_t k = 0; k < s->n_terms; k++)
			if (s->terms[k].kind == TERM_RANGE)
				return true;
	}
	return false;
}

void api_monitor_add_state(struct daxbus_query *query, const struct monitor_state *state)
{
	query->needs |= selectors_needs(&state->query->selection);
}

bool api_monitor_is_reached(const struct daxbus_monitor *monitor, const struct monitor_state *state)
{
	const struct daxbus_snapshot *s = monitor->now;
	size_t n = 0, matching = 0;

	for (size_t i = 0; i < s->n_devices; i++) {
		if (!selectors_has(&monitor->selection, s->devices[i]))
			continue;
		n++;
		matching += selectors_has(&state->query->selection, s->devices[i]);
	}
	return state->none ? !matching : n && matching == n;
}
