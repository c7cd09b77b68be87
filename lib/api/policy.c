/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/policy.h"

#include <errno.h>
#include <time.h>

#include "api/change.h"
#include "base/array.h"
#include "base/string.h"
#include "io/rootfs.h"
#include "policy/load.h"
#include "policy/node.h"
#include "policy/requests.h"
#include "scan/scan.h"

/* --- reading ---------------------------------------------------------------------------------- */

void api_policy_free(struct policies *policies)
{
	if (!policies)
		return;
	for (size_t i = 0; i < policies->n_rows; i++)
		strv_done(&policies->rows[i].devices);
	free(policies->rows);
	free(policies->settings);
	free(policies->nodes);
	policy_compare_done(&policies->differences);
	policy_match_done(&policies->match);
	daxbus_snapshot_free(policies->snapshot);
	policy_set_done(&policies->set);
	free(policies);
}

static const struct device *selected_of(const struct policies *p, const struct match_device *m,
					const struct selectors *selection)
{
	const struct region *region = m->region;

	if (m->device)
		return selectors_has(selection, m->device) ? m->device : NULL;
	for (size_t i = 0; i < region->n_devices; i++)
		if (selectors_has(selection, p->snapshot->devices[region->first_device + i]))
			return p->snapshot->devices[region->first_device + i];
	return NULL;
}

static bool has_match(const struct match *match, const struct policy_file *file)
{
	for (size_t i = 0; i < match->n_devices; i++)
		if (match->devices[i].file == file)
			return true;
	return false;
}

/*
 * Forget matches of devices that are not selected, and policies without such a match. A missing
 * device is selected with its region.
 */
static void keep_selected(struct policies *p, const struct selectors *selection)
{
	struct match *match = &p->match;
	size_t n = 0;

	for (size_t i = 0; i < match->n_devices; i++)
		if (selected_of(p, &match->devices[i], selection))
			match->devices[n++] = match->devices[i];
	match->n_devices = n;
	n = 0;
	for (size_t i = 0; i < match->n_policies; i++)
		if (has_match(match, match->policies[i].file))
			match->policies[n++] = match->policies[i];
	match->n_policies = n;
}

static int scan_all(struct daxbus_ctx *ctx, const struct daxbus_query *query, struct policies *p,
		    struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	const struct selectors everything = { 0 };
	unsigned int needs = policy_match_needs() | policy_compare_needs();
	int r = sysfs_new(&fs, ctx->sysroot, &ctx->log, error);

	if (query)
		needs |= query->needs | selectors_needs(&query->selection);
	if (r == 0)
		r = scan_take(fs, &ctx->log, &everything, needs, &p->snapshot, error);
	if (r == 0 && query)
		r = selectors_check_names(&query->selection, p->snapshot, error);
	return r;
}

static int add_row(struct policies *p, const struct policy_file *file, enum match_state state,
		   const struct policy_file *winner)
{
	struct policies_row row = {
		.file = file->path,
		.state = policy_match_state_word(state),
		.winner = state == MATCH_HIDDEN && winner ? winner->path : NULL,
	};
	int r = ARRAY_PUSH(p->rows, p->n_rows, row);

	for (size_t i = 0; r == 0 && i < p->match.n_devices; i++) {
		const struct match_device *m = &p->match.devices[i];

		if (m->file == file && m->section && m->device)
			r = strv_push(&p->rows[p->n_rows - 1].devices, m->device->name.v);
	}
	return r;
}

static int add_settings(struct policies *p, const struct match_device *m)
{
	int r = 0;

	for (enum policy_key key = 0; r == 0 && key < _POLICY_KEY_MAX; key++) {
		const struct policy_value *value = &m->section->values[key];
		const struct policies_setting setting = { m->device->name.v, policy_key_name(key),
							  value->text, m->file->path, value->line };

		if (value->text)
			r = ARRAY_PUSH(p->settings, p->n_settings, setting);
	}
	return r;
}

/* The tables that are shown. */
static int fill_tables(struct policies *p)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->match.n_policies; i++) {
		const struct match_policy *policy = &p->match.policies[i];

		r = add_row(p, policy->file, policy->state, policy->winner);
	}
	for (size_t i = 0; r == 0 && i < p->match.n_devices; i++)
		if (p->match.devices[i].section && p->match.devices[i].device)
			r = add_settings(p, &p->match.devices[i]);
	return r;
}

static int read_files(const struct daxbus_ctx *ctx, const char *root, struct policies *p,
		      struct daxbus_error *error)
{
	_cleanup_(root_close) struct root fs = ROOT_INIT;
	int r = root_open(&fs, root ?: ctx->sysroot, &ctx->log, error);

	return r ?: policy_load_all(&fs, &ctx->log, &p->set, error);
}

/* A captured tree has no devices that somebody could open. */
static int read_nodes(const struct daxbus_ctx *ctx, struct policies *p)
{
	if (ctx->sysroot)
		return 0;
	p->nodes = calloc(p->match.n_devices + 1, sizeof(*p->nodes));
	if (!p->nodes)
		return -ENOMEM;
	for (size_t i = 0; i < p->match.n_devices; i++)
		if (p->match.devices[i].device)
			policy_node_read(p->match.devices[i].device, p->match.devices[i].section,
					 &p->nodes[i]);
	return 0;
}

static struct policies *policies_new(void)
{
	return calloc(1, sizeof(struct policies));
}

int api_policy_read(struct daxbus_ctx *ctx, const char *root, const struct daxbus_query *query,
		    struct policies **ret, struct daxbus_error *error)
{
	_cleanup_(api_policy_free_p) struct policies *p = policies_new();
	int r = p ? read_files(ctx, root, p, error) ?: scan_all(ctx, query, p, error)
		  : error_oom(error);

	if (r < 0)
		return r;
	r = policy_match_policies(&p->set, p->snapshot, &p->match);
	if (r == 0 && query && query->selection.n_selectors)
		keep_selected(p, &query->selection);
	if (r == 0)
		r = read_nodes(ctx, p);
	if (r == 0)
		r = policy_compare_all(&p->set, &p->match, p->nodes, &p->differences)
			    ?: fill_tables(p);
	if (r < 0)
		return error_oom(error);
	*ret = TAKE_PTR(p);
	return 0;
}

/* --- one file --------------------------------------------------------------------------------- */

static int absolute(const char *path, char **ret)
{
	_cleanup_free_ char *directory = *path == '/' ? strdup("") : getcwd(NULL, 0);

	return directory ? string_format(ret, "%s/%s", directory, path) : -ENOMEM;
}

int api_policy_read_file(const char *path, const struct log *log, char **ret,
			 struct daxbus_error *error)
{
	_cleanup_(root_close) struct root fs = ROOT_INIT;
	_cleanup_free_ char *full = NULL;
	int r = absolute(path, &full) < 0 ? error_oom(error) : root_open(&fs, NULL, log, error);

	if (r < 0)
		return r;
	r = rootfs_read(&fs, full, ret, NULL);
	if (r == -EBADMSG || r == -ENOTDIR)
		return error_set(error, -EINVAL, "%s: it is not a regular file of text", path);
	return r < 0 ? error_set(error, r, "cannot read %s: %s", path, strerror(-r)) : 0;
}

int api_policy_verify(struct daxbus_ctx *ctx, const char *path, struct policies **ret,
		      struct daxbus_error *error)
{
	_cleanup_(api_policy_free_p) struct policies *p = policies_new();
	_cleanup_free_ char *text = NULL;
	int r = p ? api_policy_read_file(path, &ctx->log, &text, error) : error_oom(error);

	if (r < 0)
		return r;
	if (strlen(text) > POLICY_SIZE_MAX)
		return error_set(error, -EINVAL, "%s: it is larger than 1 MiB", path);
	r = policy_load_text(path, text, &ctx->log, &p->set, error);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(p);
	return 0;
}

/* --- applying --------------------------------------------------------------------------------- */

/* A result for a policy that is used for nothing. */
static int add_file_result(struct daxbus_results *results, const struct difference *difference,
			   enum daxbus_status status, enum reason code)
{
	struct result *result = results_add_file(results, NULL);
	char *path = NULL;
	int r;

	if (!result)
		return -ENOMEM;
	r = string_copy(&path, difference->file) ?: strv_push_take(&result->texts, path);
	if (r == 0)
		r = results_say(result, status, code, "%s", difference->message);
	result->public.file = path;
	results_finish(result);
	return r;
}

static int report_policies(const struct policies *p, struct daxbus_results *results)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->differences.n; i++) {
		const struct difference *difference = &p->differences.items[i];

		if (difference->kind == COMPARE_BROKEN)
			r = add_file_result(results, difference, DAXBUS_REFUSED,
					    REASON_POLICY_BROKEN);
		else if (difference->kind == COMPARE_AMBIGUOUS)
			r = add_file_result(results, difference, DAXBUS_REFUSED,
					    REASON_POLICY_AMBIGUOUS);
		else if (difference->kind == COMPARE_ABSENT)
			r = add_file_result(results, difference, DAXBUS_UNCHANGED, REASON_NONE);
	}
	return r;
}

/* Nobody can plan a device whose memory another one still has. */
static int plan_later(const struct policy_request *request, struct daxbus_results *results)
{
	struct result *result = results_add(results, request->region);
	int r = result ? results_say(result, DAXBUS_PLANNED, REASON_NONE,
				     "a new device, which is planned when its memory is free")
		       : -ENOMEM;

	if (r == 0)
		r = results_set_to(result, request_mode_name(request->request.mode));
	if (result)
		results_finish(result);
	return r;
}

static int change_all(struct daxbus_ctx *ctx, const struct policies *p,
		      const struct daxbus_request *how, bool dry_run,
		      struct daxbus_results *results, struct daxbus_error *error)
{
	_cleanup_(policy_requests_done) struct policy_requests requests = { 0 };
	_cleanup_free_ struct api_change *changes = NULL;
	size_t n = 0;
	int r = policy_requests_make(&p->match, how, &requests);

	changes = r == 0 ? calloc(requests.n + 1, sizeof(*changes)) : NULL;
	if (!changes)
		return error_oom(error);
	for (size_t i = 0; i < requests.n; i++) {
		const struct policy_request *request = &requests.items[i];

		if (dry_run && request->needs_room)
			continue;
		changes[n++] =
			(struct api_change){ request->device, request->region, request->request };
	}
	r = api_change_each(ctx, changes, n, how, dry_run, results, error);
	for (size_t i = 0; r == 0 && dry_run && i < requests.n; i++)
		if (requests.items[i].needs_room)
			r = plan_later(&requests.items[i], results) < 0 ? error_oom(error) : 0;
	return r;
}

/* --- character devices ------------------------------------------------------------------------ */

static bool wants_nodes(const struct policies *p)
{
	for (size_t i = 0; i < p->match.n_devices; i++)
		if (p->match.devices[i].section &&
		    policy_node_is_wanted(p->match.devices[i].section))
			return true;
	return false;
}

static int set_node(const struct match_device *m, const struct policy_node *node, bool dry_run,
		    struct daxbus_results *results)
{
	struct result *result = results_add(results, m->device->name.v);
	const char *what = NULL,
		   *mode = m->device->mode.is == DAXBUS_KNOWN ? m->device->mode.v : NULL;
	int r;

	if (!result)
		return -ENOMEM;
	r = dry_run ? 0 : policy_node_set(m->device, m->section, node, &what);
	if (r < 0)
		r = results_say(result, DAXBUS_UNDONE, REASON_NODE_FAILED, "cannot %s: %s", what,
				strerror(-r));
	else
		r = results_say(result, dry_run ? DAXBUS_PLANNED : DAXBUS_CHANGED, REASON_NONE,
				dry_run ? "its character device would be set up"
					: "its character device is set up");
	r = r ?: results_set_from(result, mode) ?: results_set_to(result, mode);
	results_finish(result);
	return r;
}

static bool has_change(const struct daxbus_results *results)
{
	for (size_t i = 0; i < results->n; i++)
		if (results->items[i]->public.status == DAXBUS_CHANGED)
			return true;
	return false;
}

/* udev sets owner and mode of a device that it has just heard of: be the last one. */
static void wait_for_udev(void)
{
	const struct timespec moment = { .tv_nsec = 20 * 1000 * 1000 };

	for (unsigned int i = 0; i < 250 && access("/run/udev/queue", F_OK) == 0; i++)
		nanosleep(&moment, NULL);
}

/* Devices that were created have their names now, and others new character devices. */
static int set_nodes(struct daxbus_ctx *ctx, const char *root, const struct daxbus_query *query,
		     bool dry_run, struct daxbus_results *results, struct daxbus_error *error)
{
	_cleanup_(api_policy_free_p) struct policies *p = NULL;
	int r;

	if (has_change(results))
		wait_for_udev();
	r = api_policy_read(ctx, root, query, &p, error);
	for (size_t i = 0; r == 0 && p->nodes && i < p->match.n_devices; i++)
		if (policy_compare_has_node(&p->differences, i))
			r = set_node(&p->match.devices[i], &p->nodes[i], dry_run, results) < 0
				    ? error_oom(error)
				    : 0;
	return r;
}

int api_policy_apply(struct daxbus_ctx *ctx, const char *root, const struct daxbus_query *query,
		     const struct policies *p, const struct daxbus_request *how, bool dry_run,
		     struct daxbus_results **ret, struct daxbus_error *error)
{
	struct daxbus_results *results = results_new();
	bool all = !query || !query->selection.n_selectors;
	int r = results ? 0 : error_oom(error);

	/* A file that cannot be read may be about any device, but is no failure of these. */
	if (r == 0 && all && report_policies(p, results) < 0)
		r = error_oom(error);
	if (r == 0)
		r = change_all(ctx, p, how, dry_run, results, error);
	if (r == 0 && wants_nodes(p))
		r = set_nodes(ctx, root, query, dry_run, results, error);
	return results_hand_over(results, r, ret);
}
