/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/util.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

char *path_cut_name(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || slash == path)
		return NULL;
	*slash = '\0';
	return slash + 1;
}

int write_all(int fd, const char *s, size_t length)
{
	while (length) {
		ssize_t n = write(fd, s, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		s += n;
		length -= (size_t)n;
	}
	return 0;
}

int array_grow(void *array, size_t n, size_t size)
{
	void **p = array;
	size_t room = n ? n * 2 : 1;
	void *grown;

	if (n & (n - 1))
		return 0;
	grown = reallocarray(*p, room, size);
	if (!grown)
		return -ENOMEM;
	*p = grown;
	return 0;
}

int strv_push_take(struct strv *v, char *s)
{
	if (!s || array_grow(&v->items, v->n, sizeof(*v->items)) < 0) {
		free(s);
		return -ENOMEM;
	}
	v->items[v->n++] = s;
	return 0;
}

int strv_push(struct strv *v, const char *s)
{
	return strv_push_take(v, strdup(s));
}

bool strv_has(const struct strv *v, const char *s)
{
	for (size_t i = 0; i < v->n; i++)
		if (streq(v->items[i], s))
			return true;
	return false;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *v)
{
	if (v->n)
		qsort(v->items, v->n, sizeof(*v->items), compare_strings);
}

void strv_done(struct strv *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->items[i]);
	free(v->items);
	*v = (struct strv){ 0 };
}

void text_add(struct text *t, const char *format, ...)
{
	_cleanup_free_ char *more = NULL;
	va_list args;
	char *grown;
	int n;

	va_start(args, format);
	n = vasprintf(&more, format, args);
	va_end(args);
	if (n < 0) {
		more = NULL;
		t->failed = true;
		return;
	}
	grown = realloc(t->s, t->length + (size_t)n + 1);
	if (!grown) {
		t->failed = true;
		return;
	}
	memcpy(grown + t->length, more, (size_t)n + 1);
	t->s = grown;
	t->length += (size_t)n;
}

void text_done(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

char *text_take(struct text *t)
{
	char *s;

	if (!t->s && !t->failed)
		t->s = strdup("");
	s = t->failed ? NULL : TAKE_PTR(t->s);
	text_done(t);
	return s;
}

void text_hide_controls(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
}

void text_add_size(struct text *t, uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	size_t i = 0;

	/* Two digits or more, or nothing cut off. */
	while (bytes >= 10 * 1024 || (bytes && bytes % 1024 == 0)) {
		bytes /= 1024;
		i++;
	}
	text_add(t, "%" PRIu64 " %s", bytes, units[i]);
}
