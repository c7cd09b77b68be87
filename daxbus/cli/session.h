/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_SESSION_H
#define DAXBUS_CLI_SESSION_H

#include <stdio.h>

#include "base/string.h"
#include "base/util.h"
#include "cli/exit.h"
#include "daxbus.h"

struct command;

/* Options that every command takes, and --json, which means the same in each that has it. */
struct common_options {
	const char *sysroot;
	bool verbose;
	bool help;
	bool version;
	bool json;
};

/*
 * struct session - a run of the tool, on main()'s stack
 * @commands: all commands, with NULL at the end
 * @command: what is run; NULL until it is known
 * @common: options of every command
 * @out: the results. They reach standard output when the run is over, so that a failed run leaves
 * no half of them there
 * @error: what failed
 */
struct session {
	const struct command *const *commands;
	const struct command *command;
	struct common_options common;
	FILE *out;
	struct daxbus_error error;
};

/*
 * fail() - say what failed
 * @error: receives the sentence; what it held is replaced
 * @code: a negative errno value
 * @format: a sentence without newline and without the program's name
 *
 * Return: @code.
 */
int fail(struct daxbus_error *error, int code, const char *format, ...) _format_(3, 4);

/* Memory ran out: -ENOMEM with the sentence for it. */
int fail_memory(struct daxbus_error *error);

/* The status for a function's result: 0 done, -EINVAL usage, -ENOENT not found, others failed. */
enum status status_of(int result);

/* A library context as the common options want it; release with daxbus_unref(). */
int session_open(struct session *s, struct daxbus_ctx **ret);

/*
 * Put '?' in place of control characters. Names come from folders and command lines of others: they
 * must not move a terminal's cursor.
 */
void defuse(char *s);

/* A line of results, control characters in it shown as '?'. Takes the text. */
void print_line(FILE *out, struct string *text);

/* A line on standard error, "daxbus: " before it; control characters in it are shown as '?'. */
void say(const char *format, ...) _format_(1, 2);

static inline void daxbus_unref_p(struct daxbus_ctx **ctx)
{
	daxbus_unref(*ctx);
}
static inline void daxbus_query_unref_p(struct daxbus_query **query)
{
	daxbus_query_unref(*query);
}
static inline void daxbus_snapshot_unref_p(struct daxbus_snapshot **snapshot)
{
	daxbus_snapshot_unref(*snapshot);
}

static inline void daxbus_request_unref_p(struct daxbus_request **request)
{
	daxbus_request_unref(*request);
}
static inline void daxbus_outcome_unref_p(struct daxbus_outcome **outcome)
{
	daxbus_outcome_unref(*outcome);
}

#endif
