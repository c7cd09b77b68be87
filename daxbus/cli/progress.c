/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/progress.h"

#include <stdio.h>

#include "base/utf8.h"
#include "cli/session.h"
#include "cli/stream.h"

/* Seconds between lines. */
#define REDRAW_EVERY 0.1
#define LINES_EVERY  1.0

static double seconds_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

void progress_start(struct progress *p, bool lines)
{
	*p = (struct progress){ 0 };
	if (lines)
		p->form = PROGRESS_LINES;
	else if (isatty(STDERR_FILENO))
		p->form = PROGRESS_REDRAW;
	clock_gettime(CLOCK_MONOTONIC, &p->begun);
}

/* Whether this is another step than at the last line; if so, start to measure it. */
static bool begin_step(struct progress *p, const struct daxbus_progress *now)
{
	char device[sizeof(p->device)], what[sizeof(p->what)];

	snprintf(device, sizeof(device), "%s", now->device ? now->device : "");
	snprintf(what, sizeof(what), "%s", now->what);
	if (streq(device, p->device) && streq(what, p->what) && now->done >= p->done)
		return false;
	memcpy(p->device, device, sizeof(device));
	memcpy(p->what, what, sizeof(what));
	p->first = now->done;
	clock_gettime(CLOCK_MONOTONIC, &p->step);
	return true;
}

/* Cut a line before the last column, in which some terminals wrap. */
static void fit(char *line, size_t width)
{
	size_t columns = 0;

	while (*line && columns + 1 < width) {
		size_t length = utf8_length(line);

		line += length ? length : 1;
		columns++;
	}
	*line = '\0';
}

static void draw(struct progress *p, char *line)
{
	fit(line, stream_width(STDERR_FILENO));
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	p->drawn = true;
}

/* Always show the last block. */
static bool is_last(const struct daxbus_progress *now)
{
	return now->total && now->done >= now->total;
}

bool progress_show(void *data, const struct daxbus_progress *now)
{
	struct progress *p = data;
	double every = p->form == PROGRESS_REDRAW ? REDRAW_EVERY : LINES_EVERY;
	struct string text = { 0 };
	_cleanup_free_ char *line = NULL;

	if (p->form == PROGRESS_NOTHING)
		return true;
	if (!begin_step(p, now) && seconds_since(&p->shown) < every && !is_last(now))
		return true;
	progress_line_add(&text, now, p->first, seconds_since(&p->step), seconds_since(&p->begun));
	line = string_take(&text);
	if (!line)
		return true;
	p->done = now->done;
	clock_gettime(CLOCK_MONOTONIC, &p->shown);
	utf8_hide_controls(line);
	if (p->form == PROGRESS_REDRAW)
		draw(p, line);
	else
		session_say("%s", line);
	return true;
}

void progress_clear(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = false;
}
