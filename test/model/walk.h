/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_WALK_H
#define TEST_MODEL_WALK_H

#include "trace.h"

/*
 * Choose a write, right or wrong, by random(). @answers has what is known of the machine: nothing
 * is chosen that would lose memory until the next boot, or crash a kernel. @with_normal: memory may
 * go online in zone Normal; it is not taken offline again.
 */
void walk_choose(const struct trace_answers *answers, const char *parent, bool with_normal,
		 struct trace_line *ret);

#endif
