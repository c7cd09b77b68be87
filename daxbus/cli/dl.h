/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_DL_H
#define DAXBUS_CLI_DL_H

#include <stddef.h>

#include "daxbus.h"

/*
 * Libraries that are opened when a command needs them, so that the others start without them. The
 * names of their files come from configure.ac.
 */

/* A symbol, and where in the caller's struct the pointer to it belongs. */
struct dl_symbol {
	const char *name;
	size_t offset;
};

/*
 * dl_open() - open a library and find its symbols
 * @file: name of its file, without folder
 * @package: Debian's package of it, for the message
 * @symbols: the wanted symbols
 * @n: how many
 * @base: the struct that receives the pointers
 * @error: receives what is missing
 *
 * The library stays open until the process ends.
 *
 * Return: 0; -ELIBACC when the library, or a symbol in it, is not there.
 */
int dl_open(const char *file, const char *package, const struct dl_symbol *symbols, size_t n,
	    void *base, struct daxbus_error *error);

/*
 * dl_find() - where a library is
 * @file: name of its file, without folder
 *
 * Folders that the dynamic linker knows are searched without loading it; when it is in none of them
 * it is loaded, since the linker's cache may know more.
 *
 * Return: its path, to be freed; NULL when it is not there.
 */
char *dl_find(const char *file);

#endif
