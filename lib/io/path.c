/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/path.h"

#include <errno.h>

#include "base/format.h"

void path_init(struct path *path)
{
	path->length = 0;
	path->s[0] = '\0';
}

const char *path_text(const struct path *path)
{
	return path->length ? path->s : "/";
}

int path_push(struct path *path, const char *component, size_t length)
{
	if (path->length + 1 + length >= sizeof(path->s))
		return -ENAMETOOLONG;
	path->s[path->length] = '/';
	memcpy(path->s + path->length + 1, component, length);
	path->length += 1 + length;
	path->s[path->length] = '\0';
	return 0;
}

void path_pop(struct path *path)
{
	while (path->length && path->s[path->length - 1] != '/')
		path->length--;
	if (path->length)
		path->length--;
	path->s[path->length] = '\0';
}

enum component path_next_component(const char **s, const char **ret, size_t *ret_length)
{
	for (;;) {
		const char *start = *s + strspn(*s, "/");
		size_t length = strcspn(start, "/");

		*s = start + length;
		if (!length)
			return COMPONENT_END;
		if (length == 1 && start[0] == '.')
			continue;
		if (length == 2 && start[0] == '.' && start[1] == '.')
			return COMPONENT_UP;
		*ret = start;
		*ret_length = length;
		return COMPONENT_NAME;
	}
}

int path_append(struct path *path, const char *text)
{
	const char *component = NULL;
	enum component next;
	size_t length = 0;
	int r = 0;

	while (r == 0 &&
	       (next = path_next_component(&text, &component, &length)) != COMPONENT_END) {
		if (next == COMPONENT_UP)
			path_pop(path);
		else
			r = path_push(path, component, length);
	}
	return r;
}

int path_follow(struct path *path, const char *target)
{
	if (*target == '/')
		path_init(path);
	return path_append(path, target);
}

int path_format(char buffer[PATH_MAX], const char *format, va_list args)
{
	int n = format_print(buffer, PATH_MAX, format, args);

	if (n < 0)
		return -EINVAL;
	return n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

/* Take the text of a name component by component, without what says nothing. */
static int clean_name(struct name *ret, const char *text)
{
	enum component next = COMPONENT_NAME;
	const char *component = NULL;
	size_t length = 0;
	int r = 0;

	path_init(&ret->path);
	while (r == 0 && (next = path_next_component(&text, &component, &length)) == COMPONENT_NAME)
		r = path_push(&ret->path, component, length);
	if (r < 0)
		return r;
	if (next == COMPONENT_UP)
		return -EXDEV;
	return ret->path.length ? 0 : -ENOENT;
}

/*
 * Whether a name is as clean_name() would leave it: none of its components is empty or begins with
 * a dot. It is the case of nearly all names, and most of what finding an attribute costs here would
 * be to copy them.
 */
static bool is_clean(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((i == 0 || text[i - 1] == '/') && (text[i] == '.' || text[i] == '/'))
			return false;
	return length && text[length - 1] != '/';
}

int path_name_format(struct name *ret, const char *format, va_list args)
{
	char *text = ret->path.s + 1;
	int n = format_print(text, sizeof(ret->path.s) - 1, format, args);
	int r = 0;

	if (n < 0)
		return -EINVAL;
	if ((size_t)n >= sizeof(ret->path.s) - 1)
		return -ENAMETOOLONG;
	if (*text == '/')
		return -EXDEV;
	ret->path.s[0] = '/';
	ret->path.length = 1 + (size_t)n;
	if (!is_clean(text, (size_t)n)) {
		char unclean[PATH_MAX];

		memcpy(unclean, text, (size_t)n + 1);
		r = clean_name(ret, unclean);
	}
	ret->text = text;
	ret->last = r == 0 ? strrchr(ret->path.s, '/') + 1 : NULL;
	return r;
}
