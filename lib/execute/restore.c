/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/restore.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/array.h"
#include "base/strv.h"
#include "execute/probe-start.h"
#include "plan/resize.h"
#include "scan/flags.h"
#include "scan/scan.h"

/* A device of the layout. */
struct item {
	const struct saved_device *saved;
	struct daxbus_request how;
	struct device *empty; /* of that name, without memory and driver; else NULL */
	uint32_t instance;    /* no number below will be free in its region */
};

/* A layout that is being restored. The results of @results are those of @items. */
struct restore {
	const struct apply_context *apply;
	const struct daxbus_request *request;
	struct daxbus_snapshot *s;
	struct item *items;
	size_t n;
	struct daxbus_results *results;
	struct region_space room; /* of the region that devices are being created in */
};

static void restore_done(struct restore *r)
{
	daxbus_snapshot_free(r->s);
	region_space_done(&r->room);
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

	if (streq(result->device, item->saved->name))
		return 0;
	if (asprintf(&note, "this was %s when the layout was saved", item->saved->name) < 0)
		return -ENOMEM;
	n = strv_push_take(&notes, note);
	if (n == 0)
		n = results_add_notes(result, &notes);
	results_finish(result);
	return n;
}

/* --- what is there ---------------------------------------------------------------------------- */

static struct region *find_region_of(const struct daxbus_snapshot *s, uint64_t id)
{
	for (size_t i = 0; i < s->n_regions; i++)
		if (is_known(&s->regions[i]->id) && s->regions[i]->id.v == id)
			return s->regions[i];
	return NULL;
}

static bool is_text(const struct opt_str *now, const char *then)
{
	return !then || (now->is == DAXBUS_KNOWN && streq(now->v, then));
}

static const char *text_or(const struct opt_str *o, const char *otherwise)
{
	return o->is == DAXBUS_KNOWN ? o->v : otherwise;
}

static bool is_unused(const struct device *d)
{
	return !d->is_class && d->driver.is == DAXBUS_NONE && is_known(&d->size) && d->size.v == 0;
}

static struct device *find_empty(const struct restore *r, const struct saved_device *saved)
{
	const struct region *region = find_region_of(r->s, saved->region);

	for (size_t i = 0; region && i < region->n_devices; i++) {
		struct device *d = r->s->devices[region->first_device + i];

		if (d->instance == saved->instance && d->name.is == DAXBUS_KNOWN && is_unused(d))
			return d;
	}
	return NULL;
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

/* The same ranges in the same order. */
static bool has_layout(const struct device *d, const struct range_list *layout)
{
	if (d->ranges != DAXBUS_KNOWN || d->n_mappings != layout->n)
		return false;
	for (size_t i = 0; i < layout->n; i++)
		if (d->mappings[i].start.v != layout->items[i].start ||
		    d->mappings[i].end.v != layout->items[i].end)
			return false;
	return true;
}

static const struct device *find_there(const struct restore *r, const struct region *region,
				       const struct range_list *layout)
{
	for (size_t i = 0; i < region->n_devices; i++) {
		const struct device *d = r->s->devices[region->first_device + i];

		if (has_layout(d, layout))
			return d;
	}
	return NULL;
}

/* --- decisions -------------------------------------------------------------------------------- */

/* "kmem"; the driver where that is no mode of ours. */
static const char *mode_now(const struct device *d)
{
	return text_or(&d->mode, text_or(&d->driver, "no driver"));
}

/* Its memory is where it was. */
static int decide_there(struct restore *r, const struct item *item, const struct device *d)
{
	const char *mode = request_mode_name(item->how.mode), *now = mode_now(d);
	struct result *result;
	int n;

	if (!streq(now, mode ? mode : "no driver"))
		return decide(r, item->saved->name, REASON_BAD_MAPPING,
			      "cannot create %s: %s has its memory, in %s instead of %s",
			      item->saved->name, d->name.v, now, mode ? mode : "no driver");
	if (!is_known(&d->align) || d->align.v != item->how.align)
		return decide(r, item->saved->name, REASON_BAD_MAPPING,
			      "cannot create %s: %s has its memory, aligned to %s instead of %s",
			      item->saved->name, d->name.v, SIZE_TEXT(d->align.v),
			      SIZE_TEXT(item->how.align));
	n = decide(r, d->name.v, REASON_NONE, "%s has these ranges already", d->name.v);
	if (n < 0)
		return n;
	result = last_of(r->results);
	n = results_set_from(result, mode) ?: results_set_to(result, mode);
	results_finish(result);
	return n < 0 ? n : note_name(r, item);
}

/*
 * Kernels before 6.1 make devices of the same memory in regions of their own, whose like daxbus
 * shows as phantoms while the real ones are there. Without a driver they keep nobody from it.
 */
static bool may_be_phantom_of(const struct device *d, const struct saved_device *saved)
{
	return flags_may_be_phantom(d) && d->region_id.v != saved->region;
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
			    may_be_phantom_of(d, item->saved))
				continue;
			*ret = decide(r, item->saved->name, REASON_BAD_MAPPING,
				      "cannot create %s: %s has %s%s", item->saved->name, d->name.v,
				      has_range(d, range, true) ? "" : "memory in ",
				      RANGE_TEXT(range));
			return true;
		}
	return false;
}

/* Whether it is not in a region where it can be created. */
static bool decide_region(struct restore *r, const struct item *item, const struct region *region,
			  int *ret)
{
	const struct saved_device *saved = item->saved;
	const char *path = saved->path ? saved->path : "unknown";

	if (!region)
		*ret = decide(r, saved->name, REASON_NO_REGION,
			      "cannot create %s: there is no region %" PRIu32 ", which was %s",
			      saved->name, saved->region, path);
	else if (!is_text(&region->path, saved->path) ||
		 !is_text(&region->provider, saved->provider))
		*ret = decide(r, saved->name, REASON_NO_REGION,
			      "cannot create %s: region %" PRIu32 " is %s (%s), and was %s (%s)",
			      saved->name, saved->region, text_or(&region->path, "unknown"),
			      text_or(&region->provider, "unknown"), path,
			      saved->provider ? saved->provider : "unknown");
	else
		return false;
	return true;
}

static bool decide_kind(struct restore *r, const struct item *item, const struct region *region,
			int *ret)
{
	const char *name = item->saved->name;

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

static int plan_new(struct restore *r, struct item *item, struct region *region)
{
	const struct device *d = item->empty;
	int n;

	if (!d)
		d = plan_resize_add_device(r->s, region, item->instance);
	if (d && !item->empty)
		item->instance = d->instance;
	n = d ? apply_plan(r->apply, &item->how, r->s, d, r->results) : -ENOMEM;
	return n < 0 ? n : note_name(r, item);
}

static int plan_item(struct restore *r, struct item *item)
{
	struct region *region = find_region_of(r->s, item->saved->region);
	const struct device *there = NULL;
	int n = 0;

	if (!item->how.layout.n)
		return decide(r, item->saved->name, REASON_NONE, "%s had no memory",
			      item->saved->name);
	if (decide_region(r, item, region, &n))
		return n;
	there = find_there(r, region, &item->how.layout);
	if (there)
		return decide_there(r, item, there);
	if (decide_overlap(r, item, &n) || decide_kind(r, item, region, &n))
		return n;
	return plan_new(r, item, region);
}

/* --- all of them ------------------------------------------------------------------------------ */

static int compare_items(const void *a, const void *b)
{
	const struct saved_device *x = ((const struct item *)a)->saved;
	const struct saved_device *y = ((const struct item *)b)->saved;

	if (x->region != y->region)
		return x->region < y->region ? -1 : 1;
	return x->instance < y->instance ? -1 : x->instance > y->instance;
}

static int take_items(struct restore *r)
{
	const struct daxbus_request *request = r->request;

	r->items = calloc(request->n_saved + 1, sizeof(*r->items));
	if (!r->items)
		return -ENOMEM;
	for (r->n = 0; r->n < request->n_saved; r->n++) {
		r->items[r->n].saved = &request->saved[r->n];
		r->items[r->n].how = request->saved[r->n].how;
		r->items[r->n].how.force = request->force;
		r->items[r->n].how.restore = true;
	}
	qsort(r->items, r->n, sizeof(*r->items), compare_items);
	return 0;
}

static void region_name(char *name, size_t size, const struct item *item)
{
	snprintf(name, size, "region%" PRIu32, item->saved->region);
}

/* The start of each region has to be known; see probe-start.h. */
static int probe_regions(const struct restore *r)
{
	const struct apply_context *apply = r->apply;
	char name[32];
	int n = 0;

	if (apply->directory < 0 || apply->as_planned)
		return 0;
	for (size_t i = 0; n == 0 && i < r->n; i++) {
		if (i && r->items[i].saved->region == r->items[i - 1].saved->region)
			continue;
		region_name(name, sizeof(name), &r->items[i]);
		n = probe_start_region(apply->fs, apply->log, &apply->progress_fn, apply->directory,
				       name);
	}
	return n;
}

static int read_all(struct restore *r, struct daxbus_error *err)
{
	const struct selectors everything = { 0 };
	int n = probe_regions(r);

	if (n < 0)
		return error_oom(err);
	return scan_take(r->apply->fs, r->apply->log, &everything,
			 NEED_PLAN | NEED_FREE | NEED_IOMEM, &r->s, err);
}

/* Whether the item before is to be created, as the last result has it. */
static bool is_new(const struct item *item, const struct restore *r)
{
	return !item->empty && last_of(r->results)->public.status == DAXBUS_PLANNED;
}

static int plan_all(struct restore *r)
{
	int n = 0;

	/* Before any is added that is only planned. */
	for (size_t i = 0; i < r->n; i++) {
		r->items[i].empty = find_empty(r, r->items[i].saved);
		r->items[i].how.refill = r->items[i].empty;
	}
	for (size_t i = 0; n == 0 && i < r->n; i++) {
		if (i && r->items[i].saved->region == r->items[i - 1].saved->region)
			r->items[i].instance =
				r->items[i - 1].instance + is_new(&r->items[i - 1], r);
		n = plan_item(r, &r->items[i]);
	}
	return n;
}

static bool is_refused(const struct daxbus_results *results)
{
	for (size_t i = 0; i < results->n; i++)
		if (results->items[i]->public.status == DAXBUS_REFUSED)
			return true;
	return false;
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

static int create(struct restore *r, struct item *item, const char *device, enum reason stop)
{
	char region[32];
	int n;

	if (stop)
		return apply_not_begun(device, stop, r->results);
	region_name(region, sizeof(region), item);
	if (r->room.region && r->room.region->id.v != item->saved->region)
		region_space_done(&r->room);
	n = item->empty ? apply_device(r->apply, &item->how, device, r->results)
			: apply_create(r->apply, &item->how, region, &r->room, r->results);
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
		n = create(r, &r->items[i], result->device, stop);
	}
	return n;
}

int restore_devices(const struct apply_context *apply, const struct daxbus_request *request,
		    struct daxbus_results *results, struct daxbus_error *err)
{
	_cleanup_(restore_done) struct restore restore = { .apply = apply,
							   .request = request,
							   .results = results };
	int r = take_items(&restore) < 0 ? error_oom(err) : read_all(&restore, err);

	if (r < 0)
		return r;
	r = plan_all(&restore);
	if (r == 0 && is_refused(results) &&
	    !reason_is_overridden(REASON_LAYOUT_REFUSED, request->force))
		r = hold_back(results);
	else if (r == 0 && apply->directory >= 0)
		r = do_all(&restore);
	return r < 0 ? error_oom(err) : 0;
}
