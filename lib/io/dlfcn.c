/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/dlfcn.h"

#include <dlfcn.h>
#include <link.h>

const char *dlfcn_open(const char *file, const struct dlfcn_symbol *symbols, size_t n, void *base)
{
	void *library = dlopen(file, RTLD_LAZY | RTLD_NODELETE);

	if (!library)
		return dlerror();
	for (size_t i = 0; i < n; i++) {
		void *function = dlsym(library, symbols[i].name);

		if (!function)
			return dlerror();
		memcpy((char *)base + symbols[i].offset, &function, sizeof(function));
	}
	return NULL;
}

char *dlfcn_find(const char *file)
{
	void *library = dlopen(file, RTLD_LAZY);
	struct link_map *map;
	char *path = NULL;

	if (!library)
		return NULL;
	if (dlinfo(library, RTLD_DI_LINKMAP, &map) == 0)
		path = realpath(map->l_name, NULL);
	dlclose(library);
	return path;
}
