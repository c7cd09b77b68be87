/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli/dl.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <string.h>

#include "base/string.h"
#include "cli/session.h"

int dl_open(const char *file, const char *package, const struct dl_symbol *symbols, size_t n,
	    void *base, struct daxbus_error *error)
{
	void *handle = dlopen(file, RTLD_LAZY | RTLD_LOCAL);

	if (!handle)
		return fail(error, -ELIBACC, "cannot open %s (install the package %s): %s", file,
			    package, dlerror());
	for (size_t i = 0; i < n; i++) {
		void *symbol = dlsym(handle, symbols[i].name);

		if (!symbol)
			return fail(error, -ELIBACC, "%s has no %s: the package %s is too old",
				    file, symbols[i].name, package);
		memcpy((char *)base + symbols[i].offset, &symbol, sizeof(symbol));
	}
	return 0;
}

/*
 * @folder/@file, or what that link is one for in the same folder, which has the file's full version
 * in its name.
 */
static char *resolve(const char *folder, const char *file)
{
	struct string path = { 0 };
	_cleanup_free_ char *s = NULL;
	char target[NAME_MAX + 1];
	ssize_t n;

	string_add(&path, "%s/%s", folder, file);
	s = string_take(&path);
	if (!s || access(s, R_OK) < 0)
		return NULL;
	n = readlink(s, target, sizeof(target));
	if (n < 0 || n == (ssize_t)sizeof(target) || memchr(target, '/', (size_t)n))
		return TAKE_PTR(s);
	string_add(&path, "%s/%.*s", folder, (int)n, target);
	return string_take(&path);
}

static char *find_in_folders(const char *file, const Dl_serinfo *folders)
{
	for (unsigned int i = 0; i < folders->dls_cnt; i++) {
		char *path = resolve(folders->dls_serpath[i].dls_name, file);

		if (path)
			return path;
	}
	return NULL;
}

static char *find_without_loading(const char *file)
{
	void *self = dlopen(NULL, RTLD_LAZY);
	_cleanup_free_ Dl_serinfo *folders = NULL;
	Dl_serinfo size;
	char *path = NULL;

	if (!self)
		return NULL;
	if (dlinfo(self, RTLD_DI_SERINFOSIZE, &size) == 0 && (folders = malloc(size.dls_size))) {
		folders->dls_size = size.dls_size;
		folders->dls_cnt = size.dls_cnt;
		if (dlinfo(self, RTLD_DI_SERINFO, folders) == 0)
			path = find_in_folders(file, folders);
	}
	dlclose(self);
	return path;
}

static char *find_by_loading(const char *file)
{
	void *handle = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
	struct link_map *map;
	char *path = NULL;

	if (!handle)
		return NULL;
	if (dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0)
		path = strdup(map->l_name);
	dlclose(handle);
	return path;
}

char *dl_find(const char *file)
{
	char *path = find_without_loading(file);

	return path ? path : find_by_loading(file);
}
