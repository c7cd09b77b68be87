/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/cxl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/parse.h"
#include "base/string.h"
#include "model/cxl-shape.h"
#include "parsers/iomem.h"
#include "plan/guard.h"
#include "plan/resize.h"
#include "plan/steps.h"

/* --- steps ------------------------------------------------------------------------------------ */

/* A step about "decoder2.0" or "region0/commit". */
static int add_write(struct plan_builder *p, enum step_kind kind, const char *value,
		     const char *before, const char *format, ...) _format_(5, 6);
static int add_write(struct plan_builder *p, enum step_kind kind, const char *value,
		     const char *before, const char *format, ...)
{
	_cleanup_free_ char *name = NULL, *file = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&name, format, args);
	va_end(args);
	if (n < 0) {
		name = NULL;
		return -ENOMEM;
	}
	if (string_format(&file, CXL_DEVICES "/%s", name) < 0)
		return -ENOMEM;
	return steps_add(&p->steps, kind, NULL, file, value, before) ? 0 : -ENOMEM;
}

struct number {
	char s[24];
};

static struct number number_text(uint64_t v)
{
	struct number text;

	snprintf(text.s, sizeof(text.s), "%" PRIu64, v);
	return text;
}
#define NUMBER(v) (number_text(v).s)

/* --- destroy ---------------------------------------------------------------------------------- */

static int guard_locked(struct plan_builder *p, const struct cxl_region *region)
{
	const struct cxl_decoder *d = NULL;
	struct opt_u64 locked = cxl_bus_is_locked(&p->facts->cxl, region, &d);

	if (!is_known(&locked))
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read whether %s is locked",
				      d->name);
	if (!locked.v)
		return 0;
	return d ? builder_refuse(p, REASON_LOCKED_DECODER, "%s of %s is locked", d->name,
				  region->name)
		 : builder_refuse(p, REASON_LOCKED_DECODER, "%s is locked", region->name);
}

static int guard_firmware(struct plan_builder *p, const struct cxl_region *region)
{
	struct opt_u64 is_firmware = cxl_bus_is_firmware(&p->facts->cxl, region);

	if (!is_known(&is_firmware))
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read where %s is",
				      region->name);
	return is_firmware.v ? builder_refuse(p, REASON_FIRMWARE_REGION,
					      "firmware assembled %s, and describes its memory to "
					      "the kernel",
					      region->name)
			     : 0;
}

/*
 * The region can have been disabled while its memory was online: nothing keeps the memory then, and
 * the kernel would use it without decoders.
 */
static int guard_left_memory(struct plan_builder *p, const struct cxl_region *region)
{
	_cleanup_free_ char *text = NULL;
	struct iomem_entry entry;
	char *rest;

	if (builder_is_in_kmem(p) || !is_known(&region->size) || !region->size.v)
		return 0;
	if (p->s->iomem.is != DAXBUS_KNOWN)
		return builder_unknown(p, "which memory of the region is in use");
	text = rest = strdup(p->s->iomem.v);
	if (!text)
		return -ENOMEM;
	while (iomem_next_kmem(&rest, &entry))
		if (entry.start <= region->start.v + region->size.v - 1 &&
		    entry.end >= region->start.v)
			return builder_refuse(
				p, REASON_STUCK,
				"the kernel still has memory of %s at %s, whose device is gone",
				region->name, range_list_text(entry.start, entry.end).s);
	return 0;
}

/* The decoders of a memory device are given back in reverse order. */
static int guard_order(struct plan_builder *p, const struct cxl_region *region,
		       const struct cxl_decoder *target)
{
	const struct cxl_bus *bus = &p->facts->cxl;

	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (d->kind == CXL_ENDPOINT && d->port == target->port && d->id > target->id &&
		    cxl_decoder_is_used(d))
			return builder_refuse(p, REASON_DECODER_ORDER,
					      "%s uses %s of %s, and %s is used after it",
					      region->name, target->name,
					      target->memdev ? target->memdev : "?", d->name);
	}
	return 0;
}

static int guard_targets(struct plan_builder *p, const struct cxl_region *region)
{
	const struct strv *targets = &region->targets.v;

	if (region->targets.is != DAXBUS_KNOWN)
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read the decoders of %s",
				      region->name);
	for (size_t i = 0; i < targets->n; i++) {
		const struct cxl_decoder *d = cxl_bus_decoder(&p->facts->cxl, targets->items[i]);
		int r;

		if (!*targets->items[i])
			continue;
		if (!d || !is_known(&d->dpa_size))
			return builder_refuse(p, REASON_UNKNOWN_STATE,
					      "cannot read the decoders of %s", region->name);
		r = guard_order(p, region, d);
		if (r)
			return r;
	}
	return 0;
}

static int guard_cxl_region(struct plan_builder *p, const struct cxl_region **ret)
{
	_cleanup_free_ char *name = NULL;

	if (string_format(&name, "region%" PRIu64, p->d->region_id.v) < 0)
		return -ENOMEM;
	*ret = cxl_bus_region(&p->facts->cxl, name);
	if (!*ret || !is_known(&(*ret)->commit))
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read %s of the CXL bus",
				      name);
	return guard_locked(p, *ret)
		       ?: guard_firmware(p, *ret)
		       ?: guard_left_memory(p, *ret)
		       ?: guard_targets(p, *ret);
}

/* What the device loses with the region. Its memory is a step of its own. */
static int add_settings(struct plan_builder *p)
{
	_cleanup_(string_done) struct string settings = { 0 };
	const struct opt_u64 *align = &p->d->align, *memmap = &p->d->memmap_on_memory;

	if (is_known(align))
		string_add(&settings, "align=%" PRIu64, align->v);
	if (is_known(memmap))
		string_add(&settings, "%smemmap_on_memory=%" PRIu64, is_known(align) ? "," : "",
			   memmap->v);
	if (settings.failed)
		return -ENOMEM;
	return !settings.s || steps_add(&p->steps, STEP_CXL_KEEP, NULL, NULL, settings.s, NULL)
		       ? 0
		       : -ENOMEM;
}

static int add_decoders(struct plan_builder *p, const struct cxl_region *region)
{
	const struct strv *targets = &region->targets.v;
	_cleanup_(string_done) struct string list = { 0 };
	bool any = false;
	int r;

	for (size_t i = 0; i < targets->n; i++) {
		string_add(&list, "%s%s", i ? "," : "", targets->items[i]);
		any = any || *targets->items[i];
	}
	if (list.failed)
		return -ENOMEM;
	if (!any)
		return 0;
	r = add_write(p, STEP_CXL_TARGETS, CXL_EMPTY, list.s, "%s", region->name);
	for (size_t i = targets->n; r == 0 && i-- > 0;) {
		const struct cxl_decoder *d = cxl_bus_decoder(&p->facts->cxl, targets->items[i]);

		if (d && d->dpa_size.v)
			r = add_write(p, STEP_CXL, "0", NUMBER(d->dpa_size.v), "%s/dpa_size",
				      d->name);
	}
	return r;
}

/* Until the decoders are free, the region keeps its addresses, so that an undo restores them. */
static int add_release(struct plan_builder *p, const struct cxl_region *region)
{
	int r = 0;

	if (region->bound)
		r = add_write(p, STEP_CXL_UNBIND, NULL, NULL, "%s", region->name);
	if (r == 0 && region->commit.v)
		r = add_write(p, STEP_CXL, "0", "1", "%s/commit", region->name);
	return r ?: add_decoders(p, region);
}

/* The memory of the device, if there is one. */
static int add_leave(struct plan_builder *p)
{
	return p->d->is_region ? 0 : steps_leave(p) ?: add_settings(p) ?: plan_resize_clear(p);
}

int plan_cxl_destroy(struct plan_builder *p)
{
	const struct cxl_region *region = NULL;
	int r = guard_cxl_region(p, &region);

	if (r)
		return r;
	r = builder_note(p, "%s is deleted, with the data in it; the last step cannot be undone",
			 region->name);
	return r
		       ?: steps_hold_devices(p)
		       ?: add_leave(p)
		       ?: add_release(p, region)
		       ?: steps_reset(p)
		       ?: add_write(p, STEP_CXL_DELETE, region->name, NULL, "%s/delete_region",
				    region->root);
}

/* --- create: the shape ------------------------------------------------------------------------ */

/* The request, without what the hardware decides. */
static int find_memdevs(struct plan_builder *p, struct cxl_shape *s)
{
	const struct strv *names = &p->request->memdevs;

	*s = (struct cxl_shape){ .size = p->request->size, .granularity = p->request->granularity };
	if (!p->facts->cxl.n_decoders)
		return builder_refuse(p, REASON_NO_MEMDEV,
				      "there is no CXL bus, or its drivers are not loaded");
	if (names->n > CXL_WAYS_MAX)
		return builder_refuse(p, REASON_BAD_INTERLEAVE,
				      "a region has at most %d memory devices", CXL_WAYS_MAX);
	for (size_t i = 0; i < names->n; i++) {
		const struct cxl_memdev *memdev = cxl_bus_memdev(&p->facts->cxl, names->items[i]);

		if (!memdev)
			return builder_refuse(p, REASON_NO_MEMDEV,
					      "there is no CXL memory device %s", names->items[i]);
		s->members[s->ways++].memdev = memdev;
	}
	return 0;
}

static const struct {
	enum reason code;
	const char *text;
} misfits[] = {
	[CXL_NO_WINDOW] = { REASON_NO_WINDOW, "the host has no window for volatile CXL memory" },
	[CXL_ELSEWHERE] = { REASON_NO_WINDOW,
			    "no window for volatile memory leads to these memory devices" },
	[CXL_ROOT_LOCKED] = { REASON_LOCKED_DECODER, "the root decoder of their window is locked" },
	[CXL_BAD_WAYS] = { REASON_BAD_INTERLEAVE,
			   "their window does not interleave over that number of memory devices" },
	[CXL_BAD_GRANULARITY] = { REASON_BAD_INTERLEAVE,
				  "their window does not interleave with that granularity" },
	[CXL_NO_ADDRESSES] = { REASON_NO_ROOM,
			       "their window has no range of addresses of that size" },
};

static int refuse_size(struct plan_builder *p, const struct cxl_shape *s, enum cxl_misfit is)
{
	uint64_t unit = CXL_UNIT * s->ways;

	return is == CXL_BAD_SIZE
		       ? builder_refuse(p, REASON_BAD_SIZE,
					"%s is not a multiple of %s, 256 MiB of each memory device",
					SIZE_TEXT(s->size), SIZE_TEXT(unit))
		       : builder_refuse(p, REASON_NO_ROOM,
					"its memory devices have %s free in multiples of %s",
					SIZE_TEXT(s->room), SIZE_TEXT(unit));
}

static int refuse_memdev(struct plan_builder *p, const struct cxl_misfit_of *why)
{
	const char *memdev = why->memdev->name;

	switch (why->is) {
	case CXL_NO_VOLATILE:
		return builder_refuse(p, REASON_NO_VOLATILE, "%s has no volatile memory", memdev);
	case CXL_ALL_USED:
		return builder_refuse(p, REASON_NO_DECODER, "%s has no free decoder", memdev);
	case CXL_LOCKED:
		return builder_refuse(p, REASON_LOCKED_DECODER, "%s of %s is locked",
				      why->decoder->name, memdev);
	default:
		return builder_refuse(p, REASON_UNKNOWN_STATE,
				      "cannot read how much of %s is in use", memdev);
	}
}

static int refuse_uncommitted(struct plan_builder *p, const struct cxl_misfit_of *why)
{
	const char *region = text_of(&why->decoder->region);

	return builder_refuse(p, REASON_UNCOMMITTED_DECODER,
			      "%s comes before the next free one on the way to %s, and %s%s",
			      why->decoder->name, why->memdev->name,
			      region && *region ? region : "has memory, but no region",
			      region && *region ? ", which has it, is not committed" : "");
}

static int refuse_port(struct plan_builder *p, const struct cxl_misfit_of *why)
{
	return why->is == CXL_PORT_USED
		       ? builder_refuse(p, REASON_NO_DECODER,
					"port%" PRIu32 ", which leads to %s, has no free decoder",
					why->decoder->port, why->memdev->name)
		       : builder_refuse(p, REASON_DECODER_ORDER,
					"port%" PRIu32 ", which leads to %s, has a free decoder "
					"before %s, which %s uses",
					why->decoder->port, why->memdev->name, why->decoder->name,
					text_of(&why->decoder->region) ?: "a region");
}

static int refuse_misfit(struct plan_builder *p, const struct cxl_shape *s,
			 const struct cxl_misfit_of *why)
{
	switch (why->is) {
	case CXL_NO_VOLATILE:
	case CXL_ALL_USED:
	case CXL_LOCKED:
	case CXL_UNKNOWN_USE:
		return refuse_memdev(p, why);
	case CXL_BAD_SIZE:
	case CXL_NO_MEMORY:
		return refuse_size(p, s, why->is);
	case CXL_UNCOMMITTED:
	case CXL_PORT_UNCOMMITTED:
		return refuse_uncommitted(p, why);
	case CXL_PORT_USED:
	case CXL_PORT_HOLE:
		return refuse_port(p, why);
	case CXL_BAD_ORDER:
		return builder_refuse(p, REASON_DECODER_ORDER,
				      "the free addresses are below those of %s, which uses %s on "
				      "the way to its memory devices",
				      why->region->name, why->decoder->name);
	default:
		return builder_refuse(p, misfits[why->is].code, "%s", misfits[why->is].text);
	}
}

static int choose_shape(struct plan_builder *p, struct cxl_shape *s)
{
	struct cxl_misfit_of why = { .is = CXL_FITS };
	int r = find_memdevs(p, s) ?: cxl_shape_fit(&p->facts->cxl, s, &why);

	return r || why.is == CXL_FITS ? r : refuse_misfit(p, s, &why);
}

/* --- create ----------------------------------------------------------------------------------- */

/* The number of the region is that of the device. */
static int guard_name(struct plan_builder *p, const struct cxl_shape *s)
{
	uint64_t id;

	if (parse_numbered(s->root->next.v, "region", &id) < 0)
		return builder_refuse(p, REASON_UNKNOWN_STATE,
				      "cannot read the name of the next region of %s",
				      s->root->name);
	if (id != p->d->region_id.v)
		return builder_refuse(p, REASON_RACED, "something else created %s meanwhile",
				      s->root->next.v);
	return 0;
}

static int guard_dax_driver(struct plan_builder *p, bool *ret_load)
{
	const struct opt_u64 *has = &p->facts->has_cxl_driver;

	*ret_load = is_known(has) && !has->v;
	return *ret_load ? guard_module(p, CXL_DAX_MODULE, &p->facts->cxl_module) : 0;
}

static int add_members(struct plan_builder *p, const struct cxl_shape *s, const char *region)
{
	_cleanup_(string_done) struct string list = { 0 };
	uint64_t share = s->size / s->ways;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->ways; i++) {
		const char *decoder = s->members[i].decoder->name;

		string_add(&list, "%s%s", i ? "," : "", decoder);
		r = add_write(p, STEP_CXL, "ram", NULL, "%s/mode", decoder)
			    ?: add_write(p, STEP_CXL, NUMBER(share), "0", "%s/dpa_size", decoder);
	}
	if (r < 0 || list.failed)
		return -ENOMEM;
	return add_write(p, STEP_CXL_TARGETS, list.s, CXL_EMPTY, "%s", region);
}

static int add_region_steps(struct plan_builder *p, const struct cxl_shape *s, bool load)
{
	const char *region = s->root->next.v;
	int r = add_write(p, STEP_CXL_CREATE, region, NULL, "%s/create_ram_region", s->root->name);

	if (r == 0)
		r = steps_hold_devices(p);
	if (r == 0 && load)
		r = steps_add(&p->steps, STEP_LOAD, CXL_DAX_MODULE, NULL, NULL, NULL) ? 0 : -ENOMEM;
	if (r == 0)
		r = add_write(p, STEP_CXL, NUMBER(s->granularity), NULL,
			      "%s/interleave_granularity", region);
	if (r == 0)
		r = add_write(p, STEP_CXL, NUMBER(s->ways), NULL, "%s/interleave_ways", region);
	if (r == 0)
		r = add_write(p, STEP_CXL, NUMBER(s->size), NULL, "%s/size", region);
	if (r == 0)
		r = add_members(p, s, region);
	if (r == 0)
		r = add_write(p, STEP_CXL, "1", "0", "%s/commit", region);
	return r ?: add_write(p, STEP_CXL_BIND, NULL, NULL, "%s", region);
}

int plan_cxl_create(struct plan_builder *p)
{
	struct cxl_shape s;
	bool load = false;
	int r = choose_shape(p, &s) ?: guard_name(p, &s) ?: guard_dax_driver(p, &load);

	return r ?: add_region_steps(p, &s, load) ?: steps_reset(p);
}

/* --- the device ------------------------------------------------------------------------------- */

/* The next region of the window that the plan is going to choose; 0 if there is none. */
static int next_region(const struct cxl_bus *bus, const struct daxbus_request *request,
		       uint64_t *ret)
{
	struct cxl_shape s = { .size = request->size, .granularity = request->granularity };
	enum cxl_misfit is = CXL_FITS;
	int r;

	*ret = 0;
	for (; s.ways < request->memdevs.n && s.ways < CXL_WAYS_MAX; s.ways++) {
		s.members[s.ways].memdev = cxl_bus_memdev(bus, request->memdevs.items[s.ways]);
		if (!s.members[s.ways].memdev)
			return 0;
	}
	if (!s.size)
		s.size = CXL_UNIT * s.ways;
	r = cxl_shape_find_root(bus, &s, &is);
	if (r == 0 && is == CXL_FITS && parse_numbered(s.root->next.v, "region", ret) < 0)
		*ret = 0;
	return r;
}

/* A device that does not exist, in a region of its own. */
static struct device *add_stand_in(struct daxbus_snapshot *s, uint64_t id)
{
	struct region *region = snapshot_add_region(s);
	struct device *d = region ? snapshot_add_device(s, region) : NULL;

	if (!d)
		return NULL;
	region->id = d->region_id = known(id);
	region->path.is = DAXBUS_UNKNOWN;
	region->size = region->target_node = unknown();
	d->object.snapshot = s;
	d->size = known(0);
	d->target_node = d->align = d->numa_node = d->major = d->minor = d->memmap_on_memory =
		unknown();
	d->flags.is = DAXBUS_KNOWN;
	return snapshot_str_set(&region->provider, "cxl") < 0 ||
			       snapshot_str_set(&d->provider, "cxl") < 0
		       ? NULL
		       : d;
}

struct device *plan_cxl_add_device(struct daxbus_snapshot *s, const struct cxl_bus *bus,
				   const struct daxbus_request *request)
{
	struct device *d = NULL;
	uint64_t id;

	if (next_region(bus, request, &id) == 0)
		d = add_stand_in(s, id);
	if (!d || string_format(&d->name.v, "dax%" PRIu64 ".0", id) < 0)
		return NULL;
	d->name.is = DAXBUS_KNOWN;
	return d;
}

struct device *plan_cxl_add_region(struct daxbus_snapshot *s, const char *name)
{
	struct device *d = NULL;
	uint64_t id;

	if (parse_numbered(name, "region", &id) == 0)
		d = add_stand_in(s, id);
	if (!d || snapshot_str_set(&d->name, name) < 0)
		return NULL;
	d->is_region = true;
	return d;
}
