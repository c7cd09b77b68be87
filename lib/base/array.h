/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_ARRAY_H
#define DAXBUS_BASE_ARRAY_H

#include "base/util.h"

/*
 * array_grow() - make room for one more element at the end of an array
 * @array: pointer to the array's pointer
 * @n: elements in use
 * @size: bytes of an element
 *
 * Room doubles, at powers of two of @n, so that no capacity has to be kept beside the array.
 *
 * Return: 0; -ENOMEM, the array stays as it was.
 */
int array_grow(void *array, size_t n, size_t size) _must_check_;

#endif
