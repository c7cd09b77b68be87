/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_SESSION_H
#define DAXBUS_CLI_SESSION_H

#include <stdarg.h>
#include <stdio.h>

#include "base/string.h"
#include "base/util.h"
#include "cli/exit.h"
#include "daxbus.h"

struct command;
struct stream;

/* The options of every command, and --json, which means the same in every command that has it. */
struct common_options {
	const char *sysroot;
	bool verbose;
	bool help;
	bool version;
	bool json;
};

/*
 * struct session - a run of the tool, on the stack of main()
 * @commands: all commands, with NULL at the end
 * @command: the command; NULL until it is known
 * @common: options of every command
 * @operands: the @n_operands operands of the command, borrowed from the command line
 * @results: the stream of which @out is the writing end
 * @out: the results, in memory (cli/stream.h). main() writes them to standard output at the end, so
 * that a failed run does not leave partial results there
 * @error: the reason of a failure
 */
struct session {
	const struct command *const *commands;
	const struct command *command;
	struct common_options common;
	char **operands;
	size_t n_operands;
	struct stream *results;
	FILE *out;
	struct daxbus_error error;
};

/*
 * session_fail() - set the error of a failure
 * @error: receives the message; a previous one is freed
 * @code: a negative errno value
 * @format: a message without newline and without the name of the tool
 *
 * Return: @code.
 */
int session_fail(struct daxbus_error *error, int code, const char *format, ...) _format_(3, 4);

/* Set the error for -ENOMEM and return it. */
int session_fail_memory(struct daxbus_error *error);

/* The status of a result: 0 done, -EINVAL usage, -ENOENT not found, all others failed. */
enum status session_status(int result);

/*
 * Write the results so far to standard output, for a command that prints while it runs. Return: as
 * stream_write(); main() reports a failure.
 */
int session_flush(struct session *s);

/* Create a library context with the common options applied; free with daxbus_free(). */
int session_open(struct session *s, struct daxbus_ctx **ret);

/* Print a line of results, with control characters as '?'. Takes the string. */
void session_print_line(FILE *out, struct string *text);

/* Print "daxbus: " and a line to standard error, with control characters as '?'. */
void session_say(const char *format, ...) _format_(1, 2);
/* The same with another prefix, which may be "". */
void session_vsay(const char *prefix, const char *format, va_list args) _format_(2, 0);

static inline void daxbus_free_p(struct daxbus_ctx **ctx)
{
	daxbus_free(*ctx);
}
static inline void daxbus_query_free_p(struct daxbus_query **query)
{
	daxbus_query_free(*query);
}
static inline void daxbus_snapshot_free_p(struct daxbus_snapshot **snapshot)
{
	daxbus_snapshot_free(*snapshot);
}

static inline void daxbus_request_free_p(struct daxbus_request **request)
{
	daxbus_request_free(*request);
}
static inline void daxbus_results_free_p(struct daxbus_results **results)
{
	daxbus_results_free(*results);
}

#endif
