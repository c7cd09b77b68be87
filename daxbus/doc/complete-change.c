/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/strv.h"
#include "cli/selectors.h"
#include "cli/session.h"
#include "doc/complete.h"

/* Reasons that remain unless the kernel or the device is replaced. */
static bool is_lasting(const char *code)
{
	static const char *const codes[] = {
		"class-device",	  "empty-device", "phantom",   "stuck-until-reboot",
		"no-target-node", "too-small",	  "no-driver", "no-compat-driver",
	};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (streq(code, codes[i]))
			return true;
	return false;
}

/* Plan the change of the devices on the command line; NULL if that fails. */
static struct daxbus_results *plan(const struct completion_state *c,
				   const struct daxbus_request *request)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	struct daxbus_results *results = NULL;

	if (session_open(c->session, &ctx) < 0 || daxbus_query_new(&query) < 0)
		return NULL;
	for (size_t i = 0; i < c->options.n_operands; i++)
		if (daxbus_query_add_selector(query, c->options.operands[i], NULL) < 0)
			return NULL;
	if (daxbus_plan(ctx, query, request, &results, NULL) < 0)
		return NULL;
	return results;
}

/* Whether the setting is possible for one of the devices, or unknown. */
static bool is_possible(const struct completion_state *c, const struct option_row *row,
			const char *choice)
{
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	_cleanup_(daxbus_results_free_p) struct daxbus_results *results = NULL;
	const struct daxbus_result *result = NULL;
	bool any = false;

	if (daxbus_request_new(c->command->action, &request) < 0 ||
	    daxbus_request_set(request, row->name, choice, NULL) < 0)
		return true;
	results = plan(c, request);
	while (results && (result = daxbus_results_next(results, result))) {
		any = true;
		if (result->status != DAXBUS_REFUSED || !result->code || !is_lasting(result->code))
			return true;
	}
	return !any;
}

void complete_change_choices(const struct completion_state *c, const struct option_row *row)
{
	const char *const *choices =
		daxbus_request_choices((enum daxbus_action)row->value, row->name);
	bool look = streq(row->name, "mode") && c->options.n_operands;

	for (size_t i = 0; choices && choices[i]; i++)
		if (!look || is_possible(c, row, choices[i]))
			complete_offer(c, choices[i], "");
}

void complete_change_drivers(const struct completion_state *c)
{
	_cleanup_(strv_done) struct strv drivers = { 0 };

	/* The drivers of the kernel, and all others that devices are bound to. */
	if (strv_push(&drivers, "device_dax") < 0 || strv_push(&drivers, "kmem") < 0 ||
	    strv_push(&drivers, "fsdev_dax") < 0 ||
	    complete_collect(c, daxbus_field_find(DAXBUS_DEVICE, "driver"), &drivers) < 0)
		return;
	for (size_t i = 0; i < drivers.n; i++)
		complete_offer(c, drivers.items[i], "");
}
