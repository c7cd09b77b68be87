/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/restore.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/array.h"
#include "base/strv.h"
#include "execute/group.h"
#include "execute/probe-start.h"
#include "plan/layout.h"
#include "plan/observed.h"
#include "plan/resize.h"
#include "scan/flags.h"
#include "scan/scan.h"

/* A device of the layout, or one in its way, and what is requested of it. */
struct item {
	struct layout_item match;
	const char *name; /* its name in the layout; else in the machine */
	struct daxbus_request how;
	uint32_t instance; /* no number below will be free in its region */
};

/* A layout that is being restored. The results of @results are those of @items. */
struct restore {
	const struct apply_context *apply;
	const struct daxbus_request *request;
	struct daxbus_snapshot *s;
	struct item *items;
	size_t n;
	struct daxbus_results *results;
	struct range_list freed;  /* what the plans so far give back */
	struct region_space room; /* of the region that devices are being created in */
};

static void restore_done(struct restore *r)
{
	daxbus_snapshot_free(r->s);
	region_space_done(&r->room);
	range_list_done(&r->freed);
	free(r->items);
}

/* --- results ---------------------------------------------------------------------------------- */

static _format_(4, 5) int decide(struct restore *r, const char *device, enum reason code,
				 const char *format, ...)
{
	struct result *result = results_add(r->results, device);
	va_list args;
	int n;

	if (!result)
		return -ENOMEM;
	va_start(args, format);
	n = results_vsay(result, code == REASON_NONE ? DAXBUS_UNCHANGED : DAXBUS_REFUSED, code,
			 format, args);
	va_end(args);
	results_finish(result);
	return n;
}

/* The last result. */
static struct result *last_of(const struct daxbus_results *results)
{
	return results->items[results->n - 1];
}

/* Note the new name if the kernel chose another one. */
static int note_name(const struct restore *r, const struct item *item)
{
	struct result *result = last_of(r->results);
	_cleanup_(strv_done) struct strv notes = { 0 };
	char *note;
	int n;

	if (!item->match.saved)
		note = strdup(
			r->request->exact
				? "it did not exist then"
				: "it is not in the layout, and has memory of devices that are");
	else if (streq(result->device, item->name))
		return 0;
	else if (asprintf(&note, "this was %s %s", item->name,
			  r->request->exact ? "then" : "when the layout was saved") < 0)
		return -ENOMEM;
	n = strv_push_take(&notes, note);
	if (n == 0)
		n = results_add_notes(result, &notes);
	results_finish(result);
	return n;
}

/* --- what is there ---------------------------------------------------------------------------- */

static const char *text_or(const struct opt_str *o, const char *otherwise)
{
	return o->is == DAXBUS_KNOWN ? o->v : otherwise;
}

static bool has_range(const struct device *d, const struct range *range, bool exactly)
{
	for (size_t i = 0; i < d->n_mappings; i++) {
		const struct mapping *m = &d->mappings[i];

		if (exactly ? m->start.v == range->start && m->end.v == range->end
			    : m->start.v <= range->end && range->start <= m->end.v)
			return true;
	}
	return false;
}

/* --- decisions -------------------------------------------------------------------------------- */

/* "kmem"; the driver where that is no mode of ours. */
static const char *mode_now(const struct device *d)
{
	return text_or(&d->mode, text_or(&d->driver, "no driver"));
}

/* Whether all of its memory is in another zone, or offline, than that of the layout was. */
static bool is_in_other_zone(const struct item *item, const struct device *d)
{
	const struct memory *m = &d->memory;

	if (item->how.mode != MODE_KMEM || !item->match.saved->has_zone || !is_known(&m->online) ||
	    !is_known(&m->blocks) || !m->blocks.v)
		return false;
	if (item->how.online == ONLINE_MOVABLE)
		return m->movable.v == 0;
	return item->how.online == ONLINE_KERNEL && m->kernel.v == 0;
}

static int decide_unchanged(struct restore *r, const struct item *item, const struct device *d)
{
	const char *mode = request_mode_name(item->how.mode);
	struct result *result;
	int n = decide(r, d->name.v, REASON_NONE, "%s has these ranges already", d->name.v);

	if (n < 0)
		return n;
	result = last_of(r->results);
	n = results_set_from(result, mode) ?: results_set_to(result, mode);
	results_finish(result);
	return n < 0 ? n : note_name(r, item);
}

/* Its memory is where it was: what else differs is changed. */
static int decide_there(struct restore *r, struct item *item)
{
	const struct device *d = item->match.device;
	const char *mode = request_mode_name(item->how.mode);
	bool same_align = is_known(&d->align) && d->align.v == item->how.align;
	int n;

	if (!same_align && !(is_known(&d->region->dynamic) && d->region->dynamic.v))
		return decide(r, item->name, REASON_BAD_MAPPING,
			      "cannot create %s: %s has its memory, aligned to %s instead of %s",
			      item->name, d->name.v, SIZE_TEXT(d->align.v),
			      SIZE_TEXT(item->how.align));
	if (same_align && streq(mode_now(d), mode ? mode : "no driver") && !item->how.blocks &&
	    !is_in_other_zone(item, d))
		return decide_unchanged(r, item, d);
	item->how.action = !same_align ? DAXBUS_RESIZE : mode ? DAXBUS_RECONFIGURE : DAXBUS_UNBIND;
	item->how.reshape = !same_align;
	item->how.takes_offline = true;
	n = apply_plan(r->apply, &item->how, r->s, d, r->results);
	return n < 0 ? n : note_name(r, item);
}

/*
 * Kernels before 6.1 make devices of the same memory in regions of their own, whose like daxbus
 * shows as phantoms while the real ones are there. Without a driver they keep nobody from it.
 */
static bool may_be_phantom_of(const struct device *d, const struct item *item)
{
	return flags_may_be_phantom(d) && d->region != item->match.region;
}

/* Whether it changes, too: then its memory is free by then, or its own refusal says why not. */
static bool is_of_layout(const struct restore *r, const struct device *d)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->items[i].match.device == d)
			return true;
	return false;
}

/* Refuse when a device has some of the memory. Return: whether this is decided. */
static bool decide_overlap(struct restore *r, const struct item *item, int *ret)
{
	const struct range_list *layout = &item->how.layout;

	for (size_t i = 0; i < r->s->n_devices; i++)
		for (size_t k = 0; k < layout->n; k++) {
			const struct device *d = r->s->devices[i];
			const struct range *range = &layout->items[k];

			if (d->ranges != DAXBUS_KNOWN || !has_range(d, range, false) ||
			    may_be_phantom_of(d, item) || is_of_layout(r, d))
				continue;
			*ret = decide(r, item->name, REASON_BAD_MAPPING,
				      "cannot create %s: %s has %s%s", item->name, d->name.v,
				      has_range(d, range, true) ? "" : "memory in ",
				      RANGE_TEXT(range));
			return true;
		}
	return false;
}

/* Whether it is not in a region where it can be created. */
static bool decide_region(struct restore *r, const struct item *item, int *ret)
{
	const struct saved_device *saved = item->match.saved;

	if (item->match.region)
		return false;
	*ret = decide(r, item->name, REASON_NO_REGION,
		      "cannot create %s: there is no region %s (%s), which was region %" PRIu32
		      " at %s",
		      item->name, saved->identity ? saved->identity : "with its addresses",
		      saved->provider ? saved->provider : "unknown", saved->region,
		      saved->path ? saved->path : "an unknown path");
	return true;
}

static bool decide_kind(struct restore *r, const struct item *item, const struct region *region,
			int *ret)
{
	const char *name = item->name;

	if (is_known(&region->dynamic) && !region->dynamic.v)
		*ret = decide(r, name, REASON_STATIC_REGION,
			      "cannot create %s: its region is one device, which the kernel does "
			      "not divide",
			      name);
	else if (item->how.mode == MODE_COMPAT)
		*ret = decide(r, name, REASON_NO_COMPAT,
			      "cannot create %s: only persistent memory was ever in "
			      "/sys/class/dax",
			      name);
	else
		return false;
	return true;
}

static int plan_new(struct restore *r, struct item *item)
{
	const struct device *d = plan_resize_add_device(r->s, item->match.region, item->instance);

	if (!d)
		return -ENOMEM;
	item->instance = d->instance;
	return apply_plan(r->apply, &item->how, r->s, d, r->results);
}

/* What it has is free for those that follow, even if it is refused: then they are held back. */
static int give_back(struct restore *r, const struct device *d)
{
	int n = 0;

	for (size_t i = 0; n == 0 && i < d->n_mappings; i++)
		n = range_list_add(&r->freed, d->mappings[i].start.v, d->mappings[i].end.v);
	return n;
}

static int plan_change(struct restore *r, struct item *item)
{
	const struct device *d = item->match.device;
	int n;

	switch (item->match.way) {
	case LAYOUT_NEW:
		n = plan_new(r, item);
		break;
	case LAYOUT_RESHAPED:
		item->how.action = DAXBUS_RESIZE;
		item->how.reshape = true;
		n = apply_plan(r->apply, &item->how, r->s, d, r->results) ?: give_back(r, d);
		break;
	case LAYOUT_DESTROYED:
		item->how.action = DAXBUS_DESTROY;
		n = apply_plan(r->apply, &item->how, r->s, d, r->results) ?: give_back(r, d);
		break;
	case LAYOUT_REFILLED:
	case LAYOUT_STAYS:
	default:
		item->how.refill = true;
		n = apply_plan(r->apply, &item->how, r->s, d, r->results);
	}
	return n < 0 ? n : note_name(r, item);
}

static int plan_item(struct restore *r, struct item *item)
{
	const struct region *region = item->match.region;
	int n = 0;

	item->how.freed = &r->freed;
	if (!item->match.saved)
		return plan_change(r, item);
	if (!item->how.layout.n)
		return decide(r, item->name, REASON_NONE, "%s had no memory", item->name);
	if (decide_region(r, item, &n))
		return n;
	if (item->match.way == LAYOUT_STAYS)
		return decide_there(r, item);
	if (decide_overlap(r, item, &n) || decide_kind(r, item, region, &n))
		return n;
	return plan_change(r, item);
}

/* --- all of them ------------------------------------------------------------------------------ */

static void set_item(const struct restore *r, struct item *item, const struct layout_item *match)
{
	item->match = *match;
	item->name = match->saved ? match->saved->name : match->device->name.v;
	if (match->saved)
		item->how = match->saved->how;
	item->how.force = r->request->force;
	item->how.restore = true;
}

static int take_items(struct restore *r)
{
	_cleanup_(layout_done) struct layout layout = { 0 };
	int n = layout_match(r->s, r->request->saved, r->request->n_saved, r->request->exact,
			     &layout);

	if (n < 0)
		return n;
	r->items = calloc(layout.n + 1, sizeof(*r->items));
	if (!r->items)
		return -ENOMEM;
	for (r->n = 0; r->n < layout.n; r->n++)
		set_item(r, &r->items[r->n], &layout.items[r->n]);
	return 0;
}

/* The start of each region has to be known; see probe-start.h. */
static int probe_regions(const struct restore *r, bool *ret_again)
{
	const struct apply_context *apply = r->apply;
	char name[32];
	int n = 0;

	if (apply->directory < 0 || apply->as_planned)
		return 0;
	for (size_t i = 0; n == 0 && i < r->s->n_regions; i++) {
		const struct region *region = r->s->regions[i];

		if (!probe_start_is_worth_it(region))
			continue;
		snprintf(name, sizeof(name), "region%" PRIu64, region->id.v);
		n = probe_start_region(apply, name);
		*ret_again = true;
	}
	return n;
}

static int read_with(struct restore *r, unsigned int needs, struct daxbus_error *err)
{
	const struct selectors everything = { 0 };

	daxbus_snapshot_free(r->s);
	r->s = NULL;
	return scan_take(r->apply->fs, r->apply->log, &everything, needs, &r->s, err);
}

/* Each memory block only where counts do not say where it is. */
static int read_once(struct restore *r, struct daxbus_error *err)
{
	const unsigned int needs = NEED_PLAN | NEED_FREE | NEED_IOMEM | NEED_IDENTITY;
	int n = read_with(r, needs, err);

	return n == 0 && observed_needs_blocks(r->s) ? read_with(r, needs | NEED_BLOCKS, err) : n;
}

static int read_all(struct restore *r, struct daxbus_error *err)
{
	bool again = false;
	int n = read_once(r, err);

	if (n == 0 && probe_regions(r, &again) < 0)
		return error_oom(err);
	return n == 0 && again ? read_once(r, err) : n;
}

static int plan_all(struct restore *r)
{
	const struct region *region = NULL;
	uint32_t next = 0; /* instance of the region that may be free */
	int n = 0;

	for (size_t i = 0; n == 0 && i < r->n; i++) {
		struct item *item = &r->items[i];

		if (item->match.region != region)
			next = 0;
		region = item->match.region;
		item->instance = next;
		n = plan_item(r, item);
		if (n == 0 && item->match.way == LAYOUT_NEW &&
		    last_of(r->results)->public.status == DAXBUS_PLANNED)
			next = item->instance + 1;
	}
	return n;
}

/* What could be created is not, because of what cannot. */
static int hold_back(const struct daxbus_results *results)
{
	for (size_t i = 0; i < results->n; i++) {
		struct result *result = results->items[i];

		if (result->public.status != DAXBUS_PLANNED)
			continue;
		results_set(result, DAXBUS_REFUSED, REASON_LAYOUT_REFUSED);
		results_set_message(result, strdup("not begun: others of the layout are refused"));
		steps_done(&result->steps);
		if (!result->message || results_set_to(result, NULL) < 0)
			return -ENOMEM;
		results_finish(result);
	}
	return 0;
}

/* --- doing it --------------------------------------------------------------------------------- */

/* The machine is read again, and what was given back is free by now. */
static int change(struct restore *r, struct item *item, const char *device, enum reason stop)
{
	const struct region *region = item->match.region;
	char name[32];
	int n;

	if (stop)
		return apply_not_begun(device, stop, r->results);
	/* What is undone together does not go on. */
	if (r->apply->keep && group_has_failed(r->results, 0))
		return apply_skip(device, REASON_OTHERS_FAILED,
				  "not begun: another device was not changed", r->results);
	item->how.freed = NULL;
	snprintf(name, sizeof(name), "region%" PRIu64, region->id.v);
	if (r->room.region && r->room.region->id.v != region->id.v)
		region_space_done(&r->room);
	n = item->match.device ? apply_device(r->apply, &item->how, device, r->results)
			       : apply_create(r->apply, &item->how, name, &r->room, r->results);
	return n < 0 ? n : note_name(r, item);
}

/* Hand over a result that needs nothing to be done. */
static int keep_result(struct restore *r, struct result **result)
{
	struct daxbus_results *results = r->results;

	if (array_grow(&results->items, results->n, sizeof(*result)) < 0)
		return -ENOMEM;
	results->items[results->n++] = TAKE_PTR(*result);
	return 0;
}

/* The results so far are the plan; those of what was done take their place. */
static int do_all(struct restore *r)
{
	_cleanup_(results_free_p) struct daxbus_results *planned = results_new();
	enum reason stop = REASON_NONE;
	int n = planned ? 0 : -ENOMEM;

	if (n < 0)
		return n;
	*planned = *r->results;
	*r->results = (struct daxbus_results){ 0 };
	for (size_t i = 0; n == 0 && i < planned->n; i++) {
		const struct result *result = planned->items[i];

		if (result->public.status != DAXBUS_PLANNED) {
			n = keep_result(r, &planned->items[i]);
			continue;
		}
		if (!stop)
			stop = apply_reason_to_stop(r->apply, r->results, result->device);
		n = change(r, &r->items[i], result->device, stop);
	}
	return n;
}

int restore_devices(const struct apply_context *apply, const struct daxbus_request *request,
		    struct daxbus_results *results, struct daxbus_error *err)
{
	_cleanup_(restore_done) struct restore restore = { .apply = apply,
							   .request = request,
							   .results = results };
	int r = read_all(&restore, err);

	if (r < 0)
		return r;
	r = take_items(&restore) ?: plan_all(&restore);
	if (r == 0 && results_have(results, DAXBUS_REFUSED) &&
	    !reason_is_overridden(REASON_LAYOUT_REFUSED, request->force))
		r = hold_back(results);
	else if (r == 0 && apply->directory >= 0)
		r = do_all(&restore);
	return r < 0 ? error_oom(err) : 0;
}
