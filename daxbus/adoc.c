/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parts of the manual pages, in AsciiDoc. Texts of the tables stand between pluses where AsciiDoc
 * would read them.
 */
#include <ctype.h>

#include "columns.h"
#include "help.h"
#include "introspect.h"

/* A help text, which is no sentence, with the capital of one. */
static void print_help(FILE *out, const char *help)
{
	fprintf(out, "+++%c%s+++", toupper((unsigned char)help[0]), help + 1);
}

static void print_option(FILE *out, const struct option_row *row)
{
	if (row->letter)
		fprintf(out, "*-%c*, ", row->letter);
	fprintf(out, "*--%s*", row->name);
	if (row->argument)
		fprintf(out, " _+++%s+++_", row->argument);
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

void adoc_commands(FILE *out)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)); i++) {
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
		[DAXBUS_STRING] = "text",	 [DAXBUS_STRINGS] = "list of texts",
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

void adoc_exit(FILE *out)
{
#define STATUS_ENTRY(name, number, code, meaning) fprintf(out, "*%d*::\n%s\n", number, meaning);
	STATUSES(STATUS_ENTRY)
}
