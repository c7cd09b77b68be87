/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_STRING_H
#define DAXBUS_BASE_STRING_H

#include <stdarg.h>

#include "base/util.h"

/*
 * struct string - a growing string; @failed is set, and remains set, if memory runs out
 */
struct string {
	char *s;
	size_t length;
	size_t room; /* bytes at @s */
	bool failed;
};

void string_add(struct string *t, const char *format, ...) _format_(2, 3);
void string_done(struct string *t);
/* Return: the string, owned by the caller; NULL if memory ran out. The object is empty then. */
char *string_take(struct string *t) _must_check_;

/* Print into a new string. Return: 0; -ENOMEM, then *@ret is NULL. */
int string_format(char **ret, const char *format, ...) _format_(2, 3) _must_check_;
int string_vformat(char **ret, const char *format, va_list args) _format_(2, 0) _must_check_;
/* Copy @s, or set *@ret to NULL if @s is NULL. Return: 0; -ENOMEM, then *@ret is NULL. */
int string_copy(char **ret, const char *s) _must_check_;
/* Free *@s, and set it to a copy of @value or to NULL. Return: 0; -ENOMEM, *@s is unchanged. */
int string_replace(char **s, const char *value) _must_check_;

/* Add a size in the largest unit that leaves two digits: "512 MiB", "1536 MiB", "15 GiB". */
void string_add_size(struct string *t, uint64_t bytes);

/* Cut the last component off an absolute path. Return: the component; NULL in the root directory.
 */
char *string_cut_path_name(char *path);

#endif
