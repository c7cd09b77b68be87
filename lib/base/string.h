/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_STRING_H
#define DAXBUS_BASE_STRING_H

#include "base/util.h"

/*
 * struct string - a string that grows; the first failure to get memory sticks
 */
struct string {
	char *s;
	size_t length;
	bool failed;
};

void string_add(struct string *t, const char *format, ...) _format_(2, 3);
void string_done(struct string *t);
/* The string, owned by the caller, or NULL when memory ran out. The object is empty afterwards. */
char *string_take(struct string *t) _must_check_;

/* Copy @s, or set *@ret to NULL if @s is NULL. Return: 0; -ENOMEM, then *@ret is NULL. */
int string_copy(char **ret, const char *s) _must_check_;

/* Make each control character of a string a '?': what others chose must not reach a terminal so. */
void string_hide_controls(char *s);
/* Bytes in the largest unit that does not round off much: "512 MiB", "1536 MiB", "15 GiB". */
void string_add_size(struct string *t, uint64_t bytes);

/*
 * Cut an absolute path behind its parent. Return: what is cut off, or NULL below the root, where
 * nothing is.
 */
char *string_cut_path_name(char *path);

#endif
