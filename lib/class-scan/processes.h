/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_PROCESSES_H
#define DAXBUS_CLASS_SCAN_PROCESSES_H

#include "base/strv.h"
#include "class-scan/match.h"
#include "io/sysfs.h"

/*
 * struct process - a use of the class by a process; borrowed for the call
 * @pid: number of the process, as a string
 * @name: its name without control characters; NULL if it cannot be read
 * @program: path of its executable; NULL if it cannot be read
 * @use: the way
 * @what: the path that it has open, watches or maps
 */
struct process {
	const char *pid;
	const char *name;
	const char *program;
	enum finding use;
	const char *what;
};

/*
 * processes_find() - find processes that have a file or directory below /sys/class/dax open, watch
 *                    one, or have a device of the class open or mapped
 * @fs: the running system; in a captured tree, the function finds none
 * @fn: called for each use; returns 0, or a negative errno value to end the search
 * @data: passed to @fn
 * @ret_n: receives the number of processes examined; 0 if the kernel has no class
 * @ret_unreadable: receives the number of these that could not be examined completely
 *
 * Return: 0; -ENOMEM; errno of opening and listing /proc; the value that @fn returned.
 */
int processes_find(struct sysfs *fs, int (*fn)(void *data, const struct process *running),
		   void *data, uint64_t *ret_n, uint64_t *ret_unreadable) _must_check_;

/*
 * processes_files() - find the files that a process runs
 * @fs: the running system
 * @pid: number of the process
 * @ret: receives the paths of its executable, then of its libraries and, for an interpreter, its
 *       script; owned by the caller, also after a failure
 * @ret_command: receives its command line, a newline after each word; owned by the caller
 *
 * Return: 0; -ENOMEM; -ENOENT if unknown: the process is gone, belongs to another user, or has
 * another mount namespace (a container).
 */
int processes_files(struct sysfs *fs, const char *pid, struct strv *ret,
		    char **ret_command) _must_check_;

#endif
