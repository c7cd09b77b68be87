/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_RULES_H
#define DAXBUS_CLASS_SCAN_RULES_H

#include "base/util.h"
#include "class-scan/comments.h"
#include "class-scan/findings.h"

/*
 * struct span - a line without its comment, or a string of a program
 * @s: bytes of a buffer; borrowed; do not end with NUL
 * @n: number of bytes in @s
 * @offset: offset of @s in the file
 * @line: number of the line, starting with 1; 0 in a program
 */
struct span {
	const char *s;
	size_t n;
	uint64_t offset;
	uint64_t line;
};

struct rules;

/*
 * rules_new() - compile the rules
 * @ret: receives them; release them with rules_free(), which allows NULL
 *
 * Return: 0; -ENOMEM.
 */
int rules_new(struct rules **ret) _must_check_;
void rules_free(struct rules *rules);

/*
 * rules_finding() - determine how a line or string uses the class
 * @rules: the rules
 * @t: the line or string
 * @p: offset of a "dax" in @t
 * @syntax: syntax of the file
 *
 * Return: the way; _USE_MAX if this "dax" is no use of the class.
 */
enum finding rules_finding(const struct rules *rules, const struct span *t, size_t p,
			   enum syntax syntax);

/* Return: whether the "dax" at @p in @t is in a path of the bus, but not in one of its drivers. */
bool rules_names_bus(const struct rules *rules, const struct span *t, size_t p);

/*
 * Return: whether the "dax" at @p in the @n bytes at @s is in instructions that copy the path of
 * the class: a compiler stores a short string in operands of eight bytes, "/sys/cla", then
 * "ass/dax" with its NUL.
 */
bool rules_is_in_instructions(const char *s, size_t n, size_t p);

#endif
