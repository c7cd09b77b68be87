/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_PATH_H
#define DAXBUS_IO_PATH_H

#include <limits.h>
#include <stdarg.h>

#include "base/util.h"

/*
 * Paths as text: nothing here looks at a file system.
 *
 * Return of all that can fail: 0; -ENAMETOOLONG; -EINVAL when a format cannot be printed.
 */

/*
 * A canonical path: "/a/b", and "" for the root itself, so that components are put behind it
 * without a special case.
 */
struct path {
	size_t length;
	char s[PATH_MAX];
};

void path_init(struct path *path);
const char *path_text(const struct path *path);
int path_push(struct path *path, const char *component, size_t length) _must_check_;
void path_pop(struct path *path);
/* Follow @text from @path, ".." by dropping a component: right where no component is a link. */
int path_append(struct path *path, const char *text) _must_check_;
/* The same for the text of a link, which starts over at the root when it is absolute. */
int path_follow(struct path *path, const char *target) _must_check_;

enum component {
	COMPONENT_END,
	COMPONENT_NAME,
	COMPONENT_UP,
};

/* Take the next component that says something from *@s: a "." or a second slash does not. */
enum component path_next_component(const char **s, const char **ret, size_t *ret_length);

int path_format(char buffer[PATH_MAX], const char *format, va_list args)
	_format_(2, 0) _must_check_;

/*
 * A name relative to a directory, cleaned. Names are put together from what a tree contains and
 * from what people type: one that leads out of the directory is refused here, whichever way files
 * are opened, with the errno of openat2(2).
 */
struct name {
	struct path path;
	const char *text; /* "a/b" */
	const char *last; /* "b" */
};

/* Beyond the others: -EXDEV for a name that leads out, -ENOENT for one that says nothing. */
int path_name_format(struct name *ret, const char *format, va_list args)
	_format_(2, 0) _must_check_;

#endif
