/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/dlfcn.h"

#include <dlfcn.h>
#include <errno.h>

int dlfcn_open(const struct log *log, const char *file, const struct dlfcn_symbol *symbols,
	       size_t n)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_NODELETE);

	if (!library) {
		log_debug(log, "cannot open %s: %s", file, dlerror());
		return -ENOENT;
	}
	for (size_t i = 0; i < n; i++) {
		void *function = dlsym(library, symbols[i].name);

		if (!function) {
			log_debug(log, "%s has no %s", file, symbols[i].name);
			dlclose(library);
			return -ENOENT;
		}
		memcpy(symbols[i].target, &function, sizeof(function));
	}
	return 0;
}
