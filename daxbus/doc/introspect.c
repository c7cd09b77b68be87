/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * daxbus __introspect: print the tables, for completion, for the manual pages and for tests.
 */
#include "doc/introspect.h"

#include <errno.h>

#include "cli/columns.h"
#include "doc/complete.h"
#include "doc/dump.h"
#include "model/public-max.h"

/* A request. */
struct request {
	const char *name;
	const char *operand; /* or NULL */
	enum status (*run)(struct session *s);
};

static enum status print_commands(struct session *s)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(s->commands, i)); i++)
		fprintf(s->out, "%s\n", c->name);
	return STATUS_DONE;
}

static enum status print_options(struct session *s)
{
	_cleanup_(options_done) struct options o = { 0 };
	const struct command *command;
	const struct option_row *row;
	size_t used;

	/* A name of two words is one operand. */
	command = command_find(s->commands, &s->operands[1], 1, &used, &s->error);
	if (!command)
		return STATUS_USAGE;
	command_add_options(command, &o, NULL, NULL);
	for (size_t i = 0; (row = options_row(&o, i)); i++)
		fprintf(s->out, "--%s\n", row->name);
	return STATUS_DONE;
}

static enum status print_fields(struct session *s)
{
	const struct daxbus_field *field = NULL;
	enum daxbus_kind kind = columns_find_kind(s->operands[1]);

	if (kind == _DAXBUS_KIND_MAX)
		return session_status(
			session_fail(&s->error, -EINVAL, "unknown kind '%s'", s->operands[1]));
	while ((field = daxbus_field_next(kind, field)))
		fprintf(s->out, "%s\n", field->name);
	return STATUS_DONE;
}

static enum status print_dump(struct session *s)
{
	return session_status(dump_print(s->commands, s->out, &s->error));
}

static enum status print_completion(struct session *s)
{
	complete(s, s->operands + 1, s->n_operands - 1);
	return STATUS_DONE;
}

static const struct request requests[] = {
	{ "commands", NULL, print_commands },	     { "options", "COMMAND", print_options },
	{ "fields", "KIND", print_fields },	     { "dump", NULL, print_dump },
	{ "complete", "WORD...", print_completion },
};

static enum status run_introspect(struct session *s, const void *options _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		if (!streq(requests[i].name, s->operands[0]))
			continue;
		if (requests[i].operand && s->n_operands < 2)
			return session_status(session_fail(&s->error, -EINVAL,
							   "'%s' requires an argument: %s",
							   s->operands[0], requests[i].operand));
		return requests[i].run(s);
	}
	return session_status(
		session_fail(&s->error, -EINVAL, "unknown request '%s'", s->operands[0]));
}

const struct command introspect_command = {
	.name = "__introspect",
	.operands = "REQUEST [OPERAND...]",
	.summary = "print the tables of commands, options and fields",
	.description =
		"For completion, manual pages and tests; not a stable interface. A command line to "
		"complete follows '--'.",
	.min_operands = 1,
	.max_operands = SIZE_MAX,
	.flags = COMMAND_HIDDEN,
	.run = run_introspect,
};
