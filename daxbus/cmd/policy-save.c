/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * policy save, policy import and policy remove: the files in /etc/daxbus/policy.d.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "api/policy-file.h"
#include "base/string.h"
#include "cli/selectors.h"
#include "cmd/change-common.h"
#include "cmd/layout-file.h"
#include "cmd/policy.h"

static int save(struct session *s, const struct change_options *given, struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	_cleanup_(daxbus_request_free_p) struct daxbus_request *how = NULL;
	int r = selectors_query(s, &query)
		?: change_common_request(s, given, &how)
		?: change_common_open(s, given, &ctx);

	if (r < 0)
		return r;
	return policy_root_status(
		api_policy_file_save(ctx, given->root, query, how, given->dry_run, ret, &s->error));
}

static enum status run_save(struct session *s, const void *given)
{
	return change_common_finish(s, given, save, "no device selected, nothing to do");
}

/*
 * A layout is a JSON object. What cannot be read is read again, with a message. A pipe can be read
 * only once: files of daxctl are none.
 */
static bool is_layout(const char *path)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	char text[64];
	ssize_t n;

	if (streq(path, "-") || (stat(path, &st) == 0 && S_ISFIFO(st.st_mode)))
		return true;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n < 0)
		return false;
	text[n] = '\0';
	return text[strspn(text, " \t\r\n")] == '{';
}

static int read_layouts(struct session *s, struct policy_import *files)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_operands; i++) {
		files[i].path = s->operands[i];
		if (!is_layout(files[i].path))
			continue;
		if (daxbus_request_new(DAXBUS_CREATE, &files[i].layout) < 0)
			return session_fail_memory(&s->error);
		r = layout_file_read(files[i].path, files[i].layout, &s->error);
	}
	return r;
}

static int import_files(struct session *s, const struct change_options *given,
			struct policy_import *files, struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	int r = read_layouts(s, files) ?: change_common_open(s, given, &ctx);

	if (r < 0)
		return r;
	return policy_root_status(api_policy_file_import(ctx, given->root, files, s->n_operands,
							 given->force, given->dry_run, ret,
							 &s->error));
}

static int import(struct session *s, const struct change_options *given,
		  struct daxbus_results **ret)
{
	_cleanup_free_ struct policy_import *files = calloc(s->n_operands + 1, sizeof(*files));
	int r = files ? import_files(s, given, files, ret) : session_fail_memory(&s->error);

	for (size_t i = 0; files && i < s->n_operands; i++)
		daxbus_request_free(files[i].layout);
	return r;
}

static enum status run_import(struct session *s, const void *given)
{
	return change_common_finish(s, given, import, "no section and no region to import");
}

/* The name of a policy, which may be given with its directory. */
static const char *policy_name(const char *operand)
{
	static const char directory[] = POLICY_DIRECTORY "/";
	const char *name = starts_with(operand, directory) ? operand + strlen(directory) : operand;

	return *name != '.' && !strchr(name, '/') && ends_with(name, ".conf") ? name : NULL;
}

static int find_names(struct session *s, char **names)
{
	for (size_t i = 0; i < s->n_operands; i++) {
		names[i] = (char *)policy_name(s->operands[i]);
		if (!names[i])
			return session_fail(&s->error, -EINVAL,
					    "'%s' is not the name of a policy in " POLICY_DIRECTORY,
					    s->operands[i]);
	}
	return 0;
}

static int remove_policies(struct session *s, const struct change_options *given,
			   struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	_cleanup_free_ char **names = calloc(s->n_operands + 1, sizeof(*names));
	int r = names ? find_names(s, names) ?: change_common_open(s, given, &ctx)
		      : session_fail_memory(&s->error);

	if (r < 0)
		return r;
	return policy_root_status(api_policy_file_remove(ctx, given->root, names, s->n_operands,
							 given->dry_run, ret, &s->error));
}

static enum status run_remove(struct session *s, const void *given)
{
	return change_common_finish(s, given, remove_policies, NULL);
}

static const struct option_row save_rows[] = {
	POLICY_ROOT_ROW(CHANGE_MEMBER(root)),
	CHANGE_FORCE_ROW,
};

static const struct option_row remove_rows[] = {
	POLICY_ROOT_ROW(CHANGE_MEMBER(root)),
};

const struct command policy_save_command = {
	.name = "policy save",
	.operands = "[SELECTOR...]",
	.summary = "write policies that describe the devices as they are",
	.description =
		"Write a policy to /etc/daxbus/policy.d for each region that has a selected device, or "
		"for all regions. It describes all devices of the region: addresses, alignments, modes and "
		"zones. With --force, replace a file that daxbus did not write.",
	.examples = {
		{ "daxbus policy save --dry-run", "print the policies that would be written" },
		{ "daxbus policy save", "save the state of all devices" },
		{ "daxbus policy save region0", "save the state of the devices of one region" },
	},
	COMMAND_OPTIONS(save_rows),
	.options_size = sizeof(struct change_options),
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_SELECTORS,
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run_save,
};

const struct command policy_import_command = {
	.name = "policy import",
	.operands = "FILE...",
	.summary = "write policies for configuration of daxctl or for layouts",
	.description =
		"Write a policy to /etc/daxbus/policy.d for each section [reconfigure-device] of files as "
		"in /etc/daxctl.conf.d, which 'daxctl reconfigure-device --check-config' reads, and for each "
		"region of a layout that 'daxbus list --json' has saved (-: standard input). The files do "
		"not change. With --force, replace policies that exist.",
	.examples = {
		{ "daxbus list --json | daxbus policy import --root=/mnt -",
		  "write policies for another system that is to run on this machine" },
		{ "daxbus policy import /etc/daxctl.conf.d/*.conf --dry-run",
		  "print the policies that would be written" },
	},
	COMMAND_OPTIONS(save_rows),
	.options_size = sizeof(struct change_options),
	.min_operands = 1,
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_FILES,
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run_import,
};

const struct command policy_remove_command = {
	.name = "policy remove",
	.operands = "NAME...",
	.summary = "remove policies",
	.description =
		"Remove policies from /etc/daxbus/policy.d by the names of their files. The devices do not "
		"change. Files in other directories are not removed; a link to /dev/null in "
		"/etc/daxbus/policy.d hides them.",
	.examples = {
		{ "daxbus policy remove 50-hmem.conf", "remove a policy" },
	},
	COMMAND_OPTIONS(remove_rows),
	.options_size = sizeof(struct change_options),
	.min_operands = 1,
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_NOTHING,
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run_remove,
};
