/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/cgroup.h"

#include <errno.h>

#include "base/string.h"

/* --- a component of the path ------------------------------------------------------------------ */

#define ID_LENGTH 64

static bool is_id(const char *s, size_t n)
{
	return n == ID_LENGTH && strspn(s, "0123456789abcdef") >= ID_LENGTH;
}

/* "docker-ID.scope", as the container engines name scopes; @ret_n: bytes of the ID. */
static const char *scope_id(const char *s, size_t n, size_t *ret_n)
{
	static const char *const prefixes[] = { "docker-", "libpod-", "cri-containerd-", "crio-" };
	static const char suffix[] = ".scope";

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		size_t length = strlen(prefixes[i]);

		if (!starts_with(s, prefixes[i]) || n != length + ID_LENGTH + strlen(suffix) ||
		    !is_id(s + length, ID_LENGTH))
			continue;
		*ret_n = ID_LENGTH;
		return s + length;
	}
	return NULL;
}

/* "lxc.payload.NAME", "machine-NAME.scope". */
static const char *machine_name(const char *s, size_t n, size_t *ret_n)
{
	static const struct {
		const char *prefix, *suffix;
	} forms[] = { { "lxc.payload.", "" }, { "machine-", ".scope" } };

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		size_t before = strlen(forms[i].prefix), behind = strlen(forms[i].suffix);

		if (n <= before + behind || !starts_with(s, forms[i].prefix) ||
		    strncmp(s + n - behind, forms[i].suffix, behind) != 0)
			continue;
		*ret_n = n - before - behind;
		return s + before;
	}
	return NULL;
}

static const char *container_of(const char *s, size_t n, size_t *ret_n)
{
	const char *found = scope_id(s, n, ret_n) ?: machine_name(s, n, ret_n);

	if (found || !is_id(s, n))
		return found;
	*ret_n = n;
	return s;
}

static bool is_unit(const char *s, size_t n)
{
	static const char *const suffixes[] = { ".service", ".scope" };

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t length = strlen(suffixes[i]);

		if (n > length && strncmp(s + n - length, suffixes[i], length) == 0)
			return true;
	}
	return false;
}

/* --- a line ----------------------------------------------------------------------------------- */

static int replace(char **s, const char *from, size_t n)
{
	char *copy = strndup(from, n);

	if (!copy)
		return -ENOMEM;
	free(*s);
	*s = copy;
	return 0;
}

/* Units inside of a container are its own. */
static int take_component(const char *s, size_t n, char **unit, char **container)
{
	size_t length;
	const char *found = *container ? NULL : container_of(s, n, &length);

	if (found)
		return replace(container, found, length);
	return !*container && is_unit(s, n) ? replace(unit, s, n) : 0;
}

int cgroup_find(const char *line, char **ret_unit, char **ret_container)
{
	_cleanup_free_ char *unit = NULL, *container = NULL;
	const char *path;
	int r = 0;

	if (!starts_with(line, "0::/") && !strstr(line, ":name=systemd:/"))
		return 0;
	path = strchr(line, '/');
	for (size_t n; r == 0 && *path; path += n) {
		path += strspn(path, "/");
		n = strcspn(path, "/\n");
		r = take_component(path, n, &unit, &container);
		if (path[n] == '\n')
			break;
	}
	if (r < 0)
		return r;
	free(*ret_unit);
	free(*ret_container);
	*ret_unit = TAKE_PTR(unit);
	*ret_container = TAKE_PTR(container);
	return 1;
}
