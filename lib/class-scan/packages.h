/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_PACKAGES_H
#define DAXBUS_CLASS_SCAN_PACKAGES_H

#include "class-scan/consumers.h"
#include "io/root.h"

/*
 * packages_find() - find the packages that installed the files of consumers
 * @log: borrowed
 * @root: where the files are
 * @users: @n consumers; receives their packages
 * @n: number of @users; for 0, no program runs
 *
 * Runs dpkg-query on the database below @root. If @root is the running system, also runs rpm for
 * the files that dpkg does not know. It never runs rpm on another root: rpm parses a binary
 * database, writes files beside it, and follows links out of the root.
 *
 * Both programs run without privileges and with a time limit, and die with this process. A path
 * that contains a wildcard or a newline has no package.
 *
 * Return: 0; -ENOMEM.
 */
int packages_find(const struct log *log, struct root *root, struct class_consumer *users,
		  size_t n) _must_check_;

#endif
