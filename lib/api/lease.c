/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "api/change.h"
#include "base/parse.h"
#include "base/string.h"
#include "execute/apply.h"
#include "execute/lease.h"
#include "execute/recovery.h"

struct daxbus_lease {
	char *device;
	int fd;		  /* of its file; -1: the device is as it was */
	uint64_t timeout; /* of the request */
};

static void lease_free(struct daxbus_lease *lease)
{
	if (lease)
		close_p(&lease->fd);
	if (lease)
		free(lease->device);
	free(lease);
}

static void lease_free_p(struct daxbus_lease **lease)
{
	lease_free(*lease);
}

static struct daxbus_lease *new_lease(const char *device, const struct daxbus_request *request)
{
	struct daxbus_lease *lease = calloc(1, sizeof(*lease));

	if (!lease)
		return NULL;
	lease->fd = -1;
	lease->timeout = request->timeout;
	if (string_copy(&lease->device, device) == 0)
		return lease;
	lease_free(lease);
	return NULL;
}

static int check_device(const char *device, const struct daxbus_request *request,
			struct daxbus_error *error)
{
	uint32_t region, instance;

	if (!device || parse_device_name(device, &region, &instance) < 0)
		return error_set(error, -EINVAL, "'%s' is not a device name such as dax0.0",
				 device ?: "");
	if (request->action != DAXBUS_RECONFIGURE)
		return error_set(error, -EINVAL, "only a change of the mode can be leased");
	return request_check(request, error);
}

static int check_free(const struct api_run *run, const char *device, struct daxbus_error *error)
{
	if (!lease_exists(run->lock.directory, device))
		return 0;
	return reason_fail(error, -EBUSY, REASON_LEASED, "another process has leased %s", device);
}

/* The journal of what was changed becomes the lease; one that cannot is undone. */
static int hold(struct api_run *run, struct daxbus_lease *lease, struct daxbus_results *results,
		struct daxbus_error *error)
{
	enum daxbus_status status = results->items[0]->public.status;
	int r;

	if (status != DAXBUS_CHANGED)
		return status == DAXBUS_UNCHANGED ? 0 : 1;
	r = lease_begin(run->lock.directory, lease->device, &lease->fd);
	if (r == 0)
		return 0;
	error_set(error, r, "cannot keep the journal of %s: %s", lease->device, strerror(-r));
	return api_change_abandon(&run->apply, r, error);
}

static int take(struct daxbus_ctx *ctx, const char *device, const struct daxbus_request *request,
		struct daxbus_results *results, struct daxbus_lease **ret,
		struct daxbus_error *error)
{
	_cleanup_(api_change_run_close) struct api_run run = API_RUN_INIT;
	_cleanup_(lease_free_p) struct daxbus_lease *lease = NULL;
	int r = check_device(device, request, error)
		?: api_change_run_open(ctx, request, false, &run, error)
		?: check_free(&run, device, error);

	if (r < 0)
		return r;
	lease = new_lease(device, request);
	run.apply.keep = true;
	if (!lease || apply_device(&run.apply, request, device, results) < 0)
		return api_change_abandon(&run.apply, error_oom(error), error);
	r = hold(&run, lease, results, error);
	if (r == 0)
		*ret = TAKE_PTR(lease);
	return r < 0 ? r : 0;
}

_public_ int daxbus_lease_take(struct daxbus_ctx *ctx, const char *device,
			       const struct daxbus_request *request, struct daxbus_lease **ret,
			       struct daxbus_results **ret_results, struct daxbus_error *error)
{
	struct daxbus_results *results = results_new();
	struct daxbus_lease *lease = NULL;
	int r = results ? take(ctx, device, request, results, &lease, error) : error_oom(error);

	if (r == 0)
		*ret = lease;
	return results_hand_over(results, r, ret_results);
}

static int end_lease(struct daxbus_ctx *ctx, const struct daxbus_lease *lease,
		     struct daxbus_results *results, struct daxbus_error *error)
{
	_cleanup_(api_change_run_close) struct api_run run = API_RUN_INIT;
	const struct daxbus_request how = { .wait = WAIT_FOREVER, .timeout = lease->timeout };
	int r = api_change_run_open_pending(ctx, &how, &run, error);

	/* A lease whose program was killed is of another device, and not in the way. */
	if (r == 0 && journal_is_pending(run.lock.directory))
		r = api_change_check_journal(run.lock.directory, error);
	if (r < 0)
		return r;
	r = lease_to_journal(run.lock.directory, lease_name(lease->device).s);
	if (r < 0)
		return error_set(error, r, "cannot give %s back: %s", lease->device, strerror(-r));
	return recovery_run(&run.apply, false, results, error);
}

_public_ int daxbus_lease_release(struct daxbus_ctx *ctx, struct daxbus_lease *lease,
				  struct daxbus_results **ret, struct daxbus_error *error)
{
	_cleanup_(lease_free_p) struct daxbus_lease *owned = lease;
	struct daxbus_results *results = results_new();
	int r = results ? 0 : error_oom(error);

	if (r == 0 && owned && owned->fd >= 0)
		r = end_lease(ctx, owned, results, error);
	return results_hand_over(results, r, ret);
}
