/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/slow-file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/string.h"

/* No more than a line or two: to print the next one may take long, and in vain. */
#define CHUNK 128

/* --- the other process ------------------------------------------------------------------------ */

/*
 * It is a copy of a program that may have more threads: from here on only system calls. It must not
 * hold what the program has open beside the two files, such as its lock, or the pipe to a program
 * that waits for its output.
 */
static void keep_files(int from, int to)
{
	/* Out of the way of each other. */
	int in = fcntl(from, F_DUPFD, 2), out = fcntl(to, F_DUPFD, 2);

	if (dup2(in, 0) < 0 || dup2(out, 1) < 0)
		_exit(1);
	/* kernel < 5.9: */
	if (close_range(2, UINT_MAX, 0) < 0)
		for (int fd = 2; fd < (int)sysconf(_SC_OPEN_MAX); fd++)
			close(fd);
}

/* A part of the text; or, behind a NUL, the error that has ended it, 0 at its end. */
static void answer_requests(void)
{
	char buffer[CHUNK], request;

	while (read(1, &request, 1) == 1) {
		ssize_t n = read(0, buffer, sizeof(buffer));

		if (n <= 0) {
			int error = n < 0 ? errno : 0;

			buffer[0] = '\0';
			memcpy(buffer + 1, &error, sizeof(error));
			n = 1 + (ssize_t)sizeof(error);
		}
		if (send(1, buffer, (size_t)n, MSG_NOSIGNAL) != n)
			return;
	}
}

static void set_default_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	sigemptyset(&action.sa_mask);
	sigemptyset(&none);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Its parent ends at once, so that init, and not the program, waits for it. */
static int start_reader(int from, int to)
{
	pid_t child = fork();

	if (child < 0)
		return -EAGAIN;
	if (child == 0) {
		child = fork();
		if (child == 0) {
			set_default_signals();
			keep_files(from, to);
			answer_requests();
		}
		_exit(child < 0);
	}
	/* A program that ignores SIGCHLD has no child to wait for. */
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

/* --- lines ------------------------------------------------------------------------------------ */

struct reader {
	int socket;
	int (*fn)(void *data, char *line);
	bool (*go_on)(void *data);
	void *data;
	struct string line; /* the beginning of the next one */
};

/* Return: its length; 0 at the end; -EINTR: stopped; -EIO; errno of read(2) of the file. */
static ssize_t read_chunk(const struct reader *reader, char chunk[CHUNK])
{
	struct pollfd wait = { .fd = reader->socket, .events = POLLIN };
	ssize_t n;
	int error;

	if (send(reader->socket, "", 1, MSG_NOSIGNAL) != 1)
		return -EIO;
	do {
		n = poll(&wait, 1, SLOW_FILE_TICK_MS);
		if (!reader->go_on(reader->data))
			return -EINTR;
	} while (n <= 0);
	n = recv(reader->socket, chunk, CHUNK, 0);
	if (n <= 0)
		return -EIO;
	if (!chunk[0]) {
		memcpy(&error, chunk + 1, sizeof(error));
		return -error;
	}
	return n;
}

static int pass_line(struct reader *reader)
{
	_cleanup_free_ char *line = string_take(&reader->line);

	return line ? reader->fn(reader->data, line) : -ENOMEM;
}

static int pass_lines(struct reader *reader, const char *chunk, size_t n)
{
	int r = 0;

	while (r == 0 && n) {
		const char *end = memchr(chunk, '\n', n);
		size_t length = end ? (size_t)(end - chunk) : n;

		string_add(&reader->line, "%.*s", (int)length, chunk);
		if (!end)
			return 0;
		r = pass_line(reader);
		chunk += length + 1;
		n -= length + 1;
	}
	return r;
}

int slow_file_read_lines(int fd, int (*fn)(void *data, char *line), bool (*go_on)(void *data),
			 void *data)
{
	_cleanup_close_ int ours = -1, theirs = -1;
	struct reader reader = { .fn = fn, .go_on = go_on, .data = data };
	char chunk[CHUNK];
	int ends[2], r;
	ssize_t n = 1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -EAGAIN;
	reader.socket = ours = ends[0];
	theirs = ends[1];
	r = start_reader(fd, theirs);
	close(TAKE_FD(theirs));
	while (r == 0 && (n = read_chunk(&reader, chunk)) > 0)
		r = pass_lines(&reader, chunk, (size_t)n);
	string_done(&reader.line);
	return r ?: (int)n;
}
