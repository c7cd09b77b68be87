/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_STEPS_SEEN_H
#define TEST_MODEL_STEPS_SEEN_H

#include <stdatomic.h>

#include "model/step.h"

/* Which kinds of steps the explored changes have, by the journals that they leave. */

#define STEP_KINDS_MAX 64

struct steps_seen {
	atomic_bool kinds[STEP_KINDS_MAX];
};

void steps_seen_note(struct steps_seen *seen, const char *journal, size_t length);

/* Print the kinds that were not seen, and why. Return: how many have no reason. */
unsigned int steps_seen_print_others(const struct steps_seen *seen);

#endif
