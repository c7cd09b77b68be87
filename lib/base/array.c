/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/array.h"

#include <errno.h>

int array_grow(void *array, size_t n, size_t size)
{
	void **p = array;
	size_t room = n ? n * 2 : 1;
	void *grown;

	if (n & (n - 1))
		return 0;
	grown = reallocarray(*p, room, size);
	if (!grown)
		return -ENOMEM;
	*p = grown;
	return 0;
}
