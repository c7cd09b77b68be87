/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/policy-apply.h"
#include "base/string.h"
#include "cli/selectors.h"
#include "cmd/change-common.h"
#include "cmd/policy.h"

static int check_operands(struct session *s, const struct change_options *given)
{
	return given->regions && s->n_operands
		       ? session_fail(
				 &s->error, -EINVAL,
				 "--regions is about regions without devices, which no operand "
				 "selects")
		       : 0;
}

static int apply(struct session *s, const struct change_options *given, struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	_cleanup_(api_policy_free_p) struct policies *policies = NULL;
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	const struct policy_source from = { .root = given->root };
	int r = check_operands(s, given)
		?: selectors_query(s, &query)
		?: change_common_request(s, given, &request)
		?: change_common_open(s, given, &ctx);

	if (r == 0)
		r = policy_root_status(api_policy_read(ctx, &from, query, &policies, &s->error));
	if (r < 0)
		return r;
	/* Without operands, a file that is broken has a result. */
	policy_text_say_problems(policies, s->n_operands);
	return api_policy_apply(ctx, &from, query, request,
				given->regions ? POLICY_REGIONS : POLICY_ALL, given->dry_run, ret,
				&s->error);
}

/* What becomes of devices during a trial is decided at its end. */
static bool yields(const struct session *s, const struct change_options *given)
{
	if (!given->yield || !s->error.reason || !streq(s->error.reason, "on-trial"))
		return false;
	session_say("nothing is changed while policies are on trial");
	return true;
}

static enum status run_apply(struct session *s, const void *data)
{
	_cleanup_(daxbus_results_free_p) struct daxbus_results *results = NULL;
	const struct change_options *given = data;
	int r = apply(s, given, &results);

	if (r < 0 && yields(s, given))
		return STATUS_DONE;
	return r < 0 ? change_common_status(r) : change_common_report(s, given, results, NULL);
}

static const struct option_row apply_rows[] = {
	{ .name = "regions",
	  .help = "create CXL regions that policies describe and that are missing, and nothing "
		  "else (default: change devices, too)",
	  .type = OPTION_FLAG,
	  .offset = CHANGE_MEMBER(regions) },
	{ .name = "yield",
	  .help = "change nothing, and succeed, while policies are on trial (default: fail with "
		  "code on-trial)",
	  .type = OPTION_FLAG,
	  .offset = CHANGE_MEMBER(yield) },
	POLICY_ROOT_ROW(CHANGE_MEMBER(root)),
	CHANGE_FORCE_ROW,
};

const struct command policy_apply_command = {
	.name = "policy apply",
	.operands = "[SELECTOR...]",
	.summary = "bring devices into the state that the policies want",
	.description =
		"Change the devices, or the selected ones, to what the policies in /etc/daxbus/policy.d, "
		"/run/daxbus/policy.d and /usr/lib/daxbus/policy.d want. Each change is planned, checked "
		"and undone as by the other commands; a device that is in the wanted state does not "
		"change. Devices without a policy are not touched. Without operands, a CXL region "
		"that a policy describes in a section [Region] is created if it is missing.",
	.examples = {
		{ "daxbus policy apply --dry-run", "print what would change" },
		{ "daxbus policy apply", "bring all devices into the wanted state" },
		{ "daxbus policy apply dax0.0", "bring one device into the wanted state" },
	},
	COMMAND_OPTIONS(apply_rows),
	.options_size = sizeof(struct change_options),
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_SELECTORS,
	/* Only --force, --wait and --timeout are settings of the request; this action has them. */
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.run = run_apply,
};
