/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/main.h"

#include <errno.h>
#include <stdlib.h>

#include "base/string.h"
#include "cli/stream.h"
#include "daxctl/commands.h"
#include "daxctl/others.h"
#include "daxctl/parse.h"

static const char *basename_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool daxctl_main_is_asked(const char *name)
{
	return name && streq(basename_of(name), "daxctl");
}

/* --- the command line ------------------------------------------------------------------------- */

static int usage(const struct daxctl_run *run)
{
	daxctl_run_print_usage(run->command);
	return DAXCTL_USAGE;
}

static void list_options(struct daxctl_run *run)
{
	for (size_t i = 0; i < run->command->n_options; i++)
		fprintf(run->session.out, "--%s ", run->command->options[i].name);
}

/* The operand of commands that change devices: a name or a path, or "all". */
static int take_operand(struct daxctl_run *run)
{
	size_t expected = run->command->attempt ? 1 : 0;

	if (run->n_operands < expected) {
		daxctl_run_say("specify a device to %s, or \"all\"", run->command->attempt);
		return usage(run);
	}
	for (size_t i = expected; i < run->n_operands; i++)
		daxctl_run_say("unknown extra parameter \"%s\"", run->operands[i]);
	if (run->n_operands > expected)
		return usage(run);
	run->device = expected ? basename_of(run->operands[0]) : NULL;
	return 0;
}

static int run_command(struct daxctl_run *run, char **words, size_t n)
{
	const struct daxctl_command *command = run->command;
	int r = daxctl_parse_words(command->options, command->n_options, &run->given, words, n,
				   &run->n_operands, &run->session.error);

	if (r == DAXCTL_PARSE_LIST_OPTIONS)
		list_options(run);
	/* No command has commands of its own. */
	if (r == DAXCTL_PARSE_LIST_OPTIONS || r == DAXCTL_PARSE_LIST_COMMANDS)
		return DAXCTL_LISTED;
	if (r) {
		if (run->session.error.code)
			daxctl_run_say("  Error: %s", run->session.error.message ?: "");
		daxbus_error_done(&run->session.error);
		return usage(run);
	}
	run->operands = words;
	run->session.common.verbose = run->given.verbose;
	/* "help" and "version" ignore what follows. */
	if (command->n_options || command->attempt || command->change.name)
		r = take_operand(run);
	return r ?: command->run(run);
}

static const struct daxctl_command *find_command(const char *name)
{
	for (size_t i = 0; i < daxctl_commands_n; i++)
		if (streq(daxctl_commands_all[i].name, name))
			return &daxctl_commands_all[i];
	return NULL;
}

static int list_commands(const struct daxctl_run *run)
{
	for (size_t i = 0; i < daxctl_commands_n; i++)
		fprintf(run->session.out, "%s\n", daxctl_commands_all[i].name);
	return 0;
}

/* The command that an option in front of the command means, or NULL. */
static const char *command_of_option(const char *word)
{
	if (streq(word, "--version") || streq(word, "-v"))
		return "version";
	return streq(word, "--help") || streq(word, "-h") ? "help" : NULL;
}

/* A command, or an option that means one. */
static int run_words(struct daxctl_run *run, char **words, size_t n)
{
	const char *name = words[0];

	if (streq(name, "--list-cmds"))
		return list_commands(run);
	if (*name == '-')
		name = command_of_option(name);
	if (!name) {
		daxctl_run_say("Unknown option: %s", words[0]);
		return DAXCTL_USAGE;
	}
	run->command = find_command(name);
	if (!run->command) {
		daxctl_run_say("Unknown command: '%s'", name);
		return 1;
	}
	/* "daxctl list --help" is "daxctl help list". */
	if (n > 1 && streq(words[1], "--help")) {
		run->n_operands = 1;
		return daxctl_others_help(run);
	}
	return run_command(run, words + 1, n - 1);
}

int daxctl_main_run(int argc, char **argv)
{
	_cleanup_(stream_done) struct stream output = { 0 };
	struct daxctl_run run = { .session.error = DAXBUS_ERROR_INIT };
	int r = stream_open(&output), written;

	if (r < 0)
		return 1;
	run.session.out = output.stream;
	/* A captured tree, to try scripts; it cannot be changed. */
	run.session.common.sysroot = secure_getenv("DAXBUS_SYSROOT");
	if (argc > 1)
		r = run_words(&run, argv + 1, (size_t)argc - 1);
	else
		r = daxctl_others_help(&run) ?: 1;
	daxctl_run_say_error(&run);
	written = stream_write(&output);
	if (written < 0)
		session_say("cannot write: %s", strerror(-written));
	return written < 0 && r == 0 ? 1 : r & 0xff;
}
