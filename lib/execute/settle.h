/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_SETTLE_H
#define DAXBUS_EXECUTE_SETTLE_H

#include "execute/executor.h"

/*
 * Other programs that bring memory online: wait for them, and name them.
 *
 * Nothing keeps another program from writing to the `state` of a memory block: the kernel has no
 * lock that is held longer than one write. Stopping udev would stop it for all other devices, too,
 * and for good if this run is killed. So a plan makes new memory come online where nobody finds it
 * offline, if it knows of such a program (plan/steps); others are found by their effect.
 */

/*
 * Wait until udev has handled all events, at most for SETTLE_SECONDS. Return: false if the progress
 * function asks to stop.
 */
bool settle_wait(struct executor *p) _must_check_;
#define SETTLE_SECONDS 120

/* Wait for a moment in which an agent that looks at memory again and again would act. */
void settle_dwell(void);

/*
 * Fail because the memory of the device is not as it was left: add to the message what brings
 * memory online, if that is known, and a hint. Return: @r.
 */
int settle_fail(const struct executor *p, struct failure *failure, enum reason code, int r,
		const char *format, ...) _format_(5, 6);

#endif
