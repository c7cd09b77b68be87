/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_PROCESS_WALK_H
#define DAXBUS_SCAN_PROCESS_WALK_H

#include <time.h>

#include "base/progress.h"
#include "base/strv.h"
#include "io/sysfs.h"
#include "model/snapshot.h"

/* The number of processes that are named; the others are counted. */
#define PROCESS_WALK_NAMED 5

/*
 * struct process_walk - a walk over the processes of the machine
 * @progress_fn: called several times a second; may end the walk; NULL: none
 * @proc: the directory /proc
 * @pid: number of the process that is being examined
 * @threads: numbers of its threads; the first is @pid
 * @incomplete: something could not be examined; the caller may clear it for each process
 * @found: the first of the processes that process_walk_add() was called for
 * @n_found: the number of them all
 *
 * A process or a thread that vanishes has nothing. Anything else that cannot be examined makes the
 * walk incomplete: that nobody was found is unknown then.
 */
struct process_walk {
	const struct progress_fn *progress_fn;
	struct sysfs_dir proc;
	const char *pid;
	struct strv threads;
	bool incomplete;
	struct strv found;
	uint64_t n_found;
	struct timespec tick;
	int (*fn)(void *data);
	void *data;
};
#define PROCESS_WALK_INIT                                                                          \
	{                                                                                          \
		.proc = SYSFS_DIR_INIT                                                             \
	}

/*
 * process_walk_run() - examine every process that has a program
 * @walk: PROCESS_WALK_INIT; incomplete from the start if /proc does not show all processes of the
 *        machine, but those of a PID namespace, or (hidepid) of one user
 * @fn: called for each process, with @walk->pid and @walk->threads set; returns 0, or a negative
 *      errno to end the walk
 *
 * Kernel threads are skipped: they have neither descriptors nor mappings.
 *
 * Return: 0; -ENOMEM; -EINTR: the progress function has asked to stop; errno of opening and listing
 * /proc; the value that @fn returned.
 */
int process_walk_run(struct process_walk *walk, struct sysfs *fs, int (*fn)(void *data),
		     void *data) _must_check_;
void process_walk_done(struct process_walk *walk);

/*
 * Whether a directory /proc shows all processes of the machine: not in a PID namespace of its own,
 * nor if it hides those of other users.
 */
bool process_walk_shows_all(const struct sysfs_dir *proc);

/* What it means that a part of a process could not be examined. Return: 0; -ENOMEM, -EINTR. */
int process_walk_note(struct process_walk *walk, int r) _must_check_;

/*
 * process_walk_files() - list the descriptors of the process, those of each table once
 * @fn: receives the names for "/proc/THREAD/fd/FD"; returns 0, or a negative errno, which is noted
 *      and ends the list of this thread
 *
 * A thread can have a table of its own.
 *
 * Return: 0; -ENOMEM.
 */
int process_walk_files(struct process_walk *walk,
		       int (*fn)(void *data, const char *thread, const char *fd),
		       void *data) _must_check_;

/*
 * process_walk_lines() - read a file of a thread
 * @file: "maps", "numa_maps"
 * @fn: called for each line; returns 0 to go on; anything else ends the reading, and is returned
 *
 * Reading numa_maps of a large process can take minutes, and is done by another process, so that
 * the progress function can end it.
 *
 * Return: 0; the value that @fn returned; -ENOMEM; -EINTR: stopped; errno of open(2) and read(2).
 */
int process_walk_lines(struct process_walk *walk, const char *thread, const char *file,
		       int (*fn)(void *data, const char *thread, char *line),
		       void *data) _must_check_;

/*
 * process_walk_mappings() - read the mappings of the process once
 *
 * As process_walk_lines(), of the first thread that shows any. Threads share mappings, but a first
 * thread that has ended shows none.
 *
 * Return: 0; -ENOMEM; -EINTR.
 */
int process_walk_mappings(struct process_walk *walk, const char *file,
			  int (*fn)(void *data, const char *thread, char *line),
			  void *data) _must_check_;

/* Add the process to those found, as "NAME (PID): HOW". Return: 0; -ENOMEM. */
int process_walk_add(struct process_walk *walk, const char *how) _must_check_;
/*
 * The outcome of process_walk_run(): the first processes found and "and N more"; DAXBUS_NONE;
 * DAXBUS_UNKNOWN if none was found and the walk failed (@r < 0) or is incomplete. The list moves to
 * @ret. Return: 0; -ENOMEM; -EINTR.
 */
int process_walk_result(struct process_walk *walk, int r, struct opt_strv *ret) _must_check_;

/*
 * Read the name of a process, with control characters replaced by '?'. @proc: the directory /proc.
 * @ret: owned by the caller; unchanged if the name cannot be read. Return: 0; -ENOMEM.
 */
int process_walk_name(const struct sysfs_dir *proc, const char *pid, char **ret) _must_check_;
/* "NAME (PID)"; the name of a process that has gone is "?". Return: 0; -ENOMEM. */
int process_walk_label(const struct sysfs_dir *proc, const char *pid, char **ret) _must_check_;
/*
 * The unit of systemd and the container that the process is in, with control characters replaced by
 * '?'. @ret_unit, @ret_container: NULL; receive them, owned by the caller. Return: 0; -ENOMEM.
 */
int process_walk_place(const struct process_walk *walk, char **ret_unit,
		       char **ret_container) _must_check_;

#endif
