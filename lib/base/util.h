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

/* Hand over what a cleanup attribute would release. */
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

static inline bool is_power_of_two(uint64_t v)
{
	return v && !(v & (v - 1));
}

/*
 * Cut an absolute path behind its parent. Return: what is cut off, or NULL below the root, where
 * nothing is.
 */
char *path_cut_name(char *path);

/* All of it, however many calls that takes. Return: 0; errno of write(2), never -EINTR. */
int write_all(int fd, const char *s, size_t length) _must_check_;

/*
 * array_grow() - make room for one more element at the end of an array
 * @array: pointer to the array's pointer
 * @n: elements in use
 * @size: bytes of an element
 *
 * Room doubles, at powers of two of @n, so that no capacity has to be kept beside the array.
 *
 * Return: 0; -ENOMEM, the array stays as it was.
 */
int array_grow(void *array, size_t n, size_t size) _must_check_;

/*
 * struct strv - a list of strings that grows
 */
struct strv {
	char **items;
	size_t n;
};

int strv_push(struct strv *v, const char *s) _must_check_;
int strv_push_take(struct strv *v, char *s) _must_check_;
bool strv_has(const struct strv *v, const char *s);
void strv_sort(struct strv *v);
void strv_done(struct strv *v);

/*
 * struct text - a string that grows; the first failure to get memory sticks
 */
struct text {
	char *s;
	size_t length;
	bool failed;
};

void text_add(struct text *t, const char *format, ...) _format_(2, 3);
void text_done(struct text *t);
/* The string, owned by the caller, or NULL when memory ran out. The object is empty afterwards. */
char *text_take(struct text *t) _must_check_;

/* Make each control character of a string a '?': what others chose must not reach a terminal so. */
void text_hide_controls(char *s);
/* Bytes in the largest unit that does not round off much: "512 MiB", "1536 MiB", "15 GiB". */
void text_add_size(struct text *t, uint64_t bytes);

#endif
