/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_STRV_H
#define DAXBUS_BASE_STRV_H

#include "base/util.h"

/*
 * struct strv - a growing list of strings
 */
struct strv {
	char **items;
	size_t n;
};

int strv_push(struct strv *v, const char *s) _must_check_;
int strv_push_take(struct strv *v, char *s) _must_check_;
bool strv_has(const struct strv *v, const char *s);
bool strv_equal(const struct strv *a, const struct strv *b);
void strv_sort(struct strv *v);
void strv_done(struct strv *v);

#endif
