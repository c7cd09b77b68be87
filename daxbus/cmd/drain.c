/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "api/forecast.h"
#include "cli/selectors.h"
#include "cmd/change-common.h"
#include "output/forecast.h"

/* clang-format off */
static const struct option_row drain_options[] = {
	{ .name = "size", .argument = "SIZE",
	  .help = "set the amount of memory to have offline on each device (default: all)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(size), .setting = true },
	CHANGE_ROOM_ROWS,
	{ .name = "timeout", .argument = "SECONDS",
	  .help = "undo everything if the memory is not offline after SECONDS, or never give up with "
		  "forever (default: 300)",
	  .type = OPTION_STRING, .offset = CHANGE_MEMBER(timeout), .setting = true },
	CHANGE_FORCE_ROW,
	CHANGE_SAVE_ROW,
};
/* clang-format on */

static const char *why_missing(int r)
{
	switch (r) {
	case -EROFS:
		return "a captured tree has no flags of pages";
	case -EACCES:
	case -EPERM:
		return "run as root";
	case -ENOENT:
		return "the kernel does not show the flags of pages (CONFIG_PROC_PAGE_MONITOR)";
	default:
		return strerror(-r);
	}
}

static int read_forecasts(struct session *s, const struct change_options *options,
			  const struct daxbus_query *query, struct forecasts *ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	int missing = 0;
	int r = change_common_open(s, options, &ctx)
			?: api_forecast_read(ctx, query, ret, &missing, &s->error);

	if (r == 0 && missing) {
		change_common_clear_progress();
		session_say("no forecast: %s", why_missing(missing));
	}
	return r;
}

/* A wrong option ends the command before it reads the pages of the device. */
static int forecast_and_make_room(struct session *s, const struct change_options *options,
				  struct forecasts *ret_forecasts, struct daxbus_results **ret)
{
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;

	return selectors_query(s, &query)
		       ?: change_common_request(s, options, &request)
		       ?: daxbus_request_set(request, "make-room", "yes", &s->error)
		       ?: read_forecasts(s, options, query, ret_forecasts)
		       ?: change_common_apply(s, options, query, request, ret);
}

enum status drain_run(struct session *s, const void *options)
{
	_cleanup_(forecasts_done) struct forecasts forecasts = { 0 };
	_cleanup_(daxbus_results_free_p) struct daxbus_results *results = NULL;
	int r = forecast_and_make_room(s, options, &forecasts, &results);

	if (r == 0 && !s->common.json)
		r = forecast_text_print(s, &forecasts);
	if (r < 0)
		return change_common_status(r);
	if (!daxbus_results_next(results, NULL))
		session_say("no device selected, nothing to do");
	return change_common_report(s, options, results, &forecasts);
}

const struct command drain_command = {
	.name = "drain",
	.summary = "make room, and take memory of devices offline",
	.description =
		"Print a forecast for the memory of the selected devices, block by block, then take it "
		"offline within a time limit: drop caches, move the memory of processes, and, if this is "
		"allowed, pools of huge pages to other nodes, and try again while something is in the "
		"way. If that does not succeed in time, everything is undone, and the result names "
		"the pages that are in the way, and their owners.",
	.examples = {
		{ "daxbus drain dax0.0 --dry-run", "print the forecast, and the plan" },
		{ "daxbus drain --timeout=60 --huge-pages=move dax0.0",
		  "take all its memory offline within a minute, and keep the size of pools of huge pages" },
	},
	COMMAND_OPTIONS(drain_options),
	.devices = "mode=kmem",
	.action = DAXBUS_OFFLINE,
	CHANGE_OF_DEVICES,
	.flags = COMMAND_JSON | COMMAND_CHANGES | COMMAND_OWN_TIMEOUT,
	.run = drain_run,
};
