/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_DLFCN_H
#define DAXBUS_IO_DLFCN_H

#include "base/log.h"
#include "base/util.h"

/*
 * Other people's libraries, opened when something needs them: a command that lists plain devices
 * should not pay for loading five libraries, nor fail because one of them is not installed. Types
 * and signatures come from their headers.
 */
struct dlfcn_symbol {
	const char *name;
	void *target; /* address of the function pointer */
};

#define LIBRARY_SYMBOL(table, function)                                                            \
	{                                                                                          \
#function, &(table)->function                                                      \
	}

/*
 * dlfcn_open() - open @file and fill in the function pointers of @symbols
 *
 * The library stays open for the life of the process: libraries of this kind are not made to be
 * unloaded.
 *
 * Return: 0; -ENOENT when the library or one of its functions is not there.
 */
int dlfcn_open(const struct log *log, const char *file, const struct dlfcn_symbol *symbols,
	       size_t n) _must_check_;

#endif
