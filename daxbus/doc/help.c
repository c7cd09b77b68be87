/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "doc/help.h"

#include <ctype.h>
#include <errno.h>

#include "cli/change-options.h"
#include "cli/columns.h"
#include "cli/stream.h"
#include "model/public-max.h"

/* Column of the right half of a list, and where there is no room for two halves. */
#define HELP_COLUMN	   26
#define HELP_NARROW_COLUMN 8
/* Below this, the right half is below the left one; text is never narrower than the least. */
#define HELP_WIDTH_NARROW  60
#define HELP_WIDTH_MIN	   30

/* Print words, starting at @column, in lines of @width that are indented by @indent. */
static void print_wrapped(FILE *out, const char *text, size_t indent, size_t column, size_t width)
{
	while (*text) {
		size_t length = strcspn(text, " ");

		if (column > indent && column + 1 + length > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", (int)length, text);
		column += length;
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static size_t help_width(void)
{
	size_t width = stream_columns();

	return width < HELP_WIDTH_MIN ? HELP_WIDTH_MIN : width;
}

static void print_paragraph(FILE *out, const char *text)
{
	print_wrapped(out, text, 0, 0, help_width());
}

/* A line of a list: @left, and its description. */
static void print_entry(FILE *out, const char *left, const char *help)
{
	size_t length = strlen(left), width = help_width();
	int column = width < HELP_WIDTH_NARROW ? HELP_NARROW_COLUMN : HELP_COLUMN;

	if (2 + length + 2 > (size_t)column)
		fprintf(out, "  %s\n%*s", left, column, "");
	else
		fprintf(out, "  %-*s", column - 2, left);
	print_wrapped(out, help, (size_t)column, (size_t)column, width);
}

/* "-o, --output COLUMNS" */
static void add_option(struct string *text, const struct option_row *row)
{
	if (row->letter)
		string_add(text, "-%c, --%s", row->letter, row->name);
	else
		string_add(text, "--%s", row->name);
	if (!options_has_argument(row))
		return;
	string_add(text, row->type == OPTION_WAIT ? "[=" : " ");
	options_add_argument(text, row);
	if (row->type == OPTION_WAIT)
		string_add(text, "]");
}

static void print_options(FILE *out, const struct option_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct string left = { 0 };
		_cleanup_free_ char *s = NULL;

		if (!rows[i].letter)
			string_add(&left, "    ");
		add_option(&left, &rows[i]);
		s = string_take(&left);
		print_entry(out, s ? s : rows[i].name, rows[i].help);
	}
}

static void print_fields(FILE *out, enum daxbus_kind kind)
{
	const struct daxbus_field *field = NULL;

	fprintf(out, "\nColumns of %ss:\n", columns_kind_name(kind));
	while ((field = daxbus_field_next(kind, field))) {
		_cleanup_free_ char *header = columns_header(field);

		print_entry(out, header ? header : field->name, field->help);
	}
}

static void print_all_fields(FILE *out)
{
	for (enum daxbus_kind kind = DAXBUS_REGION; kind < _DAXBUS_KIND_MAX; kind++)
		print_fields(out, kind);
	fputc('\n', out);
	print_paragraph(
		out,
		"A device and an extent also have the columns of their region; a mapping and a "
		"block also have those of their device and its region. Column names may be in lower case.");
}

static void print_command_help(const struct command *c, FILE *out)
{
	fprintf(out, "Usage: daxbus %s [OPTION...]%s%s\n\n", c->name, c->operands ? " " : "",
		c->operands ? c->operands : "");
	print_paragraph(out, c->description);
	if (c->n_options || c->flags & COMMAND_JSON)
		fputs("\nOptions:\n", out);
	print_options(out, c->options, c->n_options);
	print_options(out, change_options_rows, command_n_change_options(c));
	if (c->flags & COMMAND_JSON)
		print_options(out, &options_json, 1);
	fputs("\nOptions of every command:\n", out);
	print_options(out, options_common, options_n_common);
	if (c->flags & COMMAND_FIELDS)
		print_all_fields(out);
	if (c->examples[0].line)
		fputs("\nExamples:\n", out);
	for (const struct example *e = c->examples; e->line; e++)
		fprintf(out, "  %s\n      %s\n", e->line, e->help);
}

static void print_command(FILE *out, const struct command *c)
{
	_cleanup_free_ char *left = NULL;

	if (string_format(&left, "%s%s%s", c->name, c->operands ? " " : "", c->operands ?: "") == 0)
		print_entry(out, left, c->summary);
}

bool help_print_group(const struct command *const *commands, const char *first, FILE *out)
{
	const struct command *c;
	bool found = false;

	for (size_t i = 0; (c = command_at(commands, i)); i++) {
		if (!command_second_word(c, first))
			continue;
		if (!found)
			fprintf(out, "Usage: daxbus %s COMMAND [ARGUMENT...]\n\nCommands:\n",
				first);
		found = true;
		print_command(out, c);
	}
	if (found)
		fprintf(out, "\nSee 'daxbus help %s COMMAND' for details.\n", first);
	return found;
}

static void print_tool_help(const struct command *const *commands, FILE *out)
{
	const struct command *c;

	fputs("Usage: daxbus [OPTION...] COMMAND [ARGUMENT...]\n\n", out);
	print_paragraph(
		out, "Manage memory on the device-dax bus of Linux: CXL, HBM, persistent memory.");
	fputs("\nCommands:\n", out);
	for (size_t i = 0; (c = command_at(commands, i)); i++)
		print_command(out, c);
	fputs("\nOptions of every command:\n", out);
	print_options(out, options_common, options_n_common);
	fputc('\n', out);
	print_paragraph(out, "See 'daxbus help COMMAND' for details.");
}

void help_print(const struct command *const *commands, const struct command *command, FILE *out)
{
	if (command)
		print_command_help(command, out);
	else
		print_tool_help(commands, out);
}

void help_print_usage(const struct command *const *commands, FILE *out)
{
	const struct command *c;

	fputs("Usage: daxbus [OPTION...] COMMAND [ARGUMENT...]\nCommands:", out);
	for (size_t i = 0; (c = command_at(commands, i)); i++)
		fprintf(out, " %s", c->name);
	fputs(". Try 'daxbus --help'.\n", out);
}

static enum status run_help(struct session *s, const void *options _unused_)
{
	const struct command *about = NULL;
	size_t used = 0;

	if (s->n_operands == 1 && help_print_group(s->commands, s->operands[0], s->out))
		return STATUS_DONE;
	if (s->n_operands) {
		about = command_find(s->commands, s->operands, s->n_operands, &used, &s->error);
		if (!about)
			return STATUS_USAGE;
		if (used < s->n_operands)
			return session_status(session_fail(
				&s->error, -EINVAL, "unexpected argument '%s'", s->operands[used]));
	}
	help_print(s->commands, about, s->out);
	return STATUS_DONE;
}

const struct command help_command = {
	.name = "help",
	.operands = "[COMMAND]",
	.summary = "show help for daxbus or a command",
	.description =
		"List the commands or, with COMMAND, describe it and its options, as --help does.",
	.max_operands = 2,
	.complete = COMPLETE_COMMANDS,
	.run = run_help,
};
