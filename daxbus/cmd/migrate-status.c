/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "cmd/commands.h"
#include "cmd/migrate.h"
#include "output/migrate-keys.h"

struct status_options {
	const char *root;
};

static void add_words(struct string *text, const struct strv *words, const char *none)
{
	for (size_t i = 0; i < words->n; i++)
		string_add(text, "%s%s", i ? ", " : "", words->items[i]);
	if (!words->n)
		string_add(text, "%s", none);
}

static void print_running(FILE *out, const struct migrate_status *m)
{
	struct string text = { 0 };

	string_add(&text, "Now: Linux %s, ", m->kernel ?: "of unknown release");
	add_words(&text, &m->models, "no device model");
	session_print_line(out, &text);
	if (!m->n_devices)
		fputs("  no devices on persistent memory\n", out);
	for (size_t i = 0; i < m->n_devices; i++) {
		const struct status_device *device = &m->devices[i];

		string_add(&text, "  %s: %s; nd device %s, driver %s", device->device,
			   device->model, device->nd_device ?: "?", device->nd_driver ?: "?");
		if (device->driver)
			string_add(&text, "; %s", device->driver);
		session_print_line(out, &text);
	}
}

static void print_boot(FILE *out, const struct kernel *boot)
{
	struct string text = { 0 };

	string_add(&text, "Next boot of Linux %s%s: %s", boot->modules.release,
		   boot->running ? " (running now)" : "", boot->model);
	session_print_line(out, &text);
	string_add(&text, "  because: %s", boot->promise.reason);
	if (boot->promise.file)
		string_add(&text, " (%s", boot->promise.file);
	if (boot->line)
		string_add(&text, ", line %u", boot->line);
	if (boot->promise.file)
		string_add(&text, ")");
	session_print_line(out, &text);
	string_add(&text, "  drivers: ");
	add_words(&text, &boot->models, "none");
	string_add(&text, "; CONFIG_DEV_DAX_PMEM_COMPAT is %s", boot->compat ?: "unknown");
	session_print_line(out, &text);
	string_add(&text, "  initramfs: %s%s", boot->initramfs ?: "none",
		   boot->initramfs_is_old ? ", older than modprobe.d" : "");
	session_print_line(out, &text);
}

static void print_lines(FILE *out, const struct predict_config *config)
{
	struct string text = { 0 };

	fputs("Lines of modprobe.d:\n", out);
	if (!config->n)
		fputs("  none\n", out);
	for (size_t i = 0; i < config->n; i++) {
		const struct predict_line *line = &config->items[i];

		string_add(&text, "  %s, line %u: %s", line->file, line->number, line->text);
		if (line->writer)
			string_add(&text, " (by %s)", line->writer);
		if (line->hidden)
			string_add(&text, " (ignored: another file of the same name hides it)");
		session_print_line(out, &text);
	}
}

/* The lines show the other states. */
static void print_file(FILE *out, const struct migrate_status *m)
{
	if (m->file_state == FILE_EDITED)
		fprintf(out, "%s was changed since daxbus wrote it.\n", m->file);
	else if (m->file_state == FILE_FOREIGN)
		fprintf(out, "%s was not written by daxbus.\n", m->file);
	else if (m->file_state == FILE_UNKNOWN)
		fprintf(out, "%s cannot be read.\n", m->file);
}

static void print(FILE *out, const struct migrate_status *m, bool with_running)
{
	struct string text = { 0 };

	if (with_running)
		print_running(out, m);
	for (size_t i = 0; i < m->n_boots; i++)
		print_boot(out, &m->boots[i]);
	print_lines(out, &m->config);
	print_file(out, m);
	fprintf(out, "%s\n", m->verdict);
	if (!m->next)
		return;
	string_add(&text, "Next: %s", m->next);
	session_print_line(out, &text);
}

static enum status run_migrate_status(struct session *s, const void *data)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(status_free_p) struct migrate_status *m = NULL;
	const struct status_options *given = data;
	int r = migrate_check_root(s, given->root)
		?: session_open(s, &ctx)
		?: migrate_root_status(
			status_read(ctx, given->root, FILE_AS_IT_IS, &m, &s->error));

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
