/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_LINES_H
#define DAXBUS_LINES_H

#include "base/strv.h"
#include "unit.h"

/* The lines that a function has written, and no other; the list is released. */
static inline void assert_lines(struct strv *v, const char *const *lines, size_t n)
{
	for (size_t i = 0; i < n && i < v->n; i++)
		assert_string_equal(v->items[i], lines[i]);
	assert_int_equal(v->n, n);
	strv_done(v);
}
#define ASSERT_LINES(v, ...)                                                                       \
	assert_lines(v, (const char *const[]){ __VA_ARGS__ },                                      \
		     ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ })))

#endif
