/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_PROGRESS_H
#define DAXBUS_CLI_PROGRESS_H

/*
 * How far a change is, on standard error: a line that redraws itself on a terminal, plain lines on
 * request, nothing otherwise.
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
 * struct progress - what is on the screen, and since when
 * @form: how it is shown
 * @begun: when the run began
 * @step: when the step did, at @first blocks of it
 * @shown: when the last line was shown, of @device and @what, at @done blocks
 * @first: see @step
 * @done: see @shown
 * @device: the device's name, cut
 * @what: the step's name, cut
 * @drawn: there is a line to clear
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

/* Begin; @lines asks for plain lines. */
void progress_start(struct progress *p, bool lines);
void progress_show(struct progress *p, const struct daxbus_progress *now);
/* Clear what is on the terminal. */
void progress_clear(struct progress *p);

/*
 * The text of a line: "dax0.0: bringing memory online: 12/128 blocks, 1.5G/16.0G, 2.1G/s, 0:07
 * left". @step and @run are seconds since the step and the run began, when @first blocks were done.
 */
void progress_add_line(struct string *text, const struct daxbus_progress *now, uint64_t first,
		       double step, double run);

#endif
