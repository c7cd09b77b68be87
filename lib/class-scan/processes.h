/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_PROCESSES_H
#define DAXBUS_CLASS_SCAN_PROCESSES_H

#include "base/strv.h"
#include "class-scan/match.h"
#include "io/sysfs.h"

/*
 * struct process - a process that has something of the class
 * @pid: its number, as text
 * @name: its name, control characters hidden; NULL when it cannot be read
 * @program: path of what it runs; NULL when it cannot be read
 * @use: what it does
 * @what: with which path
 *
 * Borrowed for the call.
 */
struct process {
	const char *pid;
	const char *name;
	const char *program;
	enum finding use;
	const char *what;
};

/*
 * processes_find() - processes that have a file or directory below /sys/class/dax open, watch one,
 * or have a device of the class open or mapped
 * @fs: the running system; a captured tree has no processes
 * @fn: called for each process and use; returns 0, or a negative errno value to end the search
 * @data: handed to @fn
 * @ret_n: receives how many processes were looked at
 * @ret_unreadable: receives how many of them could not be, or not wholly (those of other users)
 *
 * A kernel without the class has no such process, and none is looked at.
 *
 * Return: 0; -ENOMEM; what @fn returned.
 */
int processes_find(struct sysfs *fs, int (*fn)(void *data, const struct process *running),
		   void *data, uint64_t *ret_n, uint64_t *ret_unreadable) _must_check_;

/*
 * processes_files() - the files that a process runs
 * @fs: the running system
 * @pid: its number
 * @ret: its program, its libraries and, of an interpreter, its script, as paths from the root
 * @ret_command: its command line, words separated by spaces
 *
 * Return: 0; -ENOENT if that is unknown: it is gone, it is another user's, or it has other
 * files than this process (a container); -ENOMEM.
 */
int processes_files(struct sysfs *fs, const char *pid, struct strv *ret,
		    char **ret_command) _must_check_;

#endif
