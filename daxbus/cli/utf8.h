/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_UTF8_H
#define DAXBUS_CLI_UTF8_H

#include <stddef.h>

/* Bytes of the UTF-8 character at the start of @s; 0 when there is none. */
size_t utf8_length(const char *s);

/*
 * A copy of @s in which each byte that belongs to no UTF-8 character is U+FFFD; NULL when memory
 * ran out.
 */
char *utf8_repair(const char *s);

#endif
