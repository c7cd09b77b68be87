/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_UTF8_H
#define DAXBUS_CLI_UTF8_H

#include <stddef.h>

/* Length in bytes of the UTF-8 character at the start of @s; 0 if there is none. */
size_t utf8_length(const char *s);

/*
 * A copy of @s with U+FFFD for each byte that is not part of a UTF-8 character; NULL if out of
 * memory.
 */
char *utf8_repair(const char *s);

#endif
