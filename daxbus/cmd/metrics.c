/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "api/history.h"
#include "api/metrics.h"
#include "api/policy.h"
#include "api/report-file.h"
#include "cli/selectors.h"
#include "cmd/commands.h"
#include "output/metrics.h"

struct metrics_options {
	const char *output;
};

/* Policies that cannot be read are no failure: the other metrics do not depend on them. */
static void count_differences(struct daxbus_ctx *ctx, const struct daxbus_query *query,
			      struct metrics_gauge_value *ret)
{
	_cleanup_(daxbus_error_done) struct daxbus_error error = DAXBUS_ERROR_INIT;
	_cleanup_(api_policy_free_p) struct policies *policies = NULL;
	const struct policy_source from = { 0 };

	if (api_policy_read(ctx, &from, query, &policies, &error) == 0)
		*ret = (struct metrics_gauge_value){ DAXBUS_KNOWN, policies->differences.n, NULL };
}

static void find_last_change(const struct daxbus_ctx *ctx, struct metrics_gauge_value *gauges)
{
	struct history_newest newest;
	enum daxbus_presence is = api_history_newest(ctx, &newest);

	if (is != DAXBUS_KNOWN)
		return;
	gauges[METRICS_LAST_CHANGE] =
		(struct metrics_gauge_value){ is, newest.time, newest.result };
	gauges[METRICS_LAST_CHANGE_DURATION] =
		(struct metrics_gauge_value){ is, newest.duration, NULL };
}

static int print_metrics(struct session *s, struct string *t)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	struct metrics_gauge_value gauges[_METRICS_GAUGE_MAX] = { 0 };
	int r = selectors_query(s, &query)
		    ?: metrics_add_fields(query, &s->error)
		    ?: session_open(s, &ctx)
		    ?: daxbus_scan(ctx, query, &snapshot, &s->error);
	if (r < 0)
		return r;
	gauges[METRICS_RECOVERY_PENDING].is =
		api_metrics_is_pending(ctx, &gauges[METRICS_RECOVERY_PENDING].number);
	count_differences(ctx, query, &gauges[METRICS_POLICY_DIFFERENCES]);
	find_last_change(ctx, gauges);
	metrics_add(t, snapshot, gauges);
	return t->failed ? session_fail_memory(&s->error) : 0;
}

static enum status run_metrics(struct session *s, const void *given)
{
	const struct metrics_options *options = given;
	struct string t = { 0 };
	int r = print_metrics(s, &t);

	if (r == 0 && options->output)
		r = api_report_file_write(options->output, t.s, REPORT_FILE_FOR_ALL, &s->error);
	else if (r == 0)
		fputs(t.s, s->out);
	string_done(&t);
	return session_status(r);
}

static const struct option_row rows[] = {
	{
		.name = "output",
		.type = OPTION_STRING,
		.offset = offsetof(struct metrics_options, output),
		.argument = "FILE",
		.help = "write to FILE, which is replaced as a whole (default: standard output)",
		.complete = COMPLETE_FILES,
	},
};

const struct command metrics_command = {
	.name = "metrics",
	.operands = "[SELECTOR...]",
	.summary = "print the state of devices and regions for Prometheus",
	.description =
		"Print sizes, memory blocks by state and zone, flags and other figures in the text "
		"format of Prometheus. With --output, write a file for the textfile collector of "
		"node_exporter.",
	.examples = {
		{ "daxbus metrics", "print the metrics of all devices" },
		{ "daxbus metrics --output=/var/lib/prometheus/node-exporter/daxbus.prom",
		  "write them for node_exporter, as daxbus-metrics.timer does" },
	},
	COMMAND_OPTIONS(rows),
	.options_size = sizeof(struct metrics_options),
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_SELECTORS,
	.run = run_metrics,
};
