/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_ARRAY_H
#define DAXBUS_BASE_ARRAY_H

#include "base/util.h"

/*
 * array_grow() - grow an array for one more element at its end
 * @array: pointer to the array's pointer
 * @n: number of elements
 * @size: bytes of an element
 *
 * The allocation doubles when @n is a power of two, so that no capacity has to be stored.
 *
 * Return: 0; -ENOMEM, the array is unchanged.
 */
int array_grow(void *array, size_t n, size_t size) _must_check_;

/* Add an element at the end of an array of @n elements. Return: 0; -ENOMEM. */
#define ARRAY_PUSH(array, n, ...)                                                                  \
	(array_grow(&(array), (n), sizeof(*(array))) ?: ((array)[(n)++] = (__VA_ARGS__), 0))

/* Release each element of an array of @n with @done, and the array. */
#define ARRAY_FREE(array, n, done)                                                                 \
	do {                                                                                       \
		for (size_t _i = 0; _i < (n); _i++)                                                \
			(done)(&(array)[_i]);                                                      \
		free(array);                                                                       \
	} while (0)

#endif
