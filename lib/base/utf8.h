/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_UTF8_H
#define DAXBUS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Text that others chose: names of files and processes, lines of files, attributes of a captured
 * tree. It must not control the terminal, the log or the document in which it is shown.
 */

/* Length in bytes of the UTF-8 character at the start of @s; 0 if there is none. */
size_t utf8_length(const char *s);

/*
 * Whether the character of @length bytes at @s (utf8_length()) controls who reads it: C0 and C1
 * control characters, line separators, and marks that change the direction of the text after them.
 */
bool utf8_is_control(const char *s, size_t length);

/* Whether @s has such a character, or a byte that is not part of a UTF-8 character. */
bool utf8_has_control(const char *s);

/*
 * Replace each of them with '?', before @s is printed for people. @s may become shorter: a
 * character becomes one byte. Return: @s, which may be NULL.
 */
char *utf8_hide_controls(char *s);

/* The code point of the character of @length bytes at @s. */
unsigned int utf8_code_point(const char *s, size_t length);

/*
 * A copy of @s with U+FFFD for each byte that is not part of a UTF-8 character; NULL if out of
 * memory.
 */
char *utf8_repair(const char *s);

#endif
