/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/namespace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/parse.h"
#include "base/strv.h"
#include "plan/steps.h"

/* The kernel's ND_MIN_NAMESPACE_SIZE is PAGE, times the ways of interleave. */
#define PAGE	      UINT64_C(4096)
#define DEFAULT_ALIGN (UINT64_C(2) << 20)
/* Bytes of a struct page; the info block and the space in front of it. */
#define MEMMAP_ENTRY  UINT64_C(64)
#define INFO_RESERVE  (UINT64_C(8) << 10)

/* --- steps ------------------------------------------------------------------------------------ */

static int add_step(struct plan_builder *p, enum step_kind kind, const char *space,
		    const struct namespace_spec *spec, const char *before)
{
	_cleanup_free_ char *value = namespace_spec_print(spec), *file = NULL;

	if (asprintf(&file, ND_DEVICES "/%s", space) < 0)
		file = NULL;
	if (!file || !value || !steps_add(&p->steps, kind, NULL, file, value, before))
		return -ENOMEM;
	return 0;
}

static void set_uuid(char *to, const struct opt_str *uuid)
{
	if (uuid->is == DAXBUS_KNOWN && namespace_spec_is_uuid(uuid->v))
		memcpy(to, uuid->v, UUID_LENGTH + 1);
}

/* --- create: the request ---------------------------------------------------------------------- */

static int guard_options(struct plan_builder *p)
{
	if (p->request->layout.n)
		return builder_refuse(
			p, REASON_NOT_FOR_REGION,
			"the kernel chooses the location of a namespace; --mapping is only for other regions");
	if (p->request->count > 1)
		return builder_refuse(
			p, REASON_NOT_FOR_REGION,
			"namespaces can only be created one at a time, without --count");
	return 0;
}

static int guard_region(struct plan_builder *p)
{
	const struct nd_region *nd = &p->facts->nd;

	if (!nd->name || !is_known(&nd->nstype) || !nd_region_next(nd))
		return builder_refuse(p, REASON_UNKNOWN_STATE,
				      "cannot read the namespaces of its region");
	if (is_known(&nd->read_only) && nd->read_only.v)
		return builder_refuse(p, REASON_READ_ONLY, "its region is read-only");
	if (nd->dax_seed.is != DAXBUS_KNOWN)
		return builder_refuse(p, REASON_NO_PROVIDER, "its region is disabled");
	if (is_same(p->driver, "kmem") && nd->target_node.is == DAXBUS_NONE)
		return builder_refuse(p, REASON_NO_TARGET_NODE,
				      "the firmware assigns no NUMA node to its memory");
	return 0;
}

/* Both drivers match, and the kernel or modprobe prefers dax_pmem_compat. */
static int guard_compat(struct plan_builder *p)
{
	const struct opt_u64 *module = &p->facts->compat_module;

	if (!is_known(module) || module->v == DAXBUS_MODULE_ABSENT ||
	    module->v == DAXBUS_MODULE_BLACKLISTED)
		return 0;
	return builder_refuse(
		p, REASON_CLASS_DEVICE,
		"this kernel has dax_pmem_compat, which creates devices in /sys/class/dax");
}

static bool has_alignment(const struct opt_strv *alignments, uint64_t align)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, align);
	return alignments->is != DAXBUS_KNOWN || strv_has(&alignments->v, text);
}

static int choose_align(struct plan_builder *p, uint64_t *ret)
{
	const struct nd_region *nd = &p->facts->nd;

	*ret = p->request->align;
	if (!*ret)
		*ret = is_known(&nd->seed_align) && nd->seed_align.v ? nd->seed_align.v
								     : DEFAULT_ALIGN;
	if (is_power_of_two(*ret) && has_alignment(&nd->alignments, *ret))
		return 0;
	return builder_refuse(p, REASON_BAD_ALIGN, "devices of its region cannot be aligned to %s",
			      SIZE_TEXT(*ret));
}

/* There is space after the memmap, from the next multiple of the alignment on. */
static int guard_data(struct plan_builder *p, uint64_t size, uint64_t align)
{
	uint64_t map = p->request->memmap_in_ram ? 0 : size / PAGE * MEMMAP_ENTRY;
	uint64_t lost = (INFO_RESERVE + map + align - 1) / align * align;

	if (size <= lost)
		return builder_refuse(p, REASON_BAD_SIZE,
				      "%s leaves no space after the memmap and the alignment",
				      SIZE_TEXT(size));
	return 0;
}

/* --- create: with labels ---------------------------------------------------------------------- */

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Return: whether the least common multiple fits into 64 bits. */
static bool multiple_of_both(uint64_t a, uint64_t b, uint64_t *ret)
{
	return !__builtin_mul_overflow(a / greatest_divisor(a, b), b, ret);
}

/* Each NVDIMM of an interleave set contributes the same number of bytes. */
static int find_unit(struct plan_builder *p, uint64_t align, uint64_t *ret)
{
	const struct nd_region *nd = &p->facts->nd;
	uint64_t ways = is_known(&nd->ways) && nd->ways.v ? nd->ways.v : 1;
	uint64_t region = is_known(&nd->align) && nd->align.v ? nd->align.v : PAGE;
	uint64_t all;

	if (!__builtin_mul_overflow(align, ways, &all) && multiple_of_both(all, region, ret))
		return 0;
	return builder_refuse(p, REASON_UNKNOWN_STATE, "the alignment of its region is invalid");
}

static int choose_size(struct plan_builder *p, uint64_t align, uint64_t *ret)
{
	uint64_t room = p->facts->nd.extent.v, unit = PAGE;
	int r;

	if (!is_known(&p->facts->nd.extent))
		return builder_refuse(p, REASON_UNKNOWN_STATE,
				      "cannot read the free space of its region");
	r = find_unit(p, align, &unit);
	if (r)
		return r;
	*ret = p->request->size ? p->request->size : room / unit * unit;
	if (!*ret)
		return builder_refuse(p, REASON_NO_ROOM,
				      "region %" PRIu64
				      " has %s free in one range, and sizes there are multiples "
				      "of %s",
				      p->d->region_id.v, SIZE_TEXT(room), SIZE_TEXT(unit));
	if (*ret % unit)
		return builder_refuse(p, REASON_BAD_SIZE, "%s is not a multiple of %s",
				      SIZE_TEXT(*ret), SIZE_TEXT(unit));
	if (*ret > room)
		return builder_refuse(p, REASON_NO_ROOM,
				      "it requires %s; region %" PRIu64 " has %s free in one range",
				      SIZE_TEXT(*ret), p->d->region_id.v, SIZE_TEXT(room));
	return 0;
}

/* Another program has begun to use the seed if it is not empty. */
static int guard_seed(struct plan_builder *p, const struct nd_namespace *seed)
{
	bool empty = is_known(&seed->size) && seed->size.v == 0 &&
		     seed->holder.is == DAXBUS_KNOWN && !*seed->holder.v && !seed->bound;

	if (!empty)
		return builder_refuse(p, REASON_NAMESPACE_IN_USE, "%s is not empty", seed->name);
	return 0;
}

static int plan_label(struct plan_builder *p, struct namespace_spec *spec)
{
	const struct nd_namespace *seed = nd_region_next(&p->facts->nd);
	struct namespace_spec label = { 0 };
	int r = guard_seed(p, seed) ?: choose_size(p, spec->align, &label.size);

	if (r == 0)
		r = guard_data(p, label.size, spec->align);
	if (r)
		return r;
	set_uuid(label.uuid, &p->facts->uuids[0]);
	memcpy(spec->uuid, label.uuid, sizeof(spec->uuid));
	if (p->request->name)
		snprintf(label.name, sizeof(label.name), "%s", p->request->name);
	return add_step(p, STEP_LABEL, seed->name, &label, NULL)
		       ?: add_step(p, STEP_INFO, seed->name, spec, "free");
}

/* --- create: without labels ------------------------------------------------------------------- */

/* The NVDIMMs have space for labels that nothing uses yet. */
static const char *labels_hint(const struct nd_region *nd)
{
	return is_known(&nd->extent) && nd->extent.v
		       ? "; 'ndctl init-labels' creates labels while the region is disabled"
		       : "";
}

static int guard_whole(struct plan_builder *p, const struct nd_namespace *space)
{
	uint64_t size = p->request->size;

	if (p->request->name)
		return builder_refuse(p, REASON_NOT_FOR_REGION,
				      "its region has no labels, which store names%s",
				      labels_hint(&p->facts->nd));
	if (!is_known(&space->size))
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read the size of %s",
				      space->name);
	if (size && size != space->size.v)
		return builder_refuse(
			p, REASON_BAD_SIZE,
			"its region has no labels, and therefore a single namespace of %s%s",
			SIZE_TEXT(space->size.v), labels_hint(&p->facts->nd));
	return 0;
}

/* The kernel calls a sector namespace "safe" and an fsdax namespace "memory". */
static const char *mode_of(const struct nd_namespace *space)
{
	const char *mode = space->mode.is == DAXBUS_KNOWN ? space->mode.v : "another";

	return streq(mode, "safe") ? "sector" : streq(mode, "memory") ? "fsdax" : mode;
}

/*
 * A namespace without a holder is as the kernel created it; the kernel calls it "memory" if the
 * kernel allocates a memmap for it.
 */
static int guard_free(struct plan_builder *p, const struct nd_namespace *space)
{
	const struct opt_u64 *busy = &p->facts->block_busy;

	if (space->holder.is != DAXBUS_KNOWN)
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read what %s is used for",
				      space->name);
	if (*space->holder.v)
		return builder_refuse(p, REASON_NAMESPACE_IN_USE, "%s is in %s mode (%s)",
				      space->name, mode_of(space), space->holder.v);
	if (!is_known(busy))
		return builder_unknown(p, "whether its block device is in use");
	if (busy->v)
		return builder_refuse(p, REASON_NAMESPACE_IN_USE, "/dev/%s is in use",
				      space->block ? space->block : space->name);
	return 0;
}

static int guard_content(struct plan_builder *p, const struct nd_namespace *space)
{
	return builder_refuse(p, REASON_DATA_LOSS,
			      "the data in %s would be overwritten, which cannot be undone",
			      space->name);
}

static int plan_whole(struct plan_builder *p, struct namespace_spec *spec)
{
	const struct nd_namespace *space = nd_region_next(&p->facts->nd);
	int r = guard_whole(p, space) ?: guard_free(p, space);

	if (r == 0)
		r = guard_data(p, space->size.v, spec->align) ?: guard_content(p, space);
	return r ?: add_step(p, STEP_INFO, space->name, spec, space->bound ? "bound" : "free");
}

/* --- create ----------------------------------------------------------------------------------- */

int plan_namespace_create(struct plan_builder *p)
{
	struct namespace_spec spec = { .memmap_in_ram = p->request->memmap_in_ram };
	int r = guard_options(p) ?: guard_region(p) ?: guard_compat(p);

	if (r == 0)
		r = choose_align(p, &spec.align);
	if (r)
		return r;
	set_uuid(spec.info, &p->facts->uuids[1]);
	return p->facts->nd.nstype.v == ND_LABELS ? plan_label(p, &spec) : plan_whole(p, &spec);
}

struct device *plan_namespace_add_device(struct daxbus_snapshot *s, struct region *region)
{
	struct device *d = snapshot_add_device(s, region);

	if (!d)
		return NULL;
	d->object.snapshot = s;
	d->region_id = region->id;
	d->instance = region->next_instance;
	if (asprintf(&d->name.v, "dax%" PRIu64 ".%" PRIu32, region->id.v, d->instance) < 0) {
		d->name.v = NULL;
		return NULL;
	}
	d->name.is = DAXBUS_KNOWN;
	d->size = known(0);
	d->target_node = region->target_node;
	d->align = d->numa_node = d->major = d->minor = d->memmap_on_memory = unknown();
	d->flags.is = DAXBUS_KNOWN;
	return snapshot_str_set(&d->provider, "pmem") < 0 ? NULL : d;
}

/* --- destroy ---------------------------------------------------------------------------------- */

/* Find the namespace that this device was created from. */
static int guard_namespace(struct plan_builder *p, const struct nd_namespace **ret)
{
	const struct facts *facts = p->facts;

	*ret = facts->nd.name && facts->namespace.is == DAXBUS_KNOWN
		       ? nd_region_namespace(&facts->nd, facts->namespace.v)
		       : NULL;
	if (!*ret || facts->info_uuid.is != DAXBUS_KNOWN ||
	    !namespace_spec_is_uuid(facts->info_uuid.v) || !is_known(&facts->nd.nstype))
		return builder_refuse(p, REASON_UNKNOWN_STATE,
				      "cannot read which namespace it was created from");
	if ((*ret)->mode.is != DAXBUS_KNOWN || !streq((*ret)->mode.v, "dax"))
		return builder_refuse(p, REASON_NAMESPACE_IN_USE, "%s is in %s mode", (*ret)->name,
				      mode_of(*ret));
	if (is_known(&facts->nd.read_only) && facts->nd.read_only.v)
		return builder_refuse(p, REASON_READ_ONLY, "its region is read-only");
	return 0;
}

static int note_deletion(struct plan_builder *p, const struct nd_namespace *space, bool labels)
{
	if (labels)
		return builder_note(p, "%s is deleted; this cannot be undone", space->name);
	return builder_note(p,
			    "%s stays, in raw mode, because a region without labels always has one "
			    "namespace; this cannot be undone",
			    space->name);
}

int plan_namespace_destroy(struct plan_builder *p)
{
	bool labels = is_known(&p->facts->nd.nstype) && p->facts->nd.nstype.v == ND_LABELS;
	struct namespace_spec spec = { 0 };
	const struct nd_namespace *space;
	int r;

	r = builder_refuse(p, REASON_DATA_LOSS, "its namespace and the data in it would be lost");
	if (r == 0)
		r = guard_namespace(p, &space);
	if (r)
		return r;
	if (labels)
		set_uuid(spec.uuid, &space->uuid);
	if (labels && !*spec.uuid)
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read the UUID of %s",
				      space->name);
	set_uuid(spec.info, &p->facts->info_uuid);
	return note_deletion(p, space, labels) ?:
	       steps_unbind(p) ?:
	       add_step(p, STEP_UNMAKE, space->name, &spec, NULL);
}
