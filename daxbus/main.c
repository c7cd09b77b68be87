/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>

#include "base/utf8.h"
#include "cli/command.h"
#include "cli/stream.h"
#include "cli/translate.h"
#include "commands.h"
#include "daxctl/main.h"
#include "doc/help.h"
#include "output/json.h"

static int check_operands(const struct command *command, const struct options *o,
			  struct daxbus_error *error)
{
	if (o->n_operands < command->min_operands)
		return session_fail(error, -EINVAL, "'%s' requires an argument: %s", command->name,
				    command->operands);
	if (o->n_operands > command->max_operands)
		return session_fail(error, -EINVAL, "unexpected argument '%s'",
				    o->operands[command->max_operands]);
	return 0;
}

/* --help and --version work even if the rest of the command line is wrong. */
static enum status print_help_or_version(struct session *s)
{
	daxbus_error_done(&s->error);
	if (s->common.help)
		help_print(s->commands, s->command, s->out);
	else
		fprintf(s->out, "daxbus %s\n", PACKAGE_VERSION);
	return STATUS_DONE;
}

static enum status run_command(struct session *s, char **words, size_t n)
{
	/* Freed after the options: it contains their lists. */
	_cleanup_free_ void *base = calloc(1, s->command->options_size + 1);
	_cleanup_(options_done) struct options o = { 0 };
	int r;

	if (!base)
		return session_status(session_fail_memory(&s->error));
	command_add_options(s->command, &o, base, &s->common);
	r = options_parse(&o, words, n, &s->error);
	if (s->common.help || s->common.version)
		return print_help_or_version(s);
	if (r == 0)
		r = check_operands(s->command, &o, &s->error);
	if (r < 0)
		return session_status(r);
	s->operands = o.operands;
	s->n_operands = o.n_operands;
	return s->command->run(s, base);
}

/* "migrate --help" prints the commands of the group instead of failing. */
static bool asks_for_group_help(struct session *s, char **words, size_t n)
{
	if (n < 2 || !(streq(words[1], "--help") || streq(words[1], "-h")) ||
	    !help_print_group(s->commands, words[0], s->out))
		return false;
	daxbus_error_done(&s->error);
	return true;
}

static enum status dispatch(struct session *s, char **words, size_t n)
{
	_cleanup_(options_done) struct options o = { .until_operand = true };
	size_t used;
	int r;

	command_add_options(NULL, &o, NULL, &s->common);
	r = options_parse(&o, words, n, &s->error);
	if (r == 0 && o.used < n) {
		s->command =
			command_find(s->commands, words + o.used, n - o.used, &used, &s->error);
		used += o.used;
		if (s->command)
			return run_command(s, words + used, n - used);
		return asks_for_group_help(s, words + o.used, n - o.used) ? STATUS_DONE
									  : STATUS_USAGE;
	}
	if (s->common.help || s->common.version)
		return print_help_or_version(s);
	if (r == 0)
		session_fail(&s->error, -EINVAL, "a command is required");
	return STATUS_USAGE;
}

/* Where to go on after a wrong command line: the same one in the words of daxbus, or the help. */
static void print_what_to_try(const struct session *s, char **words, size_t n)
{
	_cleanup_free_ char *line = translate_command_line(s->commands, words, n);

	if (line)
		utf8_hide_controls(line);
	if (line)
		fprintf(stderr, "Try '%s'.\n", line);
	else if (s->command)
		fprintf(stderr, "Try 'daxbus %s --help'.\n", s->command->name);
	else
		fputs("Try 'daxbus --help'.\n", stderr);
}

/* Print the error: a sentence and, with --json, a document instead of the results. */
static void report_failure(struct session *s, struct stream *output, enum status status)
{
	const char *message = s->error.message ? s->error.message : "out of memory";

	session_say("%s", message);
	if (!s->common.json || stream_reset(output) < 0)
		return;
	json_print_error(status, message, output->stream);
}

int main(int argc, char **argv)
{
	_cleanup_(stream_done) struct stream output = { 0 };
	struct session s = { .commands = commands_all, .error = DAXBUS_ERROR_INIT };
	enum status status = STATUS_FAILED;
	int r;

	/* Let write(2) report a closed pipe, so that the tool can report it with its status. */
	signal(SIGPIPE, SIG_IGN);
	if (daxctl_main_is_asked(argv[0]))
		return daxctl_main_run(argc, argv);
	if (argc < 2) {
		help_print_usage(commands_all, stderr);
		return STATUS_USAGE;
	}
	r = stream_open(&output);
	if (r == 0) {
		s.results = &output;
		s.out = output.stream;
		status = dispatch(&s, argv + 1, (size_t)argc - 1);
		if (s.error.code)
			report_failure(&s, &output, status);
		if (s.error.code && status == STATUS_USAGE)
			print_what_to_try(&s, argv + 1, (size_t)argc - 1);
		r = stream_write(&output);
	}
	daxbus_error_done(&s.error);
	if (r == 0)
		return (int)status;
	session_say("cannot write: %s", strerror(-r));
	/* An incomplete undo is more important than the failure to print it. */
	return status == STATUS_NOT_UNDONE ? (int)status : STATUS_FAILED;
}
