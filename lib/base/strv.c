/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/strv.h"

#include <errno.h>

#include "base/array.h"

int strv_push_take(struct strv *v, char *s)
{
	if (s && ARRAY_PUSH(v->items, v->n, s) == 0)
		return 0;
	free(s);
	return -ENOMEM;
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

bool strv_equal(const struct strv *a, const struct strv *b)
{
	size_t i = 0;

	while (i < a->n && i < b->n && streq(a->items[i], b->items[i]))
		i++;
	return i == a->n && i == b->n;
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
