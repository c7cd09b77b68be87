/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_RULES_H
#define DAXBUS_CLASS_SCAN_RULES_H

#include "base/util.h"
#include "class-scan/comments.h"
#include "class-scan/findings.h"

/*
 * struct span - a line without its comment, or a string of a program
 * @s: its @n bytes, without a NUL at their end
 * @n: number of bytes
 * @offset: of the first byte in the file
 * @line: number of the line, 0 in a program
 */
struct span {
	const char *s;
	size_t n;
	uint64_t offset;
	uint64_t line;
};

/* The compiled rules. */
struct rules;

/* Return: 0; -ENOMEM. */
int rules_new(struct rules **ret) _must_check_;
void rules_free(struct rules *rules);

/* How the "dax" at @p in @t uses the class; _USE_MAX if it does not. */
enum finding rules_finding(const struct rules *rules, const struct span *t, size_t p,
			   enum syntax syntax);

/* Whether the "dax" at @p names the directory of the bus, except that of its drivers. */
bool rules_names_bus(const struct rules *rules, const struct span *t, size_t p);

/*
 * Whether the "dax" at @p is in instructions that copy the path of the class: a compiler puts a
 * short string into operands of eight bytes, "/sys/cla", then "ass/dax" with its NUL. @s has @n
 * bytes.
 */
bool rules_is_in_instructions(const char *s, size_t n, size_t p);

#endif
