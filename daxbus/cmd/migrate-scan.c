/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/strv.h"
#include "cli/progress.h"
#include "cmd/commands.h"
#include "output/class-scan.h"

struct scan_options {
	const char *root;
};

/* A path that is no directory is an error in the command line. */
static enum status scan_status(int result)
{
	return result == -ENOTDIR ? STATUS_USAGE : session_status(result);
}

/* Make @path absolute: relative to @root or, without it, to the working directory. */
static int add_path(struct strv *paths, const char *path, const char *root)
{
	_cleanup_free_ char *directory = NULL;
	char *absolute;

	if (path[0] == '/')
		return strv_push(paths, path);
	directory = root ? strdup("") : getcwd(NULL, 0);
	if (!directory || asprintf(&absolute, "%s/%s", directory, path) < 0)
		return -ENOMEM;
	return strv_push_take(paths, absolute);
}

static int find(struct session *s, const struct scan_options *options, const struct strv *paths,
		struct class_consumers **ret)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	struct progress progress;
	int r = session_open(s, &ctx);

	if (r < 0)
		return r;
	progress_start(&progress, false);
	daxbus_set_progress_fn(ctx, progress_show, &progress);
	r = class_scan_run(ctx, options->root, (const char *const *)paths->items, paths->n, ret,
			   &s->error);
	progress_clear(&progress);
	return r;
}

static enum status run_migrate_scan(struct session *s, const void *data)
{
	_cleanup_(class_scan_free_p) struct class_consumers *users = NULL;
	_cleanup_(strv_done) struct strv paths = { 0 };
	const struct scan_options *options = data;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_operands; i++) {
		if (!*s->operands[i])
			return session_status(
				session_fail(&s->error, -EINVAL, "a path must not be empty"));
		r = add_path(&paths, s->operands[i], options->root);
	}
	if (r < 0)
		return session_status(session_fail_memory(&s->error));
	r = find(s, options, &paths, &users);
	if (r == 0)
		r = s->common.json ? class_scan_json_print(s, users, options->root)
				   : class_scan_text_print(s, users);
	if (r < 0)
		return scan_status(r);
	return class_scan_text_any_breaks(users) ? STATUS_FINDING : STATUS_DONE;
}

/* clang-format off */
static const struct option_row migrate_scan_options[] = {
	{ .name = "root", .argument = "DIR",
	  .help = "scan the system installed in DIR; do not scan processes (default: the running system)",
	  .type = OPTION_STRING, .offset = offsetof(struct scan_options, root),
	  .complete = COMPLETE_DIRECTORIES },
};
/* clang-format on */

const struct command migrate_scan_command = {
	.name = "migrate scan",
	.operands = "[PATH...]",
	.summary = "find what depends on /sys/class/dax",
	.description =
		"Find processes, executables, scripts, udev rules, systemd units and settings that "
		"use /sys/class/dax, which does not contain devices on the bus, and report what to "
		"use instead. Without a PATH, scan the directories where such files are installed. "
		"Files that support both models are listed separately. The exit status is 7 if "
		"something depends on the class.",
	.examples = {
		{ "daxbus migrate scan", "check whether anything on this system depends on the class" },
		{ "daxbus migrate scan /opt/vendor", "check one product" },
		{ "daxbus migrate scan --root=/mnt/image --json | jq -r '.users[] | select(.safe | not) | "
		  ".path'",
		  "for a script, print the files of an image that depend on it" },
	},
	COMMAND_OPTIONS(migrate_scan_options),
	.options_size = sizeof(struct scan_options),
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_FILES,
	.flags = COMMAND_JSON,
	.run = run_migrate_scan,
};
