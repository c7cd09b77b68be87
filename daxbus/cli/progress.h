/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_PROGRESS_H
#define DAXBUS_CLI_PROGRESS_H

/*
 * Progress of a change on standard error: one line that is redrawn on a terminal, separate lines on
 * request, otherwise nothing.
 */

#include <time.h>

#include "base/string.h"
#include "base/util.h"
#include "daxbus.h"

enum progress_form {
	PROGRESS_NOTHING,
	PROGRESS_REDRAW,
	PROGRESS_LINES,
};

/*
 * struct progress - the last line that was shown
 * @form: how progress is shown
 * @begun: when the run started
 * @step: when the step started
 * @shown: when the last line was shown
 * @first: blocks that were done when the step started
 * @done: blocks that were done when the last line was shown
 * @device: name of the device, truncated
 * @what: name of the step, truncated
 * @drawn: the line must be cleared
 */
struct progress {
	enum progress_form form;
	struct timespec begun;
	struct timespec step;
	struct timespec shown;
	uint64_t first;
	uint64_t done;
	char device[64];
	char what[128];
	bool drawn;
};

/* Start; @lines: print separate lines. */
void progress_start(struct progress *p, bool lines);
/* A daxbus_progress_fn, with a struct progress. Return: true. */
bool progress_show(void *data, const struct daxbus_progress *now);
/* Clear the line on the terminal. */
void progress_clear(struct progress *p);

/*
 * Append the text of a line: "dax0.0: bringing memory online: 12/128 blocks, 1.5G/16.0G, 2.1G/s,
 * 0:07 left". @step and @run are seconds since the start of the step, at @first blocks, and of the
 * run.
 */
void progress_line_add(struct string *text, const struct daxbus_progress *now, uint64_t first,
		       double step, double run);

#endif
