/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <sys/stat.h>

#include "api/diff.h"
#include "api/history.h"
#include "base/parse.h"
#include "cmd/commands.h"
#include "cmd/layout-file.h"
#include "output/history.h"

struct diff_options {
	const char *root;
};

#define HISTORY_PREFIX "history:"
#define BEFORE_SUFFIX  ":before"

/* The number of a change behind "@" or "history:". Return: whether the word begins so. */
static bool is_change(const char *word, const char **ret)
{
	if (*word == '@')
		*ret = word + 1;
	else if (strncmp(word, HISTORY_PREFIX, strlen(HISTORY_PREFIX)) == 0)
		*ret = word + strlen(HISTORY_PREFIX);
	else
		return false;
	return true;
}

static int read_change(struct session *s, const struct daxbus_ctx *ctx, const char *root,
		       const char *word, struct state *ret)
{
	const char *colon = strchr(word, ':');
	_cleanup_free_ char *digits = strndup(word, colon ? (size_t)(colon - word) : strlen(word));
	uint64_t number = 0;

	if (!digits)
		return session_fail_memory(&s->error);
	if (parse_u64(digits, 10, &number) < 0 || !number ||
	    (colon && !streq(colon, BEFORE_SUFFIX)))
		return session_fail(&s->error, -EINVAL,
				    "'@%s' is not a change such as @12 or @12:before; see 'daxbus "
				    "history'",
				    word);
	return api_diff_history(ctx, root, number, colon, ret, &s->error);
}

static int read_layout(struct session *s, const char *path, struct state *ret)
{
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;

	if (daxbus_request_new(DAXBUS_CREATE, &request) < 0)
		return session_fail_memory(&s->error);
	return layout_file_read(path, request, &s->error)
		       ?: api_diff_layout(request, ret, &s->error);
}

static bool is_tree(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* @ret_partial: it has only some regions. */
static int read_side(struct session *s, struct daxbus_ctx *ctx, const char *root, const char *word,
		     struct state *ret, bool *ret_partial)
{
	const char *change;

	if (is_change(word, &change)) {
		*ret_partial = true;
		return read_change(s, ctx, root, change, ret);
	}
	if (streq(word, "now"))
		return api_diff_observe(ctx, NULL, ret, &s->error);
	if (streq(word, "policy"))
		return api_diff_policy(ctx, root, ret, &s->error);
	return is_tree(word) ? api_diff_observe(ctx, word, ret, &s->error)
			     : read_layout(s, word, ret);
}

static int compare_sides(struct session *s, const struct diff_options *given,
			 struct state_differences *ret)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(state_done) struct state a = { 0 }, b = { 0 };
	bool a_is_partial = false, b_is_partial = false;
	int r = session_open(s, &ctx)
		?: read_side(s, ctx, given->root, s->operands[0], &a, &a_is_partial)
		?: read_side(s, ctx, given->root, s->operands[1], &b, &b_is_partial);

	if (r < 0)
		return r;
	if (a_is_partial)
		api_diff_restrict(&b, &a);
	if (b_is_partial)
		api_diff_restrict(&a, &b);
	return state_diff(&a, &b, ret) < 0 ? session_fail_memory(&s->error) : 0;
}

static enum status run_diff(struct session *s, const void *given)
{
	struct state_differences differences = { 0 };
	int r = compare_sides(s, given, &differences);
	bool differ = differences.n;

	if (r == 0)
		r = s->common.json
			    ? history_json_diff(s, s->operands[0], s->operands[1], &differences)
			    : history_text_diff(s, &differences);
	state_diff_done(&differences);
	if (r < 0)
		return session_status(r == -ENOTDIR ? -EINVAL : r);
	return differ ? STATUS_FINDING : STATUS_DONE;
}

static const struct option_row diff_options[] = {
	{ .name = "root",
	  .argument = "DIR",
	  .help = "use the policies and the history of the system installed in DIR instead of those "
		  "of the running one",
	  .type = OPTION_STRING,
	  .offset = offsetof(struct diff_options, root),
	  .complete = COMPLETE_DIRECTORIES },
};

const struct command diff_command = {
	.name = "diff",
	.operands = "BEFORE AFTER",
	.summary = "compare two states of the devices",
	.description =
		"Compare the ranges, alignment, mode and zones of devices in two states. A state is 'now', "
		"'policy' (the devices as the policies want them), the directory of a captured tree, a file "
		"that 'daxbus list --json' saved ('-' is standard input), or a change of 'daxbus history': "
		"@12 after it, @12:before before it. The exit status is 0 if they are the same, and 7 if "
		"they differ.",
	.examples = {
		{ "daxbus diff layout.json now", "print what differs from a saved layout" },
		{ "daxbus diff now policy", "print what 'daxbus policy apply' would change" },
		{ "daxbus diff @12:before now", "print what differs from the state before change 12" },
	},
	COMMAND_OPTIONS(diff_options),
	.options_size = sizeof(struct diff_options),
	.min_operands = 2,
	.max_operands = 2,
	.complete = COMPLETE_FILES,
	.flags = COMMAND_JSON,
	.run = run_diff,
};
