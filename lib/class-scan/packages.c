/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/packages.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/error.h"

/* Arguments of one run, of at most a few hundred kilobytes. */
#define ARGUMENTS_MAX 128
#define SECONDS_MAX   30
#define NOBODY	      65534

/* If /lib is a link to /usr/lib, packages may still list the files of /usr/lib in /lib. */
static const char *unmerged(const char *path)
{
	bool merged = starts_with(path, "/usr/lib") || starts_with(path, "/usr/bin/") ||
		      starts_with(path, "/usr/sbin/");

	return merged ? path + strlen("/usr") : path;
}

/* A file with several matches is in @users as often. */
static int set_package(struct class_consumer *users, size_t n, const char *path,
		       const char *package, size_t length)
{
	for (size_t i = 0; i < n; i++) {
		if (users[i].package || !users[i].path ||
		    !streq(unmerged(users[i].path), unmerged(path)))
			continue;
		users[i].package = strndup(package, length);
		if (!users[i].package)
			return -ENOMEM;
	}
	return 0;
}

/* "PACKAGE: PATH", "PACKAGE:ARCHITECTURE, PACKAGE: PATH"; "diversion by ..." is a message. */
static int read_answer(struct class_consumer *users, size_t n, char *line)
{
	char *path = strstr(line, ": /");
	size_t length = strcspn(line, ":, ");

	if (!path || line[length] == ' ')
		return 0;
	path += strlen(": ");
	path[strcspn(path, "\n")] = '\0';
	return set_package(users, n, path, line, length);
}

/* --- programs --------------------------------------------------------------------------------- */

/* Foreign data must not be parsed as root, not even by a program that is trusted. */
static bool drop_privileges(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       (geteuid() != 0 ||
		(setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
		 setresuid(NOBODY, NOBODY, NOBODY) == 0));
}

static bool set_descriptors(int out, int database)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (dup2(out, 1) < 0 || dup2(null, 0) < 0 || dup2(null, 2) < 0 || dup2(database, 3) < 0)
		return false;
	closefrom(4);
	return fcntl(3, F_SETFD, 0) == 0;
}

/* In the child. The alarm survives execve(2), as does the death signal if it is set last. */
static _Noreturn void execute(char *const *arguments, int out, int database, pid_t parent)
{
	static const char *const environment[] = { "PATH=/usr/bin:/bin", "HOME=/", "LC_ALL=C",
						   NULL };
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(SECONDS_MAX);
	if (set_descriptors(out, database) && drop_privileges() &&
	    prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent)
		execve(arguments[0], arguments, (char *const *)environment);
	_exit(127);
}

static FILE *start(char *const *arguments, int database, pid_t *ret_pid)
{
	_cleanup_close_ int in = -1, out = -1;
	pid_t parent = getpid();
	FILE *file;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return NULL;
	in = ends[0];
	out = ends[1];
	file = fdopen(in, "r");
	if (!file)
		return NULL;
	in = -1;
	*ret_pid = fork();
	if (*ret_pid == 0)
		execute(arguments, out, database, parent);
	if (*ret_pid > 0)
		return file;
	fclose(file);
	return NULL;
}

/* A caller that ignores SIGCHLD has no status to wait for. Return: whether the program ran out of
 * time. */
static bool stop(const struct log *log, const char *program, FILE *in, pid_t pid)
{
	int status = 0;

	fclose(in);
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status)
		log_debug(log, "%s ended with status %#x", program, (unsigned int)status);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
}

static int run_program(const struct log *log, char *const *arguments, int database,
		       struct class_consumer *users, size_t n, bool *ret_late)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	pid_t pid;
	FILE *in = start(arguments, database, &pid);
	int r = 0;

	if (!in) {
		log_debug(log, "cannot run %s: %s", arguments[0], strerror(errno));
		return 0;
	}
	while (r == 0 && getline(&line, &size, in) >= 0)
		r = read_answer(users, n, line);
	*ret_late = stop(log, arguments[0], in, pid);
	return r;
}

/* dpkg-query reads these characters as a pattern, and an answer is a line. */
static bool is_askable(const struct class_consumer *user)
{
	return user->path && !user->package && *user->path == '/' &&
	       !strpbrk(user->path, "*?[\\\n");
}

/* Both spellings of the files from *@from on, as many as fit. */
static size_t add_paths(struct class_consumer *users, size_t n, size_t *from,
			const char **arguments)
{
	size_t used = 0;

	for (; *from < n && used + 2 < ARGUMENTS_MAX; (*from)++) {
		/* The matches of a file follow each other: ask once. */
		if (!is_askable(&users[*from]) ||
		    (*from && streq(users[*from - 1].path ?: "", users[*from].path)))
			continue;
		arguments[used++] = users[*from].path;
		if (unmerged(users[*from].path) != users[*from].path)
			arguments[used++] = unmerged(users[*from].path);
	}
	arguments[used] = NULL;
	return used;
}

static int ask_program(const struct log *log, const char *const *program, int database,
		       struct class_consumer *users, size_t n)
{
	const char *arguments[8 + ARGUMENTS_MAX];
	size_t words = 0, from = 0;
	bool late = false;
	int r = 0;

	for (; program[words]; words++)
		arguments[words] = program[words];
	/* execve() does not change its arguments, whatever its prototype allows. */
	while (r == 0 && !late && add_paths(users, n, &from, arguments + words))
		r = run_program(log, (char *const *)arguments, database, users, n, &late);
	return r;
}

int packages_find(const struct log *log, struct root *root, struct class_consumer *users, size_t n)
{
	static const char *const dpkg[] = { "/usr/bin/dpkg-query", "--admindir=/proc/self/fd/3",
					    "-S", "--", NULL };
	/* Every file of each package, in the format of dpkg-query. */
	static const char *const rpm[] = {
		"/usr/bin/rpm", "-qf", "--qf", "[%{=NAME}: %{FILENAMES}\n]", "--", NULL,
	};
	_cleanup_close_ int database = -1;
	_cleanup_free_ char *path = NULL;
	int r = root_open_directory(root, "/var/lib/dpkg", &database, &path);

	if (r == 0)
		r = ask_program(log, dpkg, database, users, n);
	if (r == -ENOMEM || !root->live)
		return error_keep_oom(r);
	return ask_program(log, rpm, root->fd, users, n);
}
