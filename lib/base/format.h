/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_FORMAT_H
#define DAXBUS_BASE_FORMAT_H

#include <stdarg.h>

#include "base/util.h"

/*
 * format_print() - what vsnprintf() does
 *
 * Formats of plain text, %s, %c and unsigned numbers without flags, width and precision (%u,
 * PRIu64, PRIx64, %zu) are printed here, all others by vsnprintf(). Most names of attributes and
 * most cells of tables have such formats, and a list of 65,536 memory blocks prints hundreds of
 * thousands of them: vsnprintf() sets up a stream for each, which takes five times as long.
 *
 * Return: the length of the whole text, even if it does not fit; negative if vsnprintf() failed.
 */
int format_print(char *buffer, size_t size, const char *format, va_list args)
	_format_(3, 0) _must_check_;

#endif
