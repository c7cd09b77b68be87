/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

#include "api/monitor.h"
#include "base/parse.h"
#include "cli/selectors.h"
#include "cli/stream.h"
#include "cmd/commands.h"
#include "output/monitor.h"

#define SECONDS_MAX (INT_MAX / 1000)

struct monitor_options {
	const char *until;
	const char *timeout;
};

/* What the command waits for. */
struct wait {
	struct daxbus_monitor *monitor;
	struct daxbus_query *expression; /* NULL: no state */
	struct monitor_state state;
	bool has_end;
	struct timespec end;
};

static void wait_done(struct wait *w)
{
	daxbus_monitor_free(w->monitor);
	daxbus_query_free(w->expression);
}

/* Memory whose device has left the bus has no further events: a range would never match. */
static int add_selectors(struct daxbus_query *query, char **words, size_t n,
			 struct daxbus_error *error)
{
	for (size_t i = 0; i < n; i++) {
		int r = selectors_add_operands(query, &words[i], 1, error);

		if (r < 0)
			return r;
		if (api_monitor_has_range(query))
			return session_fail(error, -EINVAL,
					    "'%s' is memory without a device, which cannot be "
					    "monitored: see 'daxbus list --orphans'",
					    words[i]);
	}
	return 0;
}

static int set_state(struct wait *w, const char *until, struct daxbus_error *error)
{
	char *text = (char *)until;

	if (!until)
		return 0;
	w->state.none = *text == '!';
	text += w->state.none;
	if (daxbus_query_new(&w->expression) < 0)
		return session_fail_memory(error);
	w->state.query = w->expression;
	return add_selectors(w->expression, &text, 1, error);
}

static int set_end(struct wait *w, const char *timeout, struct daxbus_error *error)
{
	uint64_t seconds;

	if (!timeout)
		return 0;
	if (parse_u64(timeout, 10, &seconds) < 0 || !seconds || seconds > SECONDS_MAX)
		return session_fail(
			error, -EINVAL,
			"option '--timeout' is a number of seconds from 1 to %d, not '%s'",
			SECONDS_MAX, timeout);
	clock_gettime(CLOCK_MONOTONIC, &w->end);
	w->end.tv_sec += (time_t)seconds;
	w->has_end = true;
	return 0;
}

static int start(struct session *s, const struct monitor_options *options, struct wait *w,
		 struct daxbus_ctx *ctx)
{
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	int r = set_state(w, options->until, &s->error) ?: set_end(w, options->timeout, &s->error);

	if (r < 0)
		return r;
	if (daxbus_query_new(&query) < 0)
		return session_fail_memory(&s->error);
	r = add_selectors(query, s->operands, s->n_operands, &s->error);
	if (r < 0)
		return r;
	if (w->expression)
		api_monitor_add_state(query, &w->state);
	return daxbus_monitor_new(ctx, query, &w->monitor, &s->error);
}

/* Print the events that are there. A reader that is slow is waited for. */
static int print_events(struct session *s, struct wait *w)
{
	const struct daxbus_event *event;
	int r;

	while ((r = daxbus_monitor_next(w->monitor, &event, &s->error)) == 0) {
		if (s->common.json)
			r = monitor_json_print(s, event);
		else
			monitor_text_print(s, event);
		if (r < 0)
			return r;
	}
	return r == -EAGAIN ? 0 : r;
}

/* Milliseconds until the end, rounded up; -1: there is none. */
static int remaining_ms(const struct wait *w)
{
	struct timespec now;
	int64_t left;

	if (!w->has_end)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	left = (w->end.tv_sec - now.tv_sec) * (int64_t)1000 +
	       (w->end.tv_nsec - now.tv_nsec + 999999) / 1000000;
	return left > 0 ? (int)left : 0;
}

/*
 * Wait for events, for the reader of standard output to go, and for the end, without waking up in
 * between. Return: 0; -EPIPE, -EBADF: nobody reads; -ETIMEDOUT.
 */
static int wait_for_events(const struct wait *w)
{
	struct pollfd fds[] = { { .fd = daxbus_monitor_fd(w->monitor), .events = POLLIN },
				{ .fd = STDOUT_FILENO } };
	int n = poll(fds, ARRAY_SIZE(fds), remaining_ms(w));

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (fds[1].revents & (POLLERR | POLLNVAL))
		return stream_check();
	return n == 0 ? -ETIMEDOUT : 0;
}

/* Report what has happened so far. What the end of the time means then. */
static enum status end_of_time(struct session *s, const struct monitor_options *options,
			       struct wait *w)
{
	int r = api_monitor_end_burst(w->monitor, &s->error) ?: print_events(s, w);

	if (r < 0)
		return session_status(r);
	if (!w->expression || api_monitor_is_reached(w->monitor, &w->state))
		return STATUS_DONE;
	session_fail(&s->error, -ETIMEDOUT, "'%s' was not reached within %s second%s",
		     options->until, options->timeout, streq(options->timeout, "1") ? "" : "s");
	return STATUS_TIMEOUT;
}

static enum status watch_events(struct session *s, const struct monitor_options *options,
				struct wait *w)
{
	for (;;) {
		int r = print_events(s, w);

		if (r < 0)
			return session_status(r);
		/* main() reports that nobody reads, as for every command. */
		if (session_flush(s) < 0)
			return STATUS_FAILED;
		if (w->expression && api_monitor_is_reached(w->monitor, &w->state))
			return STATUS_DONE;
		r = wait_for_events(w);
		if (r == -ETIMEDOUT)
			return end_of_time(s, options, w);
		if (r < 0)
			return session_status(
				session_fail(&s->error, r, "cannot write: %s", strerror(-r)));
	}
}

static enum status run_monitor(struct session *s, const void *options)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(wait_done) struct wait w = { 0 };
	int r = session_open(s, &ctx) ?: start(s, options, &w, ctx);

	return r < 0 ? session_status(r) : watch_events(s, options, &w);
}

#define MEMBER(member) offsetof(struct monitor_options, member)

/* clang-format off */
static const struct option_row monitor_options[] = {
	{ .name = "until", .argument = "EXPRESSION",
	  .help = "end when all devices match this selector; with '!' in front, when none does (default: never)",
	  .type = OPTION_STRING, .offset = MEMBER(until), .complete = COMPLETE_SELECTORS },
	{ .name = "timeout", .argument = "SECONDS",
	  .help = "end after SECONDS, with --until as a failure (default: never)",
	  .type = OPTION_STRING, .offset = MEMBER(timeout) },
};
/* clang-format on */

const struct command monitor_command = {
	.name = "monitor",
	.operands = "[SELECTOR...]",
	.summary = "print what happens to devices, or wait for a state",
	.description =
		"Print a line for each event of devices, regions, memory blocks, drivers, flags and "
		"policies, until it is interrupted. Memory blocks of a device that change together "
		"are one line. With --until, wait until all devices that SELECTOR selects, and at "
		"least one, match EXPRESSION, which is a selector; if the time is over before, the "
		"exit status is 8. A device that SELECTOR names need not exist yet.",
	.examples = {
		{ "daxbus monitor", "print all events" },
		{ "daxbus monitor --until=mode=kmem,offline=0,missing=0 --timeout=60 dax0.0",
		  "wait until dax0.0 is in kmem mode with all its memory blocks online" },
		{ "daxbus monitor --until='!all' dax0.0", "wait until dax0.0 is gone" },
		{ "daxbus monitor --json mode=kmem | jq --unbuffered 'select(.event == \"blocks-offline\")'",
		  "for a program, print a line whenever memory goes offline" },
	},
	COMMAND_OPTIONS(monitor_options),
	.options_size = sizeof(struct monitor_options),
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_SELECTORS,
	.flags = COMMAND_JSON,
	.run = run_monitor,
};
