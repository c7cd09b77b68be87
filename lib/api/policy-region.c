/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/policy-region.h"

#include <errno.h>

#include "base/string.h"
#include "execute/apply.h"
#include "policy/region.h"
#include "scan/cxl.h"

/* @done: of each policy, whether its region has been requested. */
struct creating {
	const struct api_run *run;
	const struct match *match;
	const struct daxbus_request *how;
	struct daxbus_results *results;
	bool *done;
	bool created;
};

static bool is_missing(const struct match_policy *policy)
{
	return policy->state == MATCH_ABSENT && policy->file->region.line;
}

bool api_policy_region_is_wanted(const struct policies *policies)
{
	for (size_t i = 0; i < policies->match.n_policies; i++)
		if (is_missing(&policies->match.policies[i]))
			return true;
	return false;
}

static int create(struct creating *c, const struct daxbus_request *request)
{
	size_t first = c->results->n;
	int r = apply_create_region(&c->run->apply, request, c->results);

	for (size_t i = first; r == 0 && i < c->results->n; i++)
		c->created |= c->results->items[i]->public.status == DAXBUS_CHANGED;
	return r;
}

/* A result for a policy whose region cannot be requested. */
static int say_why_not(struct creating *c, const struct policy_file *file,
		       enum policy_region_state state, const char *memdev)
{
	struct result *result = results_add_file(c->results, file->path);
	int r;

	if (!result)
		return -ENOMEM;
	if (state == POLICY_REGION_LATER && c->run->apply.directory < 0)
		r = results_say(result, DAXBUS_PLANNED, REASON_NONE,
				"a new region, which is planned when there are regions in front of "
				"it on %s",
				memdev);
	else if (state == POLICY_REGION_LATER)
		r = results_say(result, DAXBUS_REFUSED, REASON_DECODER_ORDER,
				"its region does not begin with the first free memory of %s, which "
				"the kernel would use",
				memdev);
	else
		r = results_say(result, DAXBUS_REFUSED, REASON_NO_ROOM,
				"something else has memory of %s where its region begins", memdev);
	results_finish(result);
	return r;
}

/* One policy. Return: 1: its region has been requested; 0; -ENOMEM. */
static int look_at(struct creating *c, size_t i, const struct cxl_bus *bus, bool last)
{
	const struct policy_file *file = c->match->policies[i].file;
	enum policy_region_state state = POLICY_REGION_ABSENT;
	struct daxbus_request request = { 0 };
	const char *memdev = NULL;
	int r = policy_region_request(bus, file, c->how, &state, &memdev, &request);

	if (r < 0 || state == POLICY_REGION_ABSENT)
		return r;
	if (state != POLICY_REGION_READY)
		return last ? say_why_not(c, file, state, memdev) : 0;
	c->done[i] = true;
	r = create(c, &request);
	strv_done(&request.memdevs);
	return r < 0 ? r : 1;
}

/* All policies until one is ready: its region changes what there is for the others. */
static int look_at_all(struct creating *c, bool last)
{
	_cleanup_(cxl_bus_done) struct cxl_bus bus = { 0 };
	bool read = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->match->n_policies; i++) {
		if (c->done[i] || !is_missing(&c->match->policies[i]))
			continue;
		if (!read)
			r = cxl_bus_read(c->run->apply.fs, &bus);
		read = true;
		if (r == 0)
			r = look_at(c, i, &bus, last);
	}
	return r;
}

/* The journal of a change that could not be undone is still needed. */
static bool may_go_on(const struct creating *c)
{
	return !apply_reason_to_stop(&c->run->apply, c->results, "cxl");
}

int api_policy_region_create(const struct api_run *run, const struct policies *policies,
			     const struct daxbus_request *how, struct daxbus_results *results,
			     bool *ret_created, struct daxbus_error *error)
{
	_cleanup_free_ bool *done = calloc(policies->match.n_policies + 1, sizeof(*done));
	struct creating c = { run, &policies->match, how, results, done, false };
	int r = done ? 1 : -ENOMEM;

	while (r > 0 && may_go_on(&c))
		r = look_at_all(&c, false);
	if (r == 0)
		r = look_at_all(&c, true);
	*ret_created = c.created;
	return r < 0 ? error_oom(error) : 0;
}
