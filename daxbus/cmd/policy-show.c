/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * policy show, policy check and policy verify: what does not change anything.
 */
#include "cli/selectors.h"
#include "cmd/policy.h"

struct show_options {
	const char *root;
};

static int read_policies(struct session *s, const struct show_options *given, struct policies **ret)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	const struct policy_source from = { .root = given->root };
	int r = selectors_query(s, &query) ?: session_open(s, &ctx);

	return r ?: policy_root_status(api_policy_read(ctx, &from, query, ret, &s->error));
}

static enum status run_show(struct session *s, const void *given)
{
	_cleanup_(api_policy_free_p) struct policies *policies = NULL;
	int r = read_policies(s, given, &policies);

	if (r < 0)
		return session_status(r);
	policy_text_say_problems(policies, true);
	r = s->common.json ? policy_json_print(s, policies) : policy_text_show(s, policies);
	return session_status(r);
}

/* A line that is ignored is a finding, too: the file does not say what its author meant. */
static enum status findings(const struct policies *policies)
{
	return policies->differences.n || policies->set.n_problems ? STATUS_FINDING : STATUS_DONE;
}

static enum status run_check(struct session *s, const void *given)
{
	_cleanup_(api_policy_free_p) struct policies *policies = NULL;
	int r = read_policies(s, given, &policies);

	if (r < 0)
		return session_status(r);
	policy_text_say_problems(policies, false);
	if (s->common.json)
		r = policy_json_print(s, policies);
	else
		policy_text_differences(s, policies);
	policy_text_say_notes(policies);
	return r < 0 ? session_status(r) : findings(policies);
}

static enum status run_verify(struct session *s, const void *given _unused_)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(api_policy_free_p) struct policies *policies = NULL;
	int r = session_open(s, &ctx)
			?: api_policy_verify(ctx, s->operands[0], &policies, &s->error);

	if (r == 0 && s->common.json)
		r = policy_json_print(s, policies);
	if (r < 0)
		return session_status(r);
	policy_text_say_problems(policies, true);
	return findings(policies);
}

static const struct option_row show_rows[] = {
	POLICY_ROOT_ROW(offsetof(struct show_options, root)),
};

const struct command policy_show_command = {
	.name = "policy show",
	.operands = "[SELECTOR...]",
	.summary = "show which policies apply, and where each value comes from",
	.description =
		"Show the values that the policies in /etc/daxbus/policy.d, /run/daxbus/policy.d and "
		"/usr/lib/daxbus/policy.d set for the devices, with the file and line of each, and the "
		"policies that apply to nothing. See daxbus-policy.d(5) for the files.",
	.examples = {
		{ "daxbus policy show", "show the values for all devices" },
		{ "daxbus policy show dax0.0 --json", "for a script, show the values for one device" },
	},
	COMMAND_OPTIONS(show_rows),
	.options_size = sizeof(struct show_options),
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_SELECTORS,
	.flags = COMMAND_JSON,
	.run = run_show,
};

const struct command policy_check_command = {
	.name = "policy check",
	.operands = "[SELECTOR...]",
	.summary = "compare the devices with the policies",
	.description =
		"Print a line for each value of a device that differs from its policy, for each device "
		"that is missing, and for each policy that applies to nothing or cannot be read. The "
		"exit status is 7 if there is such a line.",
	.examples = {
		{ "daxbus policy check", "check all devices" },
		{ "daxbus policy check --json | jq -r '.differences[].message'",
		  "for a script, print what differs" },
	},
	COMMAND_OPTIONS(show_rows),
	.options_size = sizeof(struct show_options),
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_SELECTORS,
	.flags = COMMAND_JSON,
	.run = run_check,
};

const struct command policy_verify_command = {
	.name = "policy verify",
	.operands = "FILE",
	.summary = "check a policy file for errors",
	.description =
		"Read a policy file, which need not be in a directory of policies, and print a line for "
		"each problem. The exit status is 7 if there is one.",
	.examples = {
		{ "daxbus policy verify new.conf", "check a file before it is installed" },
	},
	.options_size = sizeof(struct show_options),
	.min_operands = 1,
	.max_operands = 1,
	.complete = COMPLETE_FILES,
	.flags = COMMAND_JSON,
	.run = run_verify,
};
