/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/string.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/format.h"

/* Most strings are names and cells. */
#define STRING_ROOM_MIN 32

/* Make room for @n more bytes and a NUL. */
static bool make_room(struct string *t, size_t n)
{
	size_t room = t->room ? t->room : STRING_ROOM_MIN;
	char *grown;

	while (room - t->length <= n)
		room *= 2;
	if (room == t->room)
		return true;
	grown = realloc(t->s, room);
	if (!grown)
		return false;
	t->s = grown;
	t->room = room;
	return true;
}

static int _format_(2, 0) print_at_end(struct string *t, const char *format, va_list args)
{
	return format_print(t->s + t->length, t->room - t->length, format, args);
}

void string_add(struct string *t, const char *format, ...)
{
	va_list args;
	int n = -1;

	va_start(args, format);
	if (make_room(t, 0)) {
		va_list copy;

		va_copy(copy, args);
		n = print_at_end(t, format, copy);
		va_end(copy);
	}
	if (n >= 0 && (size_t)n >= t->room - t->length)
		n = make_room(t, (size_t)n) ? print_at_end(t, format, args) : -1;
	va_end(args);
	if (n >= 0)
		t->length += (size_t)n;
	else
		t->failed = true;
	/* A text that could not be printed is not there in part. */
	if (t->s)
		t->s[t->length] = '\0';
}

void string_done(struct string *t)
{
	free(t->s);
	*t = (struct string){ 0 };
}

char *string_take(struct string *t)
{
	char *s;

	if (!t->s && !t->failed)
		t->s = strdup("");
	s = t->failed ? NULL : TAKE_PTR(t->s);
	string_done(t);
	return s;
}

int string_vformat(char **ret, const char *format, va_list args)
{
	if (vasprintf(ret, format, args) >= 0)
		return 0;
	*ret = NULL;
	return -ENOMEM;
}

int string_format(char **ret, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = string_vformat(ret, format, args);
	va_end(args);
	return r;
}

int string_copy(char **ret, const char *s)
{
	*ret = s ? strdup(s) : NULL;
	return s && !*ret ? -ENOMEM : 0;
}

int string_replace(char **s, const char *value)
{
	char *copy;

	if (string_copy(&copy, value) < 0)
		return -ENOMEM;
	free(*s);
	*s = copy;
	return 0;
}

void string_add_size(struct string *t, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	size_t i = 0;

	/* Keep two digits unless the division is exact. */
	while (bytes >= 10 * 1024 || (bytes && bytes % 1024 == 0)) {
		bytes /= 1024;
		i++;
	}
	string_add(t, "%" PRIu64 " %s", bytes, units[i]);
}

char *string_cut_path_name(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return NULL;
	*slash = '\0';
	return slash + 1;
}
