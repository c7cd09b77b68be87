/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_PACKAGES_H
#define DAXBUS_CLASS_SCAN_PACKAGES_H

#include "io/root.h"

/* A file, and the package that brought it. */
struct package {
	const char *path; /* from the root, without links; borrowed */
	char *package;	  /* NULL when none did; owned by the caller */
};

/*
 * packages_find() - which packages files belong to
 * @log: borrowed
 * @door: the root
 * @owners: @n files; receives their packages
 * @n: how many; with none nothing is read
 *
 * dpkg keeps a list of files a package, and each is read once; what it does not know rpm is asked
 * for (rpm.h). A file that neither knows has no package.
 *
 * Return: 0; -ENOMEM.
 */
int packages_find(const struct log *log, struct root *door, struct package *owners,
		  size_t n) _must_check_;

#endif
