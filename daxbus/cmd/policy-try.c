/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * policy try and policy confirm: changes that are undone unless somebody confirms them.
 */
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>

#include "api/policy-apply.h"
#include "cli/signals.h"
#include "cmd/change-common.h"
#include "cmd/policy.h"

#define DEFAULT_TIMEOUT "60"

/* --- the question ----------------------------------------------------------------------------- */

struct question {
	bool asked;
	bool at_terminal;
};

/* What a person sees while the results, which main() prints at the end, are not final. */
static void say_changes(const struct daxbus_results *results)
{
	const struct daxbus_result *result = NULL;

	while ((result = daxbus_results_next(results, result)))
		if (result->status == DAXBUS_CHANGED)
			session_say("%s: changed%s%s", change_subject(result),
				    result->message ? "; " : "", result->message ?: "");
}

static void ask_once(struct question *q, const struct daxbus_results *results, uint64_t left)
{
	if (q->asked)
		return;
	q->asked = true;
	q->at_terminal = isatty(STDIN_FILENO);
	/* A process in the background is not stopped: it must undo the changes in time. */
	signal(SIGTTIN, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	/* What was typed before the question is no answer to it. */
	if (q->at_terminal)
		tcflush(STDIN_FILENO, TCIFLUSH);
	change_common_clear_progress();
	say_changes(results);
	session_say("%s'daxbus policy confirm' within %" PRIu64
		    " seconds keeps the changes; otherwise they are undone",
		    q->at_terminal ? "Enter, or " : "", (left + 999) / 1000);
}

/* A line of the terminal: Enter or "y" keeps the changes, "n" undoes them. */
static enum trial_answer read_terminal(struct question *q)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	char line[64];
	ssize_t n;

	if (!q->at_terminal || poll(&input, 1, 0) <= 0)
		return TRIAL_NO_ANSWER;
	n = read(STDIN_FILENO, line, sizeof(line));
	/* The terminal is that of another job. */
	if (n < 0)
		q->at_terminal = false;
	if (n < 0)
		return TRIAL_NO_ANSWER;
	/* strchr() would find a NUL byte, which a serial line makes of noise, in any string. */
	if (n > 0 && memchr("yY\n", line[0], 3))
		return TRIAL_KEEP;
	if (n == 0 || memchr("nN", line[0], 2))
		return TRIAL_REVERT;
	session_say("type Enter or 'y' to keep the changes, 'n' to undo them");
	return TRIAL_NO_ANSWER;
}

static enum trial_answer ask(void *data, const struct daxbus_results *results, uint64_t left)
{
	struct question *q = data;

	ask_once(q, results, left);
	return signals_stop_requested() ? TRIAL_REVERT : read_terminal(q);
}

/* --- try -------------------------------------------------------------------------------------- */

static int try(struct session *s, const struct change_options *given, struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	_cleanup_(api_policy_free_p) struct policies *policies = NULL;
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	const struct policy_source from = { .paths = s->operands, .n_paths = s->n_operands };
	struct question question = { 0 };
	const struct trial_fn fn = { ask, &question };
	uint64_t seconds;
	int r = api_policy_apply_seconds(given->confirm ?: DEFAULT_TIMEOUT, &seconds, &s->error)
		?: change_common_request(s, given, &request)
		?: change_common_open(s, given, &ctx)
		?: api_policy_read(ctx, &from, NULL, &policies, &s->error);

	if (r < 0)
		return r;
	policy_text_say_problems(policies, false);
	if (given->dry_run)
		return api_policy_apply(ctx, &from, NULL, request, POLICY_DEVICES, true, ret,
					&s->error);
	return api_policy_apply_try(ctx, &from, request, seconds, &fn, ret, &s->error);
}

/* All of it is kept, or none: devices that were in the wanted state anyway do not count. */
static enum status whole_status(enum status status, const struct daxbus_results *results)
{
	const struct daxbus_result *result = NULL;

	if (status != STATUS_PARTIAL)
		return status;
	while ((result = daxbus_results_next(results, result)))
		if (result->status == DAXBUS_UNDONE)
			return STATUS_FAILED;
	return STATUS_REFUSED;
}

static enum status run_try(struct session *s, const void *given)
{
	_cleanup_(daxbus_results_free_p) struct daxbus_results *results = NULL;
	int r = try(s, given, &results);

	return r < 0 ? change_common_status(r)
		     : whole_status(change_common_report(s, given, results, NULL), results);
}

/* --- confirm ---------------------------------------------------------------------------------- */

static int confirm(struct session *s, const struct change_options *given,
		   struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	int r = change_common_request(s, given, &request)
			/* Also while 'policy try' changes devices. */
			?: daxbus_request_set(request, "wait", "forever", &s->error)
				   ?: change_common_open(s, given, &ctx);

	r = r ?: api_policy_apply_confirm(ctx, request, ret, &s->error);
	if (r == 0 && !s->common.json)
		fputs("the changes on trial are kept\n", s->out);
	return r;
}

static enum status run_confirm(struct session *s, const void *given)
{
	return change_common_finish(s, given, confirm, NULL);
}

/* --- tables ----------------------------------------------------------------------------------- */

static const struct option_row try_rows[] = {
	{ .name = "timeout",
	  .argument = "SECONDS",
	  .help = "undo the changes if nobody confirms them for SECONDS (default: " DEFAULT_TIMEOUT
		  ")",
	  .type = OPTION_STRING,
	  .offset = CHANGE_MEMBER(confirm) },
	CHANGE_FORCE_ROW,
};

const struct command policy_try_command = {
	.name = "policy try",
	.operands = "[FILE...]",
	.summary = "apply policies, and undo that unless it is confirmed",
	.description =
		"Change the devices to what the policies in the files want, or the installed ones, and "
		"wait. Enter at the terminal or 'daxbus policy confirm' keeps the changes. Without that, "
		"and after SIGINT, SIGTERM or a lost connection, everything is as before: modes, sizes, "
		"zones, owners. If the command is killed, 'daxbus recover' undoes the changes. If one "
		"change fails, all are undone at once.",
	.examples = {
		{ "daxbus policy try new.conf --dry-run", "print what would change" },
		{ "daxbus policy try --timeout=300 new.conf",
		  "try a policy for five minutes, before it is installed" },
		{ "daxbus policy try", "try the installed policies" },
	},
	COMMAND_OPTIONS(try_rows),
	.options_size = sizeof(struct change_options),
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_FILES,
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES | COMMAND_OWN_TIMEOUT,
	.run = run_try,
};

const struct command policy_confirm_command = {
	.name = "policy confirm",
	.summary = "keep the changes of 'policy try'",
	.description =
		"Keep the changes of the 'daxbus policy try' that waits. The exit status is 5 if none "
		"does. Policies are not installed: copy their files to /etc/daxbus/policy.d.",
	.examples = {
		{ "daxbus policy confirm", "keep the changes" },
	},
	.options_size = sizeof(struct change_options),
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON,
	.run = run_confirm,
};
