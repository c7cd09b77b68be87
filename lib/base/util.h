/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_UTIL_H
#define DAXBUS_BASE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define _cleanup_(fn)  __attribute__((cleanup(fn)))
#define _format_(a, b) __attribute__((format(printf, a, b)))
#define _must_check_   __attribute__((warn_unused_result))
#define _public_       __attribute__((visibility("default")))
#define _unused_       __attribute__((unused))

#define ARRAY_SIZE(a)  (sizeof(a) / sizeof((a)[0]))

/* Take ownership away from a variable with a cleanup attribute. */
#define TAKE_PTR(p)                                                                                \
	({                                                                                         \
		__typeof__(p) _taken = (p);                                                        \
		(p) = NULL;                                                                        \
		_taken;                                                                            \
	})
#define TAKE_FD(fd)                                                                                \
	({                                                                                         \
		int _taken = (fd);                                                                 \
		(fd) = -1;                                                                         \
		_taken;                                                                            \
	})
#define TAKE_STRUCT(s)                                                                             \
	({                                                                                         \
		__typeof__(s) _taken = (s);                                                        \
		(s) = (__typeof__(s)){ 0 };                                                        \
		_taken;                                                                            \
	})

static inline void free_p(void *p)
{
	free(*(void **)p);
}
#define _cleanup_free_ _cleanup_(free_p)

static inline void close_p(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define _cleanup_close_ _cleanup_(close_p)

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static inline bool ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), length = strlen(suffix);

	return n >= length && streq(s + n - length, suffix);
}

/* What a noun ends with behind the number @n. */
static inline const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* For the functions that qsort() and bsearch() call: below 0, 0 or above 0. */
static inline int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static inline bool is_power_of_two(uint64_t v)
{
	return v && !(v & (v - 1));
}

#endif
