/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_CLASS_SCAN_H
#define DAXBUS_CLASS_SCAN_CLASS_SCAN_H

#include "base/log.h"
#include "base/progress.h"
#include "daxbus.h"

/*
 * struct class_consumer - a place that uses /sys/class/dax, which the bus does not have
 * @kind: a stable word for what it is: "process", "program", "library", "script", "udev-rule",
 *        "systemd-unit", "modprobe", "configuration"
 * @path: the file, from the root; of a process its program, NULL when that cannot be told
 * @line: its number, from 1; 0 in programs and libraries, and of a process
 * @offset: where it is in the file, in bytes; 0 of a process
 * @pid: number of the process; 0 of a file
 * @process: name of the process, NULL of a file and when it cannot be read
 * @package: the package that brought @path, NULL when none did as far as dpkg and rpm know
 * @text: what it says there, cut; of a process the file, directory or device that it has open
 * @code: a stable word for how it uses the class ("class-path")
 * @breaks: what breaks without the class
 * @instead: what to use instead
 * @safe: why it works on the bus as well; NULL when it does not
 *
 * Texts come from files of others: they may hold any characters.
 */
struct class_consumer {
	const char *kind;
	const char *path;
	uint64_t line;
	uint64_t offset;
	uint64_t pid;
	const char *process;
	const char *package;
	const char *text;
	const char *code;
	const char *breaks;
	const char *instead;
	const char *safe;
};

/*
 * struct class_scan_counts - what was scanned to find consumers
 * @files: files that were opened
 * @bytes: that were read of them
 * @unreadable: files and directories that could not be read
 * @vanished: files that were gone when they should have been opened
 * @cut: huge files of which only the beginning was read
 * @foreign: directories of other file systems, which were skipped
 * @processes: processes that were looked at; 0 where the kernel has no class
 * @hidden: processes of these that could not be looked at, or not wholly
 */
struct class_scan_counts {
	uint64_t files;
	uint64_t bytes;
	uint64_t unreadable;
	uint64_t vanished;
	uint64_t cut;
	uint64_t foreign;
	uint64_t processes;
	uint64_t hidden;
};

struct class_consumers;

/*
 * struct class_scan - where to look for consumers of /sys/class/dax
 * @log: receives debug messages
 * @progress_fn: hears of progress, and may stop the scan
 * @sysroot: root of /proc, or NULL for that of the running system
 * @root: root of the files, or NULL for the running system, whose processes are scanned too
 */
struct class_scan {
	const struct log *log;
	const struct progress_fn *progress_fn;
	const char *sysroot;
	const char *root;
};

/* As class_scan_run(); release with class_scan_free(). */
int class_scan_find(const struct class_scan *scan, const char *const *paths, size_t n,
		    struct class_consumers **ret, struct daxbus_error *error) _must_check_;

/*
 * class_scan_next() - walk the users
 * @users: what class_scan_run() gave
 * @previous: the user before the wanted one, or NULL for the first
 *
 * Return: the user, borrowed until @users is released, or NULL after the last.
 */
const struct class_consumer *class_scan_next(const struct class_consumers *users,
					     const struct class_consumer *previous);

/*
 * class_scan_count() - what was looked at
 * @users: what class_scan_run() gave
 *
 * Return: the numbers, borrowed until @users is released.
 */
const struct class_scan_counts *class_scan_count(const struct class_consumers *users);

/*
 * class_scan_free() - free users and everything borrowed from them
 * @users: the users, or NULL
 *
 * Return: NULL.
 */
struct class_consumers *class_scan_free(struct class_consumers *users);

#endif
