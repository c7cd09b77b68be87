/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_WALK_H
#define TEST_MODEL_WALK_H

#include "trace.h"

/*
 * Choose a write, right or wrong, by random(). @answers has what is known of the machine: nothing
 * is chosen that would lose memory until the next boot, or crash a kernel.
 */
void walk_choose(const struct trace_answers *answers, const char *parent, struct trace_line *ret);

#endif
