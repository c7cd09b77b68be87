/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/diff.h"

#include <errno.h>
#include <inttypes.h>

#include "api/context.h"
#include "api/history.h"
#include "execute/observe.h"

/* --- now -------------------------------------------------------------------------------------- */

int api_diff_observe(const struct daxbus_ctx *ctx, const char *tree, struct state *ret,
		     struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	const struct selectors everything = { 0 };

	return sysfs_new(&fs, tree ?: ctx->sysroot, &ctx->log, error)
		       ?: observe_devices(fs, &ctx->log, &everything, ret, error);
}

/* --- policies --------------------------------------------------------------------------------- */

/* The ranges follow when the policy is applied. */
static int set_shape(const struct policy_section *section, struct state_device *d)
{
	const struct policy_value *size = &section->values[POLICY_KEY_SIZE];

	if (!section->ranges.n &&
	    (!size->text || (d->ranges_known && range_list_bytes(&d->ranges) == size->number)))
		return 0;
	range_list_done(&d->ranges);
	d->ranges_known = section->ranges.n;
	d->size = size->number;
	return range_list_copy(&section->ranges, &d->ranges);
}

static const char *driver_of(enum mode mode)
{
	return mode == MODE_COMPAT ? STATE_CLASS : request_mode_driver(mode);
}

static int set_driver(const struct policy_section *section, struct state_device *d)
{
	bool was_kmem = d->driver && streq(d->driver, "kmem");
	enum online online = policy_section_online(section);
	enum mode mode;

	if (!policy_section_mode(section, &mode))
		return 0;
	d->any_driver = false;
	if (string_replace(&d->driver, driver_of(mode)) < 0)
		return -ENOMEM;
	if (mode != MODE_KMEM && !was_kmem)
		return 0;
	/* Where its memory is now, it is only by chance. */
	d->online =
		mode == MODE_KMEM && online != ONLINE_POLICY ? policy_online_word(online) : NULL;
	d->runs_known = false;
	return 0;
}

static int set_wanted(const struct policy_section *section, struct state_device *d)
{
	const struct policy_value *align = &section->values[POLICY_KEY_ALIGN];
	const struct policy_value *memmap = &section->values[POLICY_KEY_MEMMAP];

	if (align->text)
		d->align = align->number;
	if (memmap->text &&
	    string_replace(&d->memmap_on_memory, memmap->number == CHOICE_YES ? "1" : "0") < 0)
		return -ENOMEM;
	return set_shape(section, d) ?: set_driver(section, d);
}

static struct state_region *find_by_path(const struct state *state, const struct region *region)
{
	for (size_t i = 0; i < state->n; i++)
		if (state->regions[i].path && known_as(&region->path, state->regions[i].path))
			return &state->regions[i];
	return NULL;
}

static struct state_device *find_by_name(const struct state_region *region,
					 const struct device *device)
{
	for (size_t i = 0; i < region->n; i++)
		if (region->devices[i].name && known_as(&device->name, region->devices[i].name))
			return &region->devices[i];
	return NULL;
}

static int apply_match(const struct match_device *m, struct state *state)
{
	struct state_region *region = find_by_path(state, m->region);
	struct state_device *d;

	/* What the policy does not have is no wish. */
	if (!region || !m->section)
		return 0;
	d = m->device ? find_by_name(region, m->device) : state_add_device(region);
	if (!d)
		return m->device ? 0 : -ENOMEM;
	if (!m->device)
		d->any_driver = true;
	return set_wanted(m->section, d);
}

int api_diff_policy(struct daxbus_ctx *ctx, const char *root, struct state *ret,
		    struct daxbus_error *error)
{
	_cleanup_(api_policy_free_p) struct policies *policies = NULL;
	const struct policy_source from = { .root = root };
	int r = api_policy_read(ctx, &from, NULL, &policies, error)
			?: api_diff_observe(ctx, NULL, ret, error);

	for (size_t i = 0; r == 0 && i < policies->match.n_devices; i++)
		if (apply_match(&policies->match.devices[i], ret) < 0)
			r = error_oom(error);
	return r;
}

/* --- saved layouts ---------------------------------------------------------------------------- */

static int set_region(const struct saved_device *saved, struct state_region *region)
{
	region->id = saved->region;
	return string_copy(&region->provider, saved->provider)
		?: string_copy(&region->path, saved->path)
		?: string_copy(&region->identity, saved->identity);
}

static struct state_region *find_or_add(const struct saved_device *saved, struct state *state)
{
	struct state_region *region;

	for (size_t i = 0; i < state->n; i++)
		if (state->regions[i].id == saved->region)
			return &state->regions[i];
	region = state_add_region(state);
	return region && set_region(saved, region) == 0 ? region : NULL;
}

static int add_saved_device(const struct saved_device *saved, struct state *state)
{
	const struct daxbus_request *how = &saved->how;
	struct state_region *region = find_or_add(saved, state);
	struct state_device *d = region ? state_add_device(region) : NULL;
	bool is_kmem = how->mode == MODE_KMEM;

	if (!d)
		return -ENOMEM;
	d->align = how->align;
	d->ranges_known = true;
	if (is_kmem && saved->has_zone)
		d->online = policy_online_word(how->online);
	if (is_kmem && how->memmap_on_memory != CHOICE_UNSET &&
	    string_copy(&d->memmap_on_memory, how->memmap_on_memory == CHOICE_YES ? "1" : "0") < 0)
		return -ENOMEM;
	return string_copy(&d->name, saved->name)
		?: string_copy(&d->driver, driver_of(how->mode))
		?: range_list_copy(&how->layout, &d->ranges);
}

int api_diff_layout(const struct daxbus_request *request, struct state *ret,
		    struct daxbus_error *error)
{
	for (size_t i = 0; i < request->n_saved; i++)
		if (add_saved_device(&request->saved[i], ret) < 0)
			return error_oom(error);
	return 0;
}

/* --- history ---------------------------------------------------------------------------------- */

int api_diff_history(const struct daxbus_ctx *ctx, const char *root, uint64_t number, bool before,
		     struct state *ret, struct daxbus_error *error)
{
	_cleanup_(record_done) struct record record = { 0 };
	struct state *from = before ? &record.before : &record.after;
	int r = api_history_find(ctx, root, number, &record, error);

	if (r < 0)
		return r;
	if (before && record.result == RECORD_RECOVERED)
		return error_set(error, -ENODATA,
				 "change %" PRIu64 " undid what another run had left: there is no "
				 "state before it",
				 number);
	*ret = *from;
	*from = (struct state){ 0 };
	return 0;
}

void api_diff_restrict(struct state *state, const struct state *only)
{
	size_t n = 0;

	for (size_t i = 0; i < state->n; i++)
		if (state_find_region(only, &state->regions[i]))
			state->regions[n++] = state->regions[i];
		else
			state_region_done(&state->regions[i]);
	state->n = n;
}
