/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/rpm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

#define PROGRAM	       "/usr/bin/rpm"
/* Descriptors that rpm gets have numbers below this, those that it gets them from have not. */
#define FD_ABOVE       10
/* A name, a path and what is between them; longer lines are passed over. */
#define LINE_MAX_BYTES (2 * PATH_MAX)

/* --- the database ----------------------------------------------------------------------------- */

/* rpm would make a new one in a folder that has none. */
static bool has_database(int folder)
{
	static const char *const names[] = { "rpmdb.sqlite", "Packages.db", "Packages" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (faccessat(folder, names[i], F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			return true;
	return false;
}

/* Return: 0; -ENOENT without one; -ENOMEM. */
static int open_database(struct root *door, int *ret_fd)
{
	static const char *const folders[] = { "/usr/lib/sysimage/rpm", "/var/lib/rpm" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_close_ int fd = -1;
		_cleanup_free_ char *path = NULL;
		int r = root_open_directory(door, folders[i], &fd, &path);

		if (r == -ENOMEM)
			return r;
		if (r < 0 || !has_database(fd))
			continue;
		*ret_fd = fcntl(fd, F_DUPFD_CLOEXEC, FD_ABOVE);
		return *ret_fd < 0 ? -errno : 0;
	}
	return -ENOENT;
}

/* --- the program ------------------------------------------------------------------------------ */

/* Its descriptors: nothing to read, @out to write to, nobody who hears complaints, the database. */
static int set_descriptors(posix_spawn_file_actions_t *actions, int out, int database)
{
	int e = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);

	e = e ?: posix_spawn_file_actions_adddup2(actions, out, 1);
	e = e ?: posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
	e = e ?: posix_spawn_file_actions_adddup2(actions, database, 3);
	return e ?: posix_spawn_file_actions_addclosefrom_np(actions, 4);
}

/* What signals do to this process is no concern of rpm's. */
static int set_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int e;

	sigemptyset(&none);
	sigfillset(&all);
	e = posix_spawnattr_setsigmask(attributes, &none)
		    ?: posix_spawnattr_setsigdefault(attributes, &all);
	return e
		       ?: posix_spawnattr_setflags(attributes,
						   POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int spawn(int out, int database, pid_t *ret)
{
	static const char *const arguments[] = {
		"rpm", "--dbpath", "/proc/self/fd/3", "-qa", "--qf", "[%{=NAME}\t%{FILENAMES}\n]",
		NULL,
	};
	static const char *const environment[] = { "PATH=/usr/bin:/bin", "HOME=/", "LC_ALL=C",
						   NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int e = posix_spawn_file_actions_init(&actions);

	if (e)
		return -e;
	e = posix_spawnattr_init(&attributes);
	if (!e) {
		e = set_descriptors(&actions, out, database) ?: set_signals(&attributes);
		/* It changes neither, whatever its prototype allows. */
		if (!e)
			e = posix_spawn(ret, PROGRAM, &actions, &attributes,
					(char *const *)arguments, (char *const *)environment);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return -e;
}

/* --- what it says ----------------------------------------------------------------------------- */

/* "PACKAGE TAB PATH". A package without files has a line without a path. */
static int read_line(char *line, int (*file)(void *data, const char *package, const char *path),
		     void *data)
{
	char *path = strchr(line, '\t');

	if (!path)
		return 0;
	*path++ = '\0';
	return *path == '/' ? file(data, line, path) : 0;
}

static int read_lines(FILE *in, int (*file)(void *data, const char *package, const char *path),
		      void *data)
{
	char line[LINE_MAX_BYTES];
	bool inside = false;
	int r = 0;

	while (r == 0 && fgets(line, sizeof(line), in)) {
		char *end = strchr(line, '\n');

		if (end) {
			*end = '\0';
			r = inside ? 0 : read_line(line, file, data);
		}
		inside = !end;
	}
	return r;
}

/* @in is closed before it is waited for: who writes to nobody ends. */
static void end(FILE *in, pid_t pid, const struct log *log)
{
	int status = 0;

	fclose(in);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status)
		log_debug(log, PROGRAM " ended with status %#x", (unsigned int)status);
}

/* Return: 0; negative errno value. */
static int open_pipe(FILE **ret_in, int *ret_out)
{
	_cleanup_close_ int out = -1;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	out = ends[1];
	*ret_in = fdopen(ends[0], "r");
	if (!*ret_in) {
		close(ends[0]);
		return -ENOMEM;
	}
	*ret_out = fcntl(out, F_DUPFD_CLOEXEC, FD_ABOVE);
	if (*ret_out < 0) {
		fclose(*ret_in);
		return -EMFILE;
	}
	return 0;
}

/* Only rpm has the end that is written to, so that reading ends with it. */
static int start(int database, FILE **ret_in, pid_t *ret_pid)
{
	_cleanup_close_ int out = -1;
	int r = open_pipe(ret_in, &out);

	if (r < 0)
		return r;
	r = spawn(out, database, ret_pid);
	if (r < 0)
		fclose(*ret_in);
	return r;
}

int rpm_list(const struct log *log, struct root *door,
	     int (*file)(void *data, const char *package, const char *path), void *data)
{
	_cleanup_close_ int database = -1;
	FILE *in = NULL;
	pid_t pid = 0;
	int r = open_database(door, &database);

	if (r == 0)
		r = start(database, &in, &pid);
	if (r < 0) {
		log_debug(log, "no answer from " PROGRAM ": %s", strerror(-r));
		return r == -ENOMEM ? r : 0;
	}
	r = read_lines(in, file, data);
	end(in, pid, log);
	return r;
}
