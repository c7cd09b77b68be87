/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/group.h"

#include <errno.h>

#include "base/string.h"
#include "execute/recovery.h"

static size_t count_changes(const struct daxbus_results *results, size_t first, const char *device)
{
	size_t n = 0;

	for (size_t i = first; i < results->n; i++) {
		const struct result *result = results->items[i];

		n += result->device && streq(result->device, device) &&
		     result->public.status != DAXBUS_UNCHANGED;
	}
	return n;
}

/* Whether all changes of a device were undone, not only the last ones. */
static bool is_undone(const struct daxbus_results *undone, const struct daxbus_results *results,
		      size_t first, const char *device)
{
	const struct result *last = undone->items[undone->n - 1];

	return !streq(last->device, device) &&
	       count_changes(undone, 0, device) == count_changes(results, first, device);
}

/* The one that could not be undone, and ended the recovery; or NULL. */
static const struct result *find_failure(const struct daxbus_results *undone)
{
	const struct result *last = undone->n ? undone->items[undone->n - 1] : NULL;

	return last && last->public.status == DAXBUS_FAILED ? last : NULL;
}

static int set_undone(struct result *result, enum reason code, const char *why)
{
	return results_set_to(result, result->from)
		       ?: results_say(result, DAXBUS_UNDONE, code,
				      "%s; the previous state is restored", why);
}

static int set_not_undone(struct result *result, const char *why, const struct result *failure)
{
	return results_say(result, DAXBUS_FAILED, REASON_RECOVER_FIRST,
			   "%s; and it is not undone: %s: %s", why, failure->device,
			   failure->message ?: "out of memory");
}

int group_undo(const struct apply_context *apply, struct daxbus_results *results, size_t first,
	       enum reason code, const char *why, struct daxbus_error *err)
{
	_cleanup_(results_free_p) struct daxbus_results *undone = results_new();
	const struct result *failure;
	int r = undone ? recovery_run(apply, false, undone, err) : error_oom(err);

	if (r < 0)
		return r;
	failure = find_failure(undone);
	for (size_t i = first; r == 0 && i < results->n; i++) {
		struct result *result = results->items[i];

		if (result->public.status != DAXBUS_CHANGED)
			continue;
		r = failure && !is_undone(undone, results, first, result->device)
			    ? set_not_undone(result, why, failure)
			    : set_undone(result, code, why);
		results_finish(result);
	}
	return r < 0 ? error_oom(err) : 0;
}

int group_set_undone(struct daxbus_results *results, size_t first, enum reason code,
		     const char *why)
{
	int r = 0;

	for (size_t i = first; r == 0 && i < results->n; i++) {
		if (results->items[i]->public.status != DAXBUS_CHANGED)
			continue;
		r = set_undone(results->items[i], code, why);
		results_finish(results->items[i]);
	}
	return r;
}

bool group_has_failed(const struct daxbus_results *results, size_t first)
{
	for (size_t i = first; i < results->n; i++) {
		enum daxbus_status status = results->items[i]->public.status;

		if (status != DAXBUS_PLANNED && status != DAXBUS_CHANGED &&
		    status != DAXBUS_UNCHANGED)
			return true;
	}
	return false;
}
