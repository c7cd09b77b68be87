/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_CLASS_SCAN_H
#define DAXBUS_CLASS_SCAN_CLASS_SCAN_H

#include "base/log.h"
#include "base/progress.h"
#include "daxbus.h"

/*
 * struct class_consumer - a place that uses /sys/class/dax, which does not exist for devices on the
 * bus
 * @kind: word for the kind: "process", "program", "library", "script", "udev-rule", "systemd-unit",
 *        "modprobe", "configuration"
 * @path: path of the file, relative to the root; for a process, that of its program; NULL if
 *        unknown
 * @line: number of the line, starting with 1; 0 in programs and libraries, and for a process
 * @offset: offset in the file, in bytes; 0 for a process
 * @pid: number of the process; 0 for a file
 * @process: name of the process; NULL for a file, and if it cannot be read
 * @package: package that installed @path; NULL if dpkg and rpm know none
 * @text: the text found, shortened; for a process, the file, directory or device that it has open
 * @code: word for the way in which it uses the class ("class-path")
 * @breaks: the effect of a missing class
 * @instead: the replacement
 * @safe: the reason why it also works with the bus; NULL if it does not
 *
 * Texts come from foreign files and can contain any characters.
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
 * struct class_scan_counts - counters of a scan
 * @files: files opened
 * @bytes: bytes read from them
 * @unreadable: files and directories that could not be read
 * @vanished: files that disappeared before they could be opened
 * @cut: large files of which only the beginning was read
 * @foreign: directories of other file systems, which were skipped
 * @processes: processes examined; 0 if the kernel has no class
 * @hidden: processes among them that could not be examined completely
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
 * struct class_scan - where to search for consumers of /sys/class/dax
 * @log: receives debug messages; borrowed
 * @progress_fn: receives the progress, and can stop the scan; borrowed
 * @sysroot: root directory of /proc; NULL for that of the running system
 * @root: root directory of the files; NULL for the running system, whose processes are scanned too
 */
struct class_scan {
	const struct log *log;
	const struct progress_fn *progress_fn;
	const char *sysroot;
	const char *root;
};

/* As class_scan_run(), with the arguments of @scan. */
int class_scan_find(const struct class_scan *scan, const char *const *paths, size_t n,
		    struct class_consumers **ret, struct daxbus_error *error) _must_check_;

/*
 * class_scan_next() - walk the consumers
 * @users: the result of class_scan_run(); not NULL
 * @previous: the consumer before the wanted one, or NULL for the first
 *
 * Return: the consumer, borrowed until @users is freed, or NULL after the last.
 */
const struct class_consumer *class_scan_next(const struct class_consumers *users,
					     const struct class_consumer *previous);

/*
 * class_scan_count() - get the counters of a scan
 * @users: the result of class_scan_run(); not NULL
 *
 * Return: the counters, borrowed until @users is freed.
 */
const struct class_scan_counts *class_scan_count(const struct class_consumers *users);

/*
 * class_scan_free() - free consumers and everything borrowed from them
 * @users: the consumers, or NULL
 *
 * Return: NULL.
 */
struct class_consumers *class_scan_free(struct class_consumers *users);

#endif
