/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * daxbus __introspect: print the tables, for completion, for the manual pages and for tests.
 */
#include "doc/introspect.h"

#include <errno.h>

#include "cli/columns.h"
#include "output/class-scan.h"
#include "output/migrate-keys.h"

/* A request. */
struct request {
	const char *name;
	const char *operand; /* or NULL */
	enum status (*run)(struct session *s, char **operands, size_t n);
};

static enum status print_commands(struct session *s, char **operands _unused_, size_t n _unused_)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(s->commands, i)); i++)
		fprintf(s->out, "%s\n", c->name);
	return STATUS_DONE;
}

/* A name of two words is one operand. */
static const struct command *find_command(struct session *s, char **operands)
{
	size_t used;

	return command_find(s->commands, operands, 1, &used, &s->error);
}

static enum status print_options(struct session *s, char **operands, size_t n _unused_)
{
	_cleanup_(options_done) struct options o = { 0 };
	const struct command *command = find_command(s, operands);
	const struct option_row *row;

	if (!command)
		return STATUS_USAGE;
	command_add_options(command, &o, NULL, NULL);
	for (size_t i = 0; (row = options_row(&o, i)); i++)
		fprintf(s->out, "--%s\n", row->name);
	return STATUS_DONE;
}

/* Find a kind by its name; a status of its own for unknown names. */
static enum status find_kind(struct session *s, const char *name, enum daxbus_kind *ret)
{
	*ret = kind_find(name);
	if (*ret < _DAXBUS_KIND_MAX)
		return STATUS_DONE;
	return status_of(fail(&s->error, -EINVAL, "unknown kind '%s'", name));
}

static enum status print_fields(struct session *s, char **operands, size_t n _unused_)
{
	const struct daxbus_field *field = NULL;
	enum daxbus_kind kind;
	enum status status = find_kind(s, operands[0], &kind);

	while (status == STATUS_DONE && (field = daxbus_field_next(kind, field)))
		fprintf(s->out, "%s\n", field->name);
	return status;
}

static enum status print_adoc_fields(struct session *s, char **operands, size_t n _unused_)
{
	enum daxbus_kind kind;
	enum status status = find_kind(s, operands[0], &kind);

	if (status == STATUS_DONE)
		adoc_fields(s->out, kind);
	return status;
}

static enum status print_adoc_options(struct session *s, char **operands, size_t n _unused_)
{
	const struct command *command = find_command(s, operands);

	if (!command)
		return STATUS_USAGE;
	adoc_options(s->out, command);
	return STATUS_DONE;
}

static enum status print_adoc_examples(struct session *s, char **operands, size_t n _unused_)
{
	const struct command *command = find_command(s, operands);

	if (!command)
		return STATUS_USAGE;
	adoc_examples(s->out, command);
	return STATUS_DONE;
}

static enum status print_adoc_commands(struct session *s, char **operands _unused_,
				       size_t n _unused_)
{
	adoc_commands(s->commands, s->out);
	return STATUS_DONE;
}

static enum status print_adoc_exit(struct session *s, char **operands _unused_, size_t n _unused_)
{
	adoc_exit(s->out);
	return STATUS_DONE;
}

/* An object of a document, and its keys. */
struct object_keys {
	const char *name;
	const struct change_key *keys;
	const size_t *n;
};

static const struct object_keys objects[] = {
	{ "result", result_keys, &n_result_keys },
	{ "step", step_keys, &n_step_keys },
	{ "migration", migration_keys, &n_migration_keys },
	{ "migration device", migration_device_keys, &n_migration_device_keys },
	{ "migration boot", migration_boot_keys, &n_migration_boot_keys },
	{ "migration line", migration_line_keys, &n_migration_line_keys },
	{ "user", user_keys, &n_user_keys },
	{ "count", user_count_keys, &n_user_count_keys },
};

static enum status print_adoc_keys(struct session *s, char **operands, size_t n _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		if (!streq(operands[0], objects[i].name))
			continue;
		adoc_keys(s->out, objects[i].keys, *objects[i].n);
		return STATUS_DONE;
	}
	return status_of(fail(&s->error, -EINVAL, "unknown object '%s'", operands[0]));
}

static enum status print_schema(struct session *s, char **operands, size_t n _unused_)
{
	if (streq(operands[0], "list"))
		return status_of(schema_print_list(s->out, &s->error));
	if (streq(operands[0], "change"))
		return status_of(schema_print_change(s->out, &s->error));
	if (streq(operands[0], "migration"))
		return status_of(schema_print_migration(s->out, &s->error));
	if (streq(operands[0], "scan"))
		return status_of(schema_print_scan(s->out, &s->error));
	return status_of(fail(&s->error, -EINVAL, "unknown document '%s'", operands[0]));
}

static enum status print_completion(struct session *s, char **operands, size_t n)
{
	complete(s, operands, n);
	return STATUS_DONE;
}

static const struct request requests[] = {
	{ "commands", NULL, print_commands },
	{ "options", "COMMAND", print_options },
	{ "fields", "KIND", print_fields },
	{ "adoc-commands", NULL, print_adoc_commands },
	{ "adoc-options", "COMMAND", print_adoc_options },
	{ "adoc-examples", "COMMAND", print_adoc_examples },
	{ "adoc-fields", "KIND", print_adoc_fields },
	{ "adoc-exit", NULL, print_adoc_exit },
	{ "adoc-keys", "OBJECT", print_adoc_keys },
	{ "schema", "DOCUMENT", print_schema },
	{ "complete", "WORD...", print_completion },
};

static enum status run(struct session *s, const void *options _unused_, char **operands, size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		if (!streq(requests[i].name, operands[0]))
			continue;
		if (requests[i].operand && n < 2)
			return status_of(fail(&s->error, -EINVAL, "'%s' requires an argument: %s",
					      operands[0], requests[i].operand));
		return requests[i].run(s, operands + 1, n - 1);
	}
	return status_of(fail(&s->error, -EINVAL, "unknown request '%s'", operands[0]));
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
	.run = run,
};
