/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/migrate.h"

#include <errno.h>
#include <inttypes.h>

#include "api/change.h"
#include "base/string.h"
#include "class-scan/class-scan.h"
#include "execute/lock.h"
#include "io/capability.h"

/* --- choosing --------------------------------------------------------------------------------- */

static int check_choice(const struct migrate_choice *c, struct daxbus_error *error)
{
	if (c->now && c->root)
		return error_set(error, -EINVAL, "devices are of the running system");
	return 0;
}

static int move_selected(const struct migrate_choice *c, const char *selector,
			 const struct daxbus_request *move, struct daxbus_results *results,
			 struct daxbus_error *error)
{
	struct daxbus_query query = { 0 };
	int r = selectors_add(&query.selection, selector, NULL);

	if (r < 0)
		error_oom(error);
	else if (c->dry_run)
		r = api_change_plan(c->ctx, &query, move, results, error);
	else
		r = api_change_apply(c->ctx, &query, move, NULL, results, error);
	selectors_done(&query.selection);
	return r;
}

/* The devices that are in the other model, each a change of its own. */
static int move_devices(const struct migrate_choice *c, struct daxbus_results *results,
			struct daxbus_error *error)
{
	bool to_bus = c->model == DEVICE_MODEL_BUS;
	struct daxbus_request *move = NULL;
	int r;

	if (daxbus_request_new(DAXBUS_RECONFIGURE, &move) < 0)
		return error_oom(error);
	move->mode = to_bus ? MODE_DEVDAX : MODE_COMPAT;
	move->force = c->request && c->request->force;
	move->wait = c->request ? c->request->wait : 0;
	move->timeout = c->request ? c->request->timeout : move->timeout;
	r = move_selected(c, to_bus ? "model=class" : "model=bus,provider=pmem", move, results,
			  error);
	daxbus_request_free(move);
	return r;
}

static bool is_chosen(const struct daxbus_results *results)
{
	enum daxbus_status status = results->items[0]->public.status;

	return status == DAXBUS_PLANNED || status == DAXBUS_CHANGED || status == DAXBUS_UNCHANGED;
}

static int choose_file(const struct migrate_choice *c, bool dry_run, struct daxbus_results *results,
		       struct daxbus_error *error)
{
	return config_run(c->ctx, c->root, c->model, c->request && c->request->force, dry_run,
			  results, error);
}

/* --- users ------------------------------------------------------------------------------------ */

static int has_class_devices(const struct migrate_choice *c, bool *ret, struct daxbus_error *error)
{
	_cleanup_(status_free_p) struct migrate_status *m = NULL;
	int r = status_read(c->ctx, c->root, FILE_AS_IT_IS, &m, error);

	if (r == 0)
		*ret = m->has_class_device;
	return r;
}

/* Whether the file, or devices, are not in the bus's favour already. */
static int would_change(const struct migrate_choice *c, bool *ret, struct daxbus_error *error)
{
	_cleanup_(results_free_p) struct daxbus_results *results = results_new();
	enum daxbus_status status;
	int r = results ? choose_file(c, true, results, error) : error_oom(error);

	if (r < 0)
		return r;
	status = results->items[0]->public.status;
	*ret = status == DAXBUS_PLANNED;
	return status == DAXBUS_UNCHANGED && c->now ? has_class_devices(c, ret, error) : 0;
}

/* Those who need the class, and the first of them. */
static uint64_t count_users(const struct class_consumers *users,
			    const struct class_consumer **ret_first)
{
	uint64_t n = 0;

	for (size_t i = 0; i < users->n; i++)
		if (!users->items[i].safe && n++ == 0)
			*ret_first = &users->items[i];
	return n;
}

static int describe_user(char **ret, const struct class_consumer *user)
{
	if (!user->pid)
		return string_copy(ret, user->path);
	if (!user->process)
		return string_format(ret, "process %" PRIu64, user->pid);
	return string_format(ret, "process %s (%" PRIu64 ")", user->process, user->pid);
}

static int refuse_users(uint64_t n, const struct class_consumer *first,
			struct daxbus_results *results)
{
	struct result *result = results_add_file(results, MIGRATION_FILE);
	_cleanup_free_ char *where = NULL;
	int r;

	if (!result || describe_user(&where, first) < 0)
		return -ENOMEM;
	r = results_say(result, DAXBUS_REFUSED, REASON_CLASS_USERS,
			"%" PRIu64 " user%s of /sys/class/dax %s found, the first: %s", n,
			plural(n), n == 1 ? "was" : "were", where);
	results_finish(result);
	return r;
}

/*
 * Who depends on the class would not find its device on the bus. Looking takes seconds, so nobody
 * looks who has nothing to change. @results receives the refusal, if it is one.
 */
static int check_users(const struct migrate_choice *c, struct daxbus_results *results,
		       struct daxbus_error *error)
{
	const struct class_consumer *first = NULL;
	_cleanup_(class_scan_free_p) struct class_consumers *users = NULL;
	bool looks = false;
	uint64_t n;
	int r;

	if (c->model != DEVICE_MODEL_BUS || c->ctx->sysroot ||
	    reason_is_overridden(REASON_CLASS_USERS, c->request && c->request->force))
		return 0;
	r = would_change(c, &looks, error);
	if (r == 0 && looks)
		r = class_scan_run(c->ctx, c->root, NULL, 0, &users, error);
	if (r < 0 || !looks)
		return r;
	n = count_users(users, &first);
	if (n && refuse_users(n, first, results) < 0)
		r = error_oom(error);
	return r;
}

/* --- both ------------------------------------------------------------------------------------- */

/* Another system may be on file systems of others; what is written there is never half. */
static int lock_and_choose(const struct migrate_choice *c, struct daxbus_results *results,
			   struct daxbus_error *error)
{
	_cleanup_(lock_done) struct lock lock = LOCK_INIT;
	bool locks = !c->root && !c->dry_run;
	int r = 0;

	if (locks)
		r = lock_take(&lock, RUN_DIRECTORY, c->request ? c->request->wait : 0,
			      &c->ctx->progress_fn, error);
	if (r == 0 && locks && c->now)
		r = api_change_check_journal(lock.directory, error);
	return r < 0 ? r : choose_file(c, c->dry_run, results, error);
}

static int choose_model(const struct migrate_choice *c, struct daxbus_results *results,
			struct daxbus_error *error)
{
	int r;

	if (!c->dry_run && c->ctx->sysroot)
		return error_set(error, -EOPNOTSUPP, "a captured tree cannot be changed");
	if (!c->root && !c->dry_run && !capability_is_admin())
		return error_set(error, -EPERM,
				 "changing the configuration requires root (CAP_SYS_ADMIN)");
	r = check_users(c, results, error);
	return r < 0 || results->n ? r : lock_and_choose(c, results, error);
}

int migrate_choose(const struct migrate_choice *c, struct daxbus_results **ret,
		   struct daxbus_error *error)
{
	struct daxbus_results *results = results_new();
	int r = results ? check_choice(c, error) : error_oom(error);

	if (r == 0)
		r = choose_model(c, results, error);
	if (r == 0 && c->now && is_chosen(results))
		r = move_devices(c, results, error);
	return results_hand_over(results, r, ret);
}
