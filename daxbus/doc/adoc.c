/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of the manual pages, in AsciiDoc. Texts of the tables are enclosed in pluses, so that
 * AsciiDoc does not interpret them.
 */
#include <ctype.h>

#include "base/string.h"
#include "cli/columns.h"
#include "doc/help.h"
#include "doc/introspect.h"
#include "output/change-keys.h"

/* Print a help text with a capital at its start. */
static void print_help(FILE *out, const char *help)
{
	fprintf(out, "+++%c%s+++", toupper((unsigned char)help[0]), help + 1);
}

static void print_argument(FILE *out, const struct option_row *row)
{
	struct string text = { 0 };
	_cleanup_free_ char *argument = NULL;

	if (!option_has_argument(row))
		return;
	option_add_argument(&text, row);
	argument = string_take(&text);
	fprintf(out, row->type == OPTION_WAIT ? "[=_+++%s+++_]" : " _+++%s+++_",
		argument ? argument : "");
}

static void print_option(FILE *out, const struct option_row *row)
{
	if (row->letter)
		fprintf(out, "*-%c*, ", row->letter);
	fprintf(out, "*--%s*", row->name);
	print_argument(out, row);
	fputs("::\n", out);
	print_help(out, row->help);
	fputs(".\n", out);
}

void adoc_options(FILE *out, const struct command *command)
{
	struct options o = { 0 };
	const struct option_row *row;

	command_add_options(command, &o, NULL, NULL);
	for (size_t i = 0; (row = options_row(&o, i)); i++)
		print_option(out, row);
	options_done(&o);
}

void adoc_examples(FILE *out, const struct command *command)
{
	for (size_t i = 0; i < command->n_examples; i++) {
		print_help(out, command->examples[i].help);
		fprintf(out, ":\n\n----\n# %s\n----\n\n", command->examples[i].line);
	}
}

void adoc_commands(const struct command *const *commands, FILE *out)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(commands, i)); i++) {
		fprintf(out, "*%s*", c->name);
		if (c->operands)
			fprintf(out, " +++%s+++", c->operands);
		fputs("::\n", out);
		print_help(out, c->summary);
		fputs(".\n", out);
	}
}

static const char *type_name(enum daxbus_type type)
{
	static const char *const names[] = {
		[DAXBUS_BOOL] = "yes or no",	 [DAXBUS_NUMBER] = "number",
		[DAXBUS_SIZE] = "size in bytes", [DAXBUS_ADDRESS] = "address",
		[DAXBUS_STRING] = "string",	 [DAXBUS_STRINGS] = "list of strings",
	};

	return names[type];
}

void adoc_fields(FILE *out, enum daxbus_kind kind)
{
	const struct daxbus_field *field = NULL;

	while ((field = daxbus_field_next(kind, field))) {
		_cleanup_free_ char *header = column_header(field);

		fprintf(out, "*+++%s+++*::\n", header ? header : field->name);
		print_help(out, field->help);
		fprintf(out, " (%s", type_name(field->type));
		if (field->unit)
			fprintf(out, " in %s", field->unit);
		fprintf(out, "; in JSON `+++%s%s%s+++`).\n", field->group ? field->group : "",
			field->group ? "." : "", field->key);
	}
}

void adoc_keys(FILE *out, const struct change_key *keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fprintf(out, "*%s*::\n", keys[i].key);
		print_help(out, keys[i].help);
		fputs(".\n", out);
	}
}

void adoc_exit(FILE *out)
{
#define STATUS_ENTRY(name, number, code, meaning) fprintf(out, "*%d*::\n%s\n", number, meaning);
	STATUSES(STATUS_ENTRY)
}
