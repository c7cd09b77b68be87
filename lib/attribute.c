/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "attribute.h"

#include <stdarg.h>
#include <stdio.h>

struct opt_u64 attribute_u64(const struct sysfs_dir *dir, int base, const char *format, ...)
{
	_cleanup_free_ char *name = NULL;
	struct opt_u64 value = unknown();
	va_list args;

	va_start(args, format);
	if (vasprintf(&name, format, args) < 0)
		name = NULL;
	va_end(args);
	if (name)
		value.is = presence_of(sysfs_read_u64(dir, &value.v, base, "%s", name));
	return value;
}

int attribute_str(const struct sysfs_dir *dir, struct opt_str *ret, const char *format, ...)
{
	_cleanup_free_ char *name = NULL;
	va_list args;
	int r;

	va_start(args, format);
	r = vasprintf(&name, format, args);
	va_end(args);
	if (r < 0) {
		name = NULL;
		return -ENOMEM;
	}
	r = sysfs_read_str(dir, &ret->v, "%s", name);
	if (r == -ENOMEM)
		return r;
	ret->is = presence_of(r);
	return 0;
}
