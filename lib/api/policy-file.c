/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/policy-file.h"

#include <errno.h>
#include <inttypes.h>

#include "api/change.h"
#include "api/context.h"
#include "base/parse.h"
#include "base/string.h"
#include "execute/results.h"
#include "io/capability.h"
#include "io/libinih.h"
#include "io/rootfs.h"
#include "parsers/daxctl-conf.h"
#include "policy/load.h"
#include "policy/node.h"
#include "policy/write.h"
#include "scan/cxl.h"
#include "scan/scan.h"

/* Files under way: where, and what becomes of them. */
struct filing {
	struct root root;
	int directory; /* -1: it does not exist yet */
	bool force;
	bool dry_run;
	struct daxbus_results *results;
	struct cxl_bus cxl;
	struct policy_node *nodes; /* of each device of the snapshot; NULL: of a captured tree */
};

#define FILING_INIT(does_force, is_dry_run)                                                        \
	{                                                                                          \
		.root = ROOT_INIT, .directory = -1, .force = (does_force), .dry_run = (is_dry_run) \
	}

static void filing_done(struct filing *f)
{
	root_close(&f->root);
	close_p(&f->directory);
	cxl_bus_done(&f->cxl);
	free(f->nodes);
}

static int check_rights(const struct daxbus_ctx *ctx, const char *root, bool dry_run,
			struct daxbus_error *error)
{
	if (dry_run || root)
		return 0;
	if (ctx->sysroot)
		return error_set(error, -EOPNOTSUPP, "a captured tree cannot be changed");
	if (!capability_is_admin())
		return error_set(error, -EPERM, "changing policies requires root (CAP_SYS_ADMIN)");
	return 0;
}

static int open_policy_directory(struct filing *f, const struct daxbus_ctx *ctx, const char *root,
				 struct daxbus_error *error)
{
	static const char *const parents[] = { "/etc", "/etc/daxbus" };
	int r = root_open(&f->root, root ?: ctx->sysroot, &ctx->log, error);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && !f->dry_run && i < ARRAY_SIZE(parents); i++) {
		_cleanup_close_ int parent = -1;

		r = rootfs_open_directory(&f->root, parents[i], true, &parent);
	}
	if (r == 0)
		r = rootfs_open_directory(&f->root, POLICY_DIRECTORY, !f->dry_run, &f->directory);
	if (r == -ENOENT && f->dry_run)
		return 0;
	return r < 0 ? error_set(error, r, "cannot open " POLICY_DIRECTORY ": %s", strerror(-r))
		     : 0;
}

/* Results are appended to @results, which stays with the caller. */
static int filing_begin(struct filing *f, const struct daxbus_ctx *ctx, const char *root,
			struct daxbus_results *results, struct daxbus_error *error)
{
	f->results = results;
	return results ? check_rights(ctx, root, f->dry_run, error)
				 ?: open_policy_directory(f, ctx, root, error)
		       : error_oom(error);
}

static struct result *add_result(struct filing *f, const char *name)
{
	_cleanup_free_ char *path = NULL;

	return string_format(&path, POLICY_DIRECTORY "/%s", name) == 0
		       ? results_add_file(f->results, path)
		       : NULL;
}

static int add_file_step(struct result *result, bool write, const char *text)
{
	struct daxbus_step step = {
		.kind = write ? "write" : "remove",
		.what = write ? "write the policy" : "remove the policy",
		.file = result->public.file,
		.check = write ? "daxbus wrote what is there" : "the file exists",
		.verify = "the file is complete on the disk",
		.undo = write ? "'daxbus policy remove'" : "'daxbus policy save'",
	};
	char *copy = NULL;
	int r = string_copy(&copy, text);

	step.value = copy;
	if (r == 0 && copy)
		r = strv_push_take(&result->texts, copy);
	return r ?: results_set_public_step(result, &step);
}

/* --- one file --------------------------------------------------------------------------------- */

static int remove_file(struct filing *f, const char *name)
{
	struct result *result = add_result(f, name);
	_cleanup_free_ char *text = NULL;
	int r;

	if (!result)
		return -ENOMEM;
	r = f->directory < 0 ? -ENOENT : rootfs_read_in(&f->root, f->directory, name, &text);
	if (r == -ENOENT) {
		r = results_say(result, DAXBUS_UNCHANGED, REASON_NONE, "it does not exist");
	} else if (f->dry_run) {
		r = add_file_step(result, false, NULL)
			    ?: results_say(result, DAXBUS_PLANNED, REASON_NONE,
					   "the file would be removed");
	} else {
		r = rootfs_remove_in(f->directory, name);
		r = r < 0 ? results_say(result, DAXBUS_UNDONE, REASON_WRITE_FAILED,
					"cannot remove it: %s", strerror(-r))
			  : results_say(result, DAXBUS_CHANGED, REASON_NONE, "the file is removed");
	}
	results_finish(result);
	return r;
}

/* --- save ------------------------------------------------------------------------------------- */

/* A policy of another name that applies to the region, or NULL; /etc hides those of this name. */
static const struct policy_file *find_other(const struct policies *p, const struct region *region,
					    const char *name)
{
	for (size_t i = 0; i < p->match.n_devices; i++) {
		const struct match_device *m = &p->match.devices[i];

		if (m->region == region && !streq(strrchr(m->file->path, '/') + 1, name))
			return m->file;
	}
	return NULL;
}

static int read_back(const struct filing *f, const char *name, const char *text)
{
	_cleanup_free_ char *now = NULL;
	int r = rootfs_read_trusted_in(&f->root, f->directory, name, POLICY_SIZE_MAX, &now);

	return r < 0 ? r : streq(now, text) ? 0 : -ESTALE;
}

static int write_file(struct filing *f, struct result *result, const char *name, const char *text,
		      bool exists)
{
	int r;

	if (f->dry_run)
		return results_say(result, DAXBUS_PLANNED, REASON_NONE, "the file would be %s",
				   exists ? "replaced" : "written");
	r = exists ? rootfs_replace_in(f->directory, name, text, ROOTFS_FOR_ALL)
		   : rootfs_create_in(f->directory, name, text);
	if (r < 0)
		return results_say(result, DAXBUS_UNDONE, REASON_WRITE_FAILED,
				   "cannot write %s: %s", name, strerror(-r));
	r = read_back(f, name, text);
	if (r == -ESTALE)
		return results_say(result, DAXBUS_FAILED, REASON_NOT_VERIFIED,
				   "%s was written, and contains something else", name);
	if (r < 0)
		return results_say(result, DAXBUS_FAILED, REASON_NOT_VERIFIED,
				   "%s was written, and cannot be read back: %s", name,
				   strerror(-r));
	return results_say(result, DAXBUS_CHANGED, REASON_NONE, "the file is %s",
			   exists ? "replaced" : "written");
}

static int save_text(struct filing *f, struct result *result, const char *name, const char *text)
{
	_cleanup_free_ char *old = NULL;
	int r = f->directory < 0 ? -ENOENT
				 : rootfs_read_trusted_in(&f->root, f->directory, name,
							  POLICY_SIZE_MAX, &old);

	if (r == -ENOMEM)
		return r;
	if (old && streq(old, text))
		return results_say(result, DAXBUS_UNCHANGED, REASON_NONE,
				   "the file describes the devices as they are");
	if (r != -ENOENT && !reason_is_overridden(REASON_POLICY_NOT_OURS, f->force) &&
	    (!old || !policy_write_is_ours(old)))
		return results_say(result, DAXBUS_REFUSED, REASON_POLICY_NOT_OURS,
				   "it stays as it is: daxbus did not write it");
	return add_file_step(result, true, text) ?: write_file(f, result, name, text, r != -ENOENT);
}

static int save_region(struct filing *f, const struct policies *p, const struct region *region)
{
	_cleanup_free_ char *name = NULL, *text = NULL;
	const struct policy_file *other;
	const char *why = NULL;
	struct result *result;
	int r = policy_write_name(region, &name)
			?: policy_write_text(p->snapshot, region, &f->cxl, f->nodes, &text, &why);

	if (r == -ENOMEM)
		return r;
	result = add_result(f, name);
	if (!result)
		return -ENOMEM;
	other = find_other(p, region, name);
	if (why)
		r = results_say(result, DAXBUS_REFUSED, REASON_UNKNOWN_STATE,
				"cannot describe %s: %s", policy_match_region_name(region), why);
	else if (other)
		r = results_say(result, DAXBUS_REFUSED, REASON_POLICY_EXISTS,
				"%s applies to the region already", other->path);
	else
		r = save_text(f, result, name, text);
	results_finish(result);
	return r;
}

/* A region that was selected by one of its devices; space without devices is none. */
static bool is_selected(const struct policies *p, const struct region *region,
			const struct daxbus_query *query)
{
	for (size_t i = 0; i < region->n_devices; i++) {
		const struct device *d = p->snapshot->devices[region->first_device + i];

		if (!d->is_orphan && !strv_has(&d->flags.v, "phantom") &&
		    (!query || selectors_has(&query->selection, d)))
			return true;
	}
	return false;
}

static int read_device_nodes(struct filing *f, const struct daxbus_ctx *ctx,
			     const struct daxbus_snapshot *s)
{
	if (ctx->sysroot)
		return 0;
	f->nodes = calloc(s->n_devices + 1, sizeof(*f->nodes));
	for (size_t i = 0; f->nodes && i < s->n_devices; i++)
		policy_node_read(s->devices[i], NULL, &f->nodes[i]);
	return f->nodes ? 0 : -ENOMEM;
}

static bool has_cxl(const struct daxbus_snapshot *s)
{
	for (size_t i = 0; i < s->n_regions; i++)
		if (known_as(&s->regions[i]->provider, "cxl"))
			return true;
	return false;
}

static int read_cxl(struct filing *f, const struct daxbus_ctx *ctx, const struct daxbus_snapshot *s,
		    struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	int r = has_cxl(s) ? sysfs_new(&fs, ctx->sysroot, &ctx->log, error) : 0;

	if (r < 0 || !fs)
		return r;
	return cxl_bus_read(fs, &f->cxl) < 0 ? error_oom(error) : 0;
}

/* What a change has done so far is not what anybody wants at each boot, nor what may be undone. */
static int lock_devices(const struct daxbus_ctx *ctx, uint64_t wait, struct lock *lock,
			struct daxbus_error *error)
{
	return api_change_lock(ctx, wait, lock, error)
		       ?: api_change_check_journal(lock->directory, error);
}

/* Another root needs no right to lock the devices. */
static int save(struct filing *f, struct daxbus_ctx *ctx, const char *root,
		const struct daxbus_query *query, uint64_t wait, struct daxbus_error *error)
{
	const struct policy_source from = { .root = root };
	_cleanup_(api_policy_free_p) struct policies *p = NULL;
	_cleanup_(lock_done) struct lock lock = LOCK_INIT;
	int r = root || f->dry_run ? 0 : lock_devices(ctx, wait, &lock, error);

	if (r == 0)
		r = api_policy_read(ctx, &from, NULL, &p, error);
	if (r == 0 && query)
		r = selectors_check_names(&query->selection, p->snapshot, error);
	if (r == 0 && read_device_nodes(f, ctx, p->snapshot) < 0)
		r = error_oom(error);
	if (r == 0)
		r = read_cxl(f, ctx, p->snapshot, error);
	for (size_t i = 0; r == 0 && i < p->snapshot->n_regions; i++) {
		const struct region *region = p->snapshot->regions[i];

		if (is_selected(p, region, query) && save_region(f, p, region) < 0)
			r = error_oom(error);
	}
	return r;
}

int api_policy_file_save(struct daxbus_ctx *ctx, const char *root, const struct daxbus_query *query,
			 const struct daxbus_request *how, bool dry_run,
			 struct daxbus_results **ret, struct daxbus_error *error)
{
	_cleanup_(filing_done) struct filing f = FILING_INIT(how->force, dry_run);
	struct daxbus_results *results = results_new();
	int r = filing_begin(&f, ctx, root, results, error)
			?: save(&f, ctx, root, query, how->wait, error);

	return results_hand_over(results, r, ret);
}

/* --- after a change --------------------------------------------------------------------------- */

/* Whether one of the first @n results is about a device of the region, which may have gone. */
static bool is_changed(const struct daxbus_results *results, size_t n, const struct region *region)
{
	for (size_t i = 0; i < n; i++) {
		const char *device = results->items[i]->device;
		uint32_t id, instance;

		if (device && parse_device_name(device, &id, &instance) == 0 &&
		    is_known(&region->id) && region->id.v == id)
			return true;
	}
	return false;
}

/* The policy of a region without devices is of no use: it would create them again. */
static int drop_policy(struct filing *f, const char *name)
{
	_cleanup_free_ char *text = NULL;
	int r = rootfs_read_trusted_in(&f->root, f->directory, name, POLICY_SIZE_MAX, &text);

	if (r == -ENOMEM)
		return r;
	return r < 0 || !policy_write_is_ours(text) ? 0 : remove_file(f, name);
}

static int drop_policy_of(struct filing *f, const struct region *region)
{
	_cleanup_free_ char *name = NULL;

	return policy_write_name(region, &name) ?: drop_policy(f, name);
}

/* Whether a region has a policy of that name. Return: 1 or 0; -ENOMEM. */
static int serves_region(const struct daxbus_snapshot *s, const char *policy)
{
	for (size_t i = 0; i < s->n_regions; i++) {
		_cleanup_free_ char *name = NULL;

		if (policy_write_name(s->regions[i], &name) < 0)
			return -ENOMEM;
		if (streq(name, policy))
			return 1;
	}
	return 0;
}

/* And so is that of a region that has been destroyed. */
static int drop_policies(struct filing *f, const struct daxbus_snapshot *s)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < f->results->policies.n; i++) {
		const char *name = f->results->policies.items[i];

		r = serves_region(s, name);
		if (r == 0)
			r = drop_policy(f, name);
	}
	return r < 0 ? r : 0;
}

static int save_changed(struct filing *f, struct daxbus_ctx *ctx, uint64_t wait,
			struct daxbus_error *error)
{
	const struct policy_source from = { 0 };
	_cleanup_(api_policy_free_p) struct policies *p = NULL;
	_cleanup_(lock_done) struct lock lock = LOCK_INIT;
	size_t n = f->results->n;
	int r = lock_devices(ctx, wait, &lock, error)
			?: api_policy_read(ctx, &from, NULL, &p, error);

	if (r == 0 && read_device_nodes(f, ctx, p->snapshot) < 0)
		r = error_oom(error);
	if (r == 0)
		r = read_cxl(f, ctx, p->snapshot, error);
	for (size_t i = 0; r == 0 && i < p->snapshot->n_regions; i++) {
		const struct region *region = p->snapshot->regions[i];

		if (!is_changed(f->results, n, region))
			continue;
		r = is_selected(p, region, NULL) ? save_region(f, p, region)
						 : drop_policy_of(f, region);
		if (r < 0)
			error_oom(error);
	}
	if (r == 0 && drop_policies(f, p->snapshot) < 0)
		r = error_oom(error);
	return r;
}

/* Nothing says what a region was that has gone, so the names come first. */
static int name_policies(const struct daxbus_ctx *ctx, const struct daxbus_query *query,
			 struct strv *ret, struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	int r = sysfs_new(&fs, ctx->sysroot, &ctx->log, error)
			?: scan_take(fs, &ctx->log, &query->selection,
				     NEED_IDENTITY | NEED_CXL_SPACE, &s, error);

	for (size_t i = 0; r == 0 && i < s->n_regions; i++) {
		const struct region *region = s->regions[i];
		char *name;

		if (!is_known(&region->id) || !known_as(&region->provider, "cxl") ||
		    !selectors_names_region(&query->selection, region->id.v))
			continue;
		if (policy_write_name(region, &name) < 0 || strv_push_take(ret, name) < 0)
			r = error_oom(error);
	}
	return r;
}

int api_policy_file_apply(struct daxbus_ctx *ctx, const struct daxbus_query *query,
			  const struct daxbus_request *request, struct daxbus_results **ret,
			  struct daxbus_error *error)
{
	_cleanup_(strv_done) struct strv policies = { 0 };
	int r = query && request->action == DAXBUS_DESTROY
			? name_policies(ctx, query, &policies, error)
			: 0;

	if (r == 0)
		r = daxbus_apply(ctx, query, request, ret, error);
	if (r == 0)
		(*ret)->policies = TAKE_STRUCT(policies);
	return r;
}

/* The devices have changed all the same, and their results must be seen. */
static int add_failure(struct daxbus_results *results, const struct daxbus_error *error)
{
	struct result *result = results_add_file(results, POLICY_DIRECTORY);
	enum reason code = error->reason && streq(error->reason, reason_word(REASON_LOCKED))
				   ? REASON_LOCKED
				   : REASON_WRITE_FAILED;
	int r = result ? results_say(result, DAXBUS_UNDONE, code, "%s",
				     error->message ?: "out of memory")
		       : -ENOMEM;

	results_finish(result);
	return r;
}

int api_policy_file_save_changed(struct daxbus_ctx *ctx, const struct daxbus_request *how,
				 struct daxbus_results *results)
{
	_cleanup_(filing_done) struct filing f = FILING_INIT(false, false);
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	int r = filing_begin(&f, ctx, NULL, results, &error)
			?: save_changed(&f, ctx, how->wait, &error);

	if (r < 0)
		r = add_failure(results, &error);
	daxbus_error_done(&error);
	return r;
}

/* --- import ----------------------------------------------------------------------------------- */

static int import_start(void *data, unsigned int line, const char *name)
{
	return daxctl_conf_section(data, line, name);
}

static int import_key(void *data, unsigned int line _unused_, const char *name, const char *value)
{
	return daxctl_conf_key(data, name, value);
}

static int import_malformed(void *data _unused_, unsigned int line _unused_,
			    const char *what _unused_)
{
	return -EINVAL;
}

/* What daxctl or a layout can have, and no policy can be; @line: 0: the file has none. */
static int refuse_import(struct filing *f, const char *from, unsigned int line, const char *why)
{
	struct result *result = results_add_file(f->results, from);
	int r;

	if (!result)
		return -ENOMEM;
	r = line ? results_say(result, DAXBUS_REFUSED, REASON_POLICY_BROKEN, "line %u: %s", line,
			       why)
		 : results_say(result, DAXBUS_REFUSED, REASON_POLICY_BROKEN, "%s", why);
	results_finish(result);
	return r;
}

static int import_text(struct filing *f, const char *from, unsigned int line, const char *name,
		       const char *text, struct daxbus_error *error)
{
	_cleanup_(policy_set_done) struct policy_set set = { 0 };
	struct result *result;
	int r = policy_load_text(from, text, NULL, &set, error);

	if (r < 0)
		return r;
	if (set.n_problems)
		return refuse_import(f, from, line, set.problems[0].message);
	result = add_result(f, name);
	r = result ? save_text(f, result, name, text) : -ENOMEM;
	results_finish(result);
	return r;
}

static int import_section(struct filing *f, const char *from,
			  const struct daxctl_conf_section *section, struct daxbus_error *error)
{
	_cleanup_free_ char *text = NULL, *name = NULL;

	if (!section->uuid)
		return refuse_import(f, from, section->line, "the section has no nvdimm.uuid");
	if (strchr(section->uuid, '/'))
		return refuse_import(f, from, section->line, "its nvdimm.uuid has a slash");
	text = daxctl_conf_policy(section, from);
	if (!text || string_format(&name, "50-pmem-uuid-%s.conf", section->uuid) < 0)
		return -ENOMEM;
	return import_text(f, from, section->line, name, text, error);
}

/* --- layouts ---------------------------------------------------------------------------------- */

static int import_region(struct filing *f, const char *from, const struct saved_device *devices,
			 size_t n, struct daxbus_error *error)
{
	_cleanup_free_ char *name = NULL, *text = NULL, *reason = NULL;
	const char *why;
	int r = policy_write_saved(devices, n, &name, &text, &why);

	if (r == -EOPNOTSUPP)
		return string_format(&reason, "cannot describe region%" PRIu32 ": %s",
				     devices->region, why) < 0
			       ? -ENOMEM
			       : refuse_import(f, from, 0, reason);
	return r ?: import_text(f, from, 0, name, text, error);
}

static int compare_places(const void *a, const void *b)
{
	const struct saved_device *x = a, *y = b;
	uint64_t of_x = x->how.layout.n ? x->how.layout.items[0].start : 0;
	uint64_t of_y = y->how.layout.n ? y->how.layout.items[0].start : 0;

	if (x->region != y->region)
		return x->region < y->region ? -1 : 1;
	return of_x < of_y ? -1 : of_x > of_y;
}

/* Several namespaces of an nd region have its number, and a region each. */
static bool is_same_region(const struct saved_device *a, const struct saved_device *b)
{
	if (a->region != b->region || !a->identity != !b->identity)
		return false;
	return !a->identity || streq(a->identity, b->identity);
}

/* @layout: its devices are sorted by their addresses. */
static int import_layout(struct filing *f, const char *from, struct daxbus_request *layout,
			 struct daxbus_error *error)
{
	struct saved_device *devices = layout->saved;
	size_t n = layout->n_saved;
	int r = 0;

	if (n)
		qsort(devices, n, sizeof(*devices), compare_places);
	for (size_t i = 0, end; r == 0 && i < n; i = end) {
		for (end = i + 1; end < n && is_same_region(&devices[i], &devices[end]);)
			end++;
		r = import_region(f, from, &devices[i], end - i, error);
	}
	return r == -ENOMEM ? error_oom(error) : r;
}

int api_policy_file_read_daxctl(struct daxbus_ctx *ctx, const char *path, struct daxctl_conf *ret,
				struct daxbus_error *error)
{
	const struct libinih_reader reader = { import_start, import_key, import_malformed, ret };
	_cleanup_free_ char *text = NULL;
	int r = api_policy_read_file(path, &ctx->log, &text, error)
			?: libinih_read(text, &ctx->log, &reader, error);

	return r == -EINVAL && text
		       ? error_set(error, r, "%s: it is not a configuration of daxctl", path)
		       : r;
}

static int import_file(struct filing *f, struct daxbus_ctx *ctx, const char *path,
		       struct daxbus_error *error)
{
	_cleanup_(daxctl_conf_done) struct daxctl_conf conf = { 0 };
	int r = api_policy_file_read_daxctl(ctx, path, &conf, error);

	for (size_t i = 0; r == 0 && i < conf.n; i++)
		r = import_section(f, path, &conf.items[i], error);
	return r == -ENOMEM ? error_oom(error) : r;
}

int api_policy_file_import(struct daxbus_ctx *ctx, const char *root,
			   const struct policy_import *files, size_t n, bool force, bool dry_run,
			   struct daxbus_results **ret, struct daxbus_error *error)
{
	_cleanup_(filing_done) struct filing f = FILING_INIT(force, dry_run);
	struct daxbus_results *results = results_new();
	int r = filing_begin(&f, ctx, root, results, error);

	for (size_t i = 0; r == 0 && i < n; i++)
		r = files[i].layout ? import_layout(&f, files[i].path, files[i].layout, error)
				    : import_file(&f, ctx, files[i].path, error);
	return results_hand_over(results, r, ret);
}

/* --- remove ----------------------------------------------------------------------------------- */

int api_policy_file_remove(struct daxbus_ctx *ctx, const char *root, char *const *names, size_t n,
			   bool dry_run, struct daxbus_results **ret, struct daxbus_error *error)
{
	_cleanup_(filing_done) struct filing f = FILING_INIT(false, dry_run);
	struct daxbus_results *results = results_new();
	int r = filing_begin(&f, ctx, root, results, error);

	for (size_t i = 0; r == 0 && i < n; i++)
		if (remove_file(&f, names[i]) < 0)
			r = error_oom(error);
	return results_hand_over(results, r, ret);
}
