/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/attribute.h"

#include <stdarg.h>

struct opt_u64 attribute_u64(const struct sysfs_dir *dir, int base, const char *format, ...)
{
	struct opt_u64 value = unknown();
	va_list args;

	va_start(args, format);
	value.is = presence_of(sysfs_vread_u64(dir, &value.v, base, format, args));
	va_end(args);
	return value;
}

int attribute_str(const struct sysfs_dir *dir, struct opt_str *ret, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = sysfs_vread_str(dir, &ret->v, format, args);
	va_end(args);
	if (r == -ENOMEM)
		return r;
	ret->is = presence_of(r);
	return 0;
}
