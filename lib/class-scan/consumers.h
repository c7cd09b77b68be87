/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_CONSUMERS_H
#define DAXBUS_CLASS_SCAN_CONSUMERS_H

#include "base/util.h"

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
	char *path;
	uint64_t line;
	uint64_t offset;
	uint64_t pid;
	char *process;
	char *package;
	char *text;
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

/*
 * struct class_consumers - the result of a scan
 * @items: array of @n consumers
 * @n: number of @items
 * @count: counters
 */
struct class_consumers {
	struct class_consumer *items;
	size_t n;
	struct class_scan_counts count;
};

#endif
