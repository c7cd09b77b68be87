/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "cmd/commands.h"
#include "cmd/migrate.h"
#include "output/migrate-keys.h"

struct status_options {
	const char *root;
};

static void add_words(struct string *text, const char *const *words, size_t n, const char *none)
{
	for (size_t i = 0; i < n; i++)
		string_add(text, "%s%s", i ? ", " : "", words[i]);
	if (!n)
		string_add(text, "%s", none);
}

static void print_running(FILE *out, const struct migrate_status *m)
{
	const struct migrate_status_summary *summary = migrate_status_get_summary(m);
	const struct migrate_status_device *device = NULL;
	struct string text = { 0 };

	string_add(&text, "Now: Linux %s, ", summary->kernel ?: "of unknown release");
	add_words(&text, summary->models, summary->n_models, "no device model");
	session_print_line(out, &text);
	if (!migrate_status_next_device(m, NULL))
		fputs("  no devices on persistent memory\n", out);
	while ((device = migrate_status_next_device(m, device))) {
		string_add(&text, "  %s: %s; nd device %s, driver %s", device->device,
			   device->model, device->nd_device ?: "?", device->nd_driver ?: "?");
		if (device->driver)
			string_add(&text, "; %s", device->driver);
		session_print_line(out, &text);
	}
}

static void print_boot(FILE *out, const struct migrate_status_boot *boot)
{
	struct string text = { 0 };

	string_add(&text, "Next boot of Linux %s%s: %s", boot->kernel,
		   boot->running ? " (running now)" : "", boot->model);
	session_print_line(out, &text);
	string_add(&text, "  because: %s", boot->reason);
	if (boot->file)
		string_add(&text, " (%s", boot->file);
	if (boot->line)
		string_add(&text, ", line %u", boot->line);
	if (boot->file)
		string_add(&text, ")");
	session_print_line(out, &text);
	string_add(&text, "  drivers: ");
	add_words(&text, boot->models, boot->n_models, "none");
	string_add(&text, "; CONFIG_DEV_DAX_PMEM_COMPAT is %s", boot->compat ?: "unknown");
	session_print_line(out, &text);
	string_add(&text, "  initramfs: %s%s", boot->initramfs ?: "none",
		   boot->initramfs_is_old ? ", older than modprobe.d" : "");
	session_print_line(out, &text);
}

static void print_lines(FILE *out, const struct migrate_status *m)
{
	const struct migrate_status_line *line = NULL;
	struct string text = { 0 };

	fputs("Lines of modprobe.d:\n", out);
	if (!migrate_status_next_line(m, NULL))
		fputs("  none\n", out);
	while ((line = migrate_status_next_line(m, line))) {
		string_add(&text, "  %s, line %u: %s", line->file, line->line, line->text);
		if (line->writer)
			string_add(&text, " (by %s)", line->writer);
		if (line->hidden)
			string_add(&text, " (ignored: another file of the same name hides it)");
		session_print_line(out, &text);
	}
}

/* The lines show the other states. */
static void print_file(FILE *out, const struct migrate_status_summary *summary)
{
	if (streq(summary->file_state, "edited"))
		fprintf(out, "%s was changed since daxbus wrote it.\n", summary->file);
	else if (streq(summary->file_state, "foreign"))
		fprintf(out, "%s was not written by daxbus.\n", summary->file);
	else if (streq(summary->file_state, "unknown"))
		fprintf(out, "%s cannot be read.\n", summary->file);
}

static void print(FILE *out, const struct migrate_status *m, bool with_running)
{
	const struct migrate_status_summary *summary = migrate_status_get_summary(m);
	const struct migrate_status_boot *boot = NULL;
	struct string text = { 0 };

	if (with_running)
		print_running(out, m);
	while ((boot = migrate_status_next_boot(m, boot)))
		print_boot(out, boot);
	print_lines(out, m);
	print_file(out, summary);
	fprintf(out, "%s\n", summary->verdict);
	if (!summary->next)
		return;
	string_add(&text, "Next: %s", summary->next);
	session_print_line(out, &text);
}

static enum status run_migrate_status(struct session *s, const void *data)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(migrate_status_free_p) struct migrate_status *m = NULL;
	const struct status_options *given = data;
	int r = migrate_check_root(s, given->root);

	if (r == 0)
		r = session_open(s, &ctx);
	if (r == 0)
		r = migrate_root_status(migrate_status_read(ctx, given->root, &m, &s->error));
	if (r < 0)
		return session_status(r);
	if (s->common.json)
		return session_status(migrate_json_print(m, s->out, &s->error));
	print(s->out, m, !given->root);
	return STATUS_DONE;
}

/* clang-format off */
static const struct option_row migrate_status_options[] = {
	MIGRATE_ROOT_ROW(offsetof(struct status_options, root)),
};
/* clang-format on */

const struct command migrate_status_command = {
	.name = "migrate status",
	.summary = "show the device model, now and after the next boot",
	.description =
		"Show whether devices on persistent memory are on the bus (/sys/bus/dax) or in the "
		"class (/sys/class/dax, up to Linux 5.16), which model the kernel and modprobe.d "
		"select at the next boot, which line decides it, and what to do next.",
	.examples = {
		{ "daxbus migrate status", "show the device model, and how the next boot selects it" },
		{ "daxbus migrate status --root=/mnt --json",
		  "for a script, show it for an installed image" },
	},
	COMMAND_OPTIONS(migrate_status_options),
	.options_size = sizeof(struct status_options),
	.flags = COMMAND_JSON,
	.run = run_migrate_status,
};
