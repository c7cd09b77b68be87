/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_POLICY_LOAD_H
#define DAXBUS_POLICY_LOAD_H

#include "base/context.h"
#include "io/root.h"
#include "model/policy.h"

/* A policy is a few lines; what is larger is not one. */
#define POLICY_SIZE_MAX (1UL << 20)

/*
 * policy_load_all() - read all policies of a system
 * @root: its root
 * @log: receives debug messages
 * @ret: receives the policies, also those that are broken; release with policy_set_done()
 * @err: receives the reason of a failure
 *
 * The directories are those of systemd: a file in /etc/daxbus/policy.d hides files of the same name
 * in /run/daxbus/policy.d and /usr/lib/daxbus/policy.d, one in /run those in /usr/lib. A file that
 * is empty, or a link to /dev/null, only hides. The files of all directories are sorted by their
 * names.
 *
 * Return: 0, whatever the files have; -ENOMEM; -ELIBACC libinih is missing.
 */
int policy_load_all(struct root *root, const struct log *log, struct policy_set *ret,
		    struct daxbus_error *err) _must_check_;

/*
 * The same of one file, with the rules for those in the directories. @full: its path from the root;
 * @path: for messages. Return: the same; -ENOENT there is no such file.
 */
int policy_load_file(struct root *root, const char *full, const char *path, const struct log *log,
		     struct policy_set *set, struct daxbus_error *err) _must_check_;

/* Read one policy from @text; @path is for messages. The same return values. */
int policy_load_text(const char *path, const char *text, const struct log *log,
		     struct policy_set *set, struct daxbus_error *err) _must_check_;

/* The directories, in the order in which they hide each other; NULL after the last one. */
const char *policy_load_directory(size_t i);
/* Whether an entry of such a directory is a policy, by its name. */
bool policy_load_is_name(const char *name);

#endif
