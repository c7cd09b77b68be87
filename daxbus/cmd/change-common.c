/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/change-common.h"

#include <errno.h>

#include "api/policy-file.h"
#include "cli/progress.h"
#include "cli/selectors.h"
#include "cli/signals.h"
#include "cli/stream.h"
#include "io/capability.h"
#include "model/public-max.h"
#include "output/change-status.h"

enum status change_common_status(int result)
{
	switch (result) {
	case -EPERM:
	case -ESRCH:
	case -EBUSY:
	case -EUCLEAN:
	case -EOPNOTSUPP:
	case -ENOSPC:
	case -EROFS:
	case -ESTALE:
	case -EMFILE:
	case -ENFILE:
		return STATUS_REFUSED;
	default:
		return session_status(result);
	}
}

static int set_rows(struct daxbus_request *request, const struct option_row *rows, size_t n,
		    const struct change_options *options, struct daxbus_error *error)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const char *value;

		if (!rows[i].setting)
			continue;
		for (size_t k = 0; r == 0 && (value = options_get(&rows[i], options, k)); k++)
			r = daxbus_request_set(request, rows[i].name, value, error);
	}
	return r;
}

int change_common_request(struct session *s, const struct change_options *options,
			  struct daxbus_request **ret)
{
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	const struct command *command = s->command;
	int r;

	if (daxbus_request_new(command->action, &request) < 0)
		return session_fail_memory(&s->error);
	r = set_rows(request, command->options, command->n_options, options, &s->error)
		    ?: set_rows(request, change_options_rows, command_n_change_options(command),
				options, &s->error);
	if (r == 0)
		*ret = TAKE_PTR(request);
	return r;
}

/* Whether it plans without root. */
static bool has_dry_run(const struct command *command)
{
	return command->flags & COMMAND_CHANGES && !(command->flags & COMMAND_ROOT);
}

static int check_rights(struct session *s, const struct change_options *options)
{
	if (options->dry_run)
		return 0;
	/* With both, devices are read from the tree, and files are written below the root. */
	if (s->common.sysroot && !options->root)
		return session_fail(
			&s->error, -EOPNOTSUPP,
			"a captured tree cannot be changed; use --dry-run to print the planned "
			"steps");
	if (!capability_is_admin() && !options->root)
		return session_fail(&s->error, -EPERM, "'daxbus %s' requires root%s",
				    s->command->name,
				    has_dry_run(s->command)
					    ? "; --dry-run prints the planned steps without it"
					    : "");
	return 0;
}

/* Do not change devices if the results cannot be printed. */
static int check_output(struct session *s)
{
	int r = stream_check();

	return r < 0 ? session_fail(&s->error, r, "cannot write: %s", strerror(-r)) : 0;
}

/* One line of progress for the whole run; signals to stop are for the process, too. */
static struct progress progress;

static bool show_progress(void *data, const struct daxbus_progress *now)
{
	progress_show(data, now);
	return !signals_stop_requested();
}

static void watch_run(const struct change_options *options, struct daxbus_ctx *ctx)
{
	progress_start(&progress, options->progress);
	signals_install();
	daxbus_set_progress_fn(ctx, show_progress, &progress);
}

int change_common_open(struct session *s, const struct change_options *options,
		       struct daxbus_ctx **ret)
{
	int r = check_rights(s, options);

	if (r == 0 && !options->dry_run)
		r = check_output(s);
	if (r == 0)
		r = session_open(s, ret);
	if (r == 0 && !options->dry_run)
		watch_run(options, *ret);
	return r;
}

void change_common_clear_progress(void)
{
	progress_clear(&progress);
}

void change_common_close(struct daxbus_ctx **ctx)
{
	progress_clear(&progress);
	*ctx = daxbus_free(*ctx);
}

static enum status status_of_results(const struct daxbus_results *results)
{
	const struct daxbus_result *result = NULL;
	size_t n[_DAXBUS_STATUS_MAX] = { 0 };

	while ((result = daxbus_results_next(results, result)))
		n[result->status]++;
	return change_status_of_counts(n);
}

/* What has failed in part is not what anybody wants at each boot. */
static int save_policies(struct session *s, const struct change_options *options,
			 struct daxbus_results *results)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_request_free_p) struct daxbus_request *how = NULL;
	int r;

	if (status_of_results(results) != STATUS_DONE) {
		session_say("no policy is saved, because not all devices were changed");
		return 0;
	}
	r = change_common_request(s, options, &how) ?: session_open(s, &ctx);
	if (r < 0)
		return r;
	watch_run(options, ctx);
	if (api_policy_file_save_changed(ctx, how, results) < 0)
		r = session_fail_memory(&s->error);
	return r;
}

enum status change_common_report(struct session *s, const struct change_options *options,
				 struct daxbus_results *results, const struct forecasts *forecasts)
{
	const struct daxbus_result *result = NULL;
	int r = options->save && !options->dry_run ? save_policies(s, options, results) : 0;

	if (r < 0)
		return session_status(r);
	while ((result = daxbus_results_next(results, result))) {
		if (!options->dry_run)
			change_log_write(s, result);
		/* With --json, print failures to standard error, too. */
		if (!s->common.json || !change_text_is_good(result->status))
			change_text_print(s, result, options->dry_run);
	}
	r = s->common.json ? change_json_print(s, results, options->dry_run, forecasts) : 0;
	return r < 0 ? session_status(r) : status_of_results(results);
}

int change_common_apply(struct session *s, const struct change_options *options,
			const struct daxbus_query *query, const struct daxbus_request *request,
			struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	int r = change_common_open(s, options, &ctx);

	if (r < 0)
		return r;
	if (options->dry_run)
		return daxbus_plan(ctx, query, request, ret, &s->error);
	return options->save ? api_policy_file_apply(ctx, query, request, ret, &s->error)
			     : daxbus_apply(ctx, query, request, ret, &s->error);
}

int change_common_devices(struct session *s, const struct change_options *options,
			  const struct daxbus_query *query, struct daxbus_results **ret)
{
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	int r = change_common_request(s, options, &request);

	return r < 0 ? r : change_common_apply(s, options, query, request, ret);
}

enum status change_common_finish(struct session *s, const struct change_options *options,
				 change_common_fn change, const char *nothing)
{
	_cleanup_(daxbus_results_free_p) struct daxbus_results *results = NULL;
	int r = change(s, options, &results);

	if (r < 0)
		return change_common_status(r);
	if (nothing && !daxbus_results_next(results, NULL))
		session_say("%s", nothing);
	return change_common_report(s, options, results, NULL);
}

static int change_selected(struct session *s, const struct change_options *options,
			   struct daxbus_results **ret)
{
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;

	return selectors_query(s, &query) ?: change_common_devices(s, options, query, ret);
}

enum status change_common_run(struct session *s, const void *options)
{
	return change_common_finish(s, options, change_selected,
				    "no device selected, nothing to do");
}
