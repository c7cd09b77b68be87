/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/policy.h"

#include <errno.h>

#include "api/context.h"
#include "base/array.h"
#include "base/string.h"
#include "io/rootfs.h"
#include "policy/load.h"
#include "policy/node.h"
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
	policy_boot_done(&policies->notes);
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
	unsigned int needs = policy_match_needs() | policy_compare_needs() | NEED_POLICY;
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

static int make_absolute(const char *path, char **ret, struct daxbus_error *error)
{
	_cleanup_free_ char *directory = *path == '/' ? strdup("") : getcwd(NULL, 0);

	if (!directory)
		return error_set(error, -errno,
				 "cannot find %s: cannot read the working directory: %s", path,
				 strerror(errno));
	return string_format(ret, "%s/%s", directory, path) < 0 ? error_oom(error) : 0;
}

static int read_one(const struct daxbus_ctx *ctx, struct root *root, const char *path,
		    struct policies *p, struct daxbus_error *error)
{
	_cleanup_free_ char *full = NULL;
	int r = make_absolute(path, &full, error);

	return r ?: policy_load_file(root, full, path, &ctx->log, &p->set, error);
}

static int read_files(const struct daxbus_ctx *ctx, const struct policy_source *from,
		      struct policies *p, struct daxbus_error *error)
{
	_cleanup_(root_close) struct root fs = ROOT_INIT;
	const char *root = from->n_paths ? NULL : from->root ?: ctx->sysroot;
	int r = root_open(&fs, root, &ctx->log, error);

	if (r == 0 && !from->n_paths)
		return policy_load_all(&fs, &ctx->log, &p->set, error);
	for (size_t i = 0; r == 0 && i < from->n_paths; i++)
		r = read_one(ctx, &fs, from->paths[i], p, error);
	return r;
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

/* The units for the boot keep drivers from taking devices, with the initramfs. */
static bool is_held_at_boot(const struct daxbus_ctx *ctx)
{
	return !ctx->sysroot && access("/run/daxbus/hold", F_OK) == 0;
}

static int find_notes(const struct daxbus_ctx *ctx, struct policies *p)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_free_ char *cmdline = NULL, *parameter = NULL;
	int r = 0;

	if (is_held_at_boot(ctx))
		return 0;
	/* A captured tree has none. */
	if (sysfs_new(&fs, ctx->sysroot, &ctx->log, NULL) == 0 &&
	    sysfs_read_proc(fs, &cmdline, "cmdline") == 0)
		r = policy_boot_parameter(cmdline, &parameter);
	return r ?: policy_boot_find(&p->match, p->snapshot, parameter, &p->notes);
}

static struct policies *policies_new(void)
{
	return calloc(1, sizeof(struct policies));
}

int api_policy_read(struct daxbus_ctx *ctx, const struct policy_source *from,
		    const struct daxbus_query *query, struct policies **ret,
		    struct daxbus_error *error)
{
	_cleanup_(api_policy_free_p) struct policies *p = policies_new();
	int r = p ? read_files(ctx, from, p, error) ?: scan_all(ctx, query, p, error)
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
			    ?: find_notes(ctx, p) ?: fill_tables(p);
	if (r < 0)
		return error_oom(error);
	*ret = TAKE_PTR(p);
	return 0;
}

/* --- one file --------------------------------------------------------------------------------- */

int api_policy_read_file(const char *path, const struct log *log, char **ret,
			 struct daxbus_error *error)
{
	_cleanup_(root_close) struct root fs = ROOT_INIT;
	_cleanup_free_ char *full = NULL;
	int r = make_absolute(path, &full, error) ?: root_open(&fs, NULL, log, error);

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
