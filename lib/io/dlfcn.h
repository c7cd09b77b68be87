/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_DLFCN_H
#define DAXBUS_IO_DLFCN_H

#include "base/util.h"

/*
 * Libraries that are opened when something needs them: a command that lists plain devices does not
 * load five libraries, and works if one of them is not installed. The names of their files come
 * from configure.ac, types and signatures from their headers.
 */

/* A function, and the offset of the pointer to it in the caller's struct. */
struct dlfcn_symbol {
	const char *name;
	size_t offset;
};

/* A member for a function, and its row in a table of symbols. */
#define DLFCN_POINTER(name) __typeof__(name) *name;
/* clang-format off */
#define DLFCN_SYMBOL(type, name) { #name, offsetof(type, name) },
/* clang-format on */

/*
 * dlfcn_open() - open a library and find its functions
 * @file: name of its file, without a directory
 * @symbols: @n functions
 * @base: the struct that receives the pointers
 *
 * The library stays open until the process ends.
 *
 * Return: NULL; what the dynamic linker says about the library or function that is missing.
 */
const char *dlfcn_open(const char *file, const struct dlfcn_symbol *symbols, size_t n,
		       void *base) _must_check_;

/* The path of a library, which is opened for that. Return: NULL if it is not installed. */
char *dlfcn_find(const char *file);

#endif
