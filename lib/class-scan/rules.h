/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_RULES_H
#define DAXBUS_CLASS_SCAN_RULES_H

#include "class-scan/comments.h"
#include "class-scan/findings.h"
#include "class-scan/span.h"

/* What is said where "dax" stands, which is at @p in @t. */

/* How the class is used there; _USE_MAX when it is not. */
enum finding rules_finding(const struct span *t, size_t p, enum syntax syntax);

/* Whether it names the bus's devices; its drivers say nothing of where devices are looked for. */
bool rules_names_bus(const struct span *t, size_t p);

/*
 * Whether instructions stand there that copy the class's path: of a short text they have eight
 * bytes each, "/sys/cla", then "ass/dax" with its NUL. @s has @n bytes.
 */
bool rules_is_in_instructions(const char *s, size_t n, size_t p);

#endif
