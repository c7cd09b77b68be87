/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/cxl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/parse.h"
#include "base/string.h"
#include "plan/guard.h"
#include "plan/resize.h"
#include "plan/steps.h"

#define GRANULARITY_MIN UINT64_C(256)
#define GRANULARITY_MAX (UINT64_C(16) << 10)
#define WAYS_MAX	16

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
	const struct cxl_bus *bus = &p->facts->cxl;

	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (!known_as(&d->region, region->name) && !streq(d->name, region->root))
			continue;
		if (!is_known(&d->locked))
			return builder_refuse(p, REASON_UNKNOWN_STATE,
					      "cannot read whether %s is locked", d->name);
		if (d->locked.v)
			return builder_refuse(p, REASON_LOCKED_DECODER, "%s of %s is locked",
					      d->name, region->name);
	}
	return 0;
}

/* The kernel does not say which regions it found in the decoders at boot; firmware's map does. */
static int guard_firmware(struct plan_builder *p, const struct cxl_region *region)
{
	const struct range_list *firmware = &p->facts->cxl.firmware;

	if (!is_known(&region->start) || !is_known(&region->size) || !region->size.v)
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read where %s is",
				      region->name);
	for (size_t i = 0; i < firmware->n; i++)
		if (firmware->items[i].start <= region->start.v + region->size.v - 1 &&
		    firmware->items[i].end >= region->start.v)
			return builder_refuse(p, REASON_FIRMWARE_REGION,
					      "firmware assembled %s, and describes its memory to "
					      "the kernel",
					      region->name);
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

	if (region->targets.is != DAXBUS_KNOWN || !targets->n)
		return builder_refuse(p, REASON_UNKNOWN_STATE, "cannot read the decoders of %s",
				      region->name);
	for (size_t i = 0; i < targets->n; i++) {
		const struct cxl_decoder *d = cxl_bus_decoder(&p->facts->cxl, targets->items[i]);
		int r;

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
	return guard_locked(p, *ret) ?: guard_firmware(p, *ret) ?: guard_targets(p, *ret);
}

/* Until the decoders are free, the region keeps its addresses, so that an undo restores them. */
static int add_release(struct plan_builder *p, const struct cxl_region *region)
{
	const struct strv *targets = &region->targets.v;
	_cleanup_(string_done) struct string list = { 0 };
	int r;

	for (size_t i = 0; i < targets->n; i++)
		string_add(&list, "%s%s", i ? "," : "", targets->items[i]);
	if (list.failed)
		return -ENOMEM;
	r = add_write(p, STEP_CXL_UNBIND, NULL, NULL, "%s", region->name);

	if (r == 0)
		r = add_write(p, STEP_CXL, "0", "1", "%s/commit", region->name);
	if (r == 0)
		r = add_write(p, STEP_CXL_TARGETS, CXL_EMPTY, list.s, "%s", region->name);
	for (size_t i = targets->n; r == 0 && i-- > 0;) {
		const struct cxl_decoder *d = cxl_bus_decoder(&p->facts->cxl, targets->items[i]);

		r = add_write(p, STEP_CXL, "0", NUMBER(d->dpa_size.v), "%s/dpa_size", d->name);
	}
	return r;
}

int plan_cxl_destroy(struct plan_builder *p)
{
	const struct cxl_region *region = NULL;
	int r = guard_cxl_region(p, &region);

	if (r)
		return r;
	r = builder_note(p, "%s is deleted, with the data in it; the last step cannot be undone",
			 region->name);
	if (r == 0)
		r = steps_hold_devices(p) ?: steps_leave(p) ?: plan_resize_clear(p);
	if (r == 0)
		r = add_release(p, region);
	return r ?: steps_reset(p)
		  ?: add_write(p, STEP_CXL_DELETE, region->name, NULL, "%s/delete_region", region->root);
}

/* --- create: memory devices ------------------------------------------------------------------- */

/* What a memory device contributes to the region. */
struct member {
	const struct cxl_memdev *memdev;
	const struct cxl_decoder *decoder; /* its next one */
};

struct shape {
	struct member members[WAYS_MAX];
	size_t ways;
	const struct cxl_decoder *root;
	uint64_t granularity;
	uint64_t start; /* where the kernel will place it */
	uint64_t size;
	uint64_t room; /* of each memory device */
};

static int find_memdevs(struct plan_builder *p, struct shape *s)
{
	const struct strv *names = &p->request->memdevs;

	if (!p->facts->cxl.n_decoders)
		return builder_refuse(p, REASON_NO_MEMDEV,
				      "there is no CXL bus, or its drivers are not loaded");
	if (names->n > WAYS_MAX)
		return builder_refuse(p, REASON_BAD_INTERLEAVE,
				      "a region has at most %d memory devices", WAYS_MAX);
	for (size_t i = 0; i < names->n; i++) {
		const struct cxl_memdev *memdev = cxl_bus_memdev(&p->facts->cxl, names->items[i]);

		if (!memdev)
			return builder_refuse(p, REASON_NO_MEMDEV,
					      "there is no CXL memory device %s", names->items[i]);
		if (!is_known(&memdev->ram) || !memdev->ram.v)
			return builder_refuse(p, REASON_NO_VOLATILE, "%s has no volatile memory",
					      memdev->name);
		s->members[s->ways++].memdev = memdev;
	}
	return 0;
}

static bool is_below(const char *path, const char *parent)
{
	size_t length = strlen(parent);

	return strncmp(path, parent, length) == 0 && path[length] == '/';
}

static bool is_of(const struct cxl_decoder *d, const struct cxl_memdev *memdev)
{
	return d->kind == CXL_ENDPOINT && d->memdev && streq(d->memdev, memdev->name);
}

/* The decoders are used in order. */
static int find_decoder(struct plan_builder *p, struct member *m)
{
	const struct cxl_bus *bus = &p->facts->cxl;

	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (!is_of(d, m->memdev))
			continue;
		if (cxl_decoder_is_used(d))
			m->decoder = NULL;
		else if (!m->decoder)
			m->decoder = d;
	}
	if (!m->decoder)
		return builder_refuse(p, REASON_NO_DECODER, "%s has no free decoder",
				      m->memdev->name);
	if (is_known(&m->decoder->locked) && m->decoder->locked.v)
		return builder_refuse(p, REASON_LOCKED_DECODER, "%s of %s is locked",
				      m->decoder->name, m->memdev->name);
	return 0;
}

static bool has_free_decoder(const struct cxl_bus *bus, const struct cxl_decoder *of_port)
{
	for (size_t i = 0; i < bus->n_decoders; i++)
		if (bus->decoders[i].kind == CXL_SWITCH && bus->decoders[i].port == of_port->port &&
		    known_as(&bus->decoders[i].region, ""))
			return true;
	return false;
}

/* A used decoder of the port behind a free one, or NULL. */
static const struct cxl_decoder *find_hole(const struct cxl_bus *bus,
					   const struct cxl_decoder *of_port)
{
	bool has_free = false;

	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (d->port != of_port->port || d->kind != CXL_SWITCH)
			continue;
		if (known_as(&d->region, ""))
			has_free = true;
		else if (has_free)
			return d;
	}
	return NULL;
}

/* The kernel allocates no decoder of a port as long as one is used behind a free one. */
static int guard_hole(struct plan_builder *p, const struct member *m, const struct cxl_decoder *d)
{
	const struct cxl_decoder *used = find_hole(&p->facts->cxl, d);

	if (!used)
		return 0;
	return builder_refuse(p, REASON_DECODER_ORDER,
			      "port%" PRIu32
			      ", which leads to %s, has a free decoder before %s, which "
			      "%s uses",
			      d->port, m->memdev->name, used->name,
			      text_of(&used->region) ?: "a region");
}

/* Each port between the root and the memory device needs a decoder, too. */
static int guard_path(struct plan_builder *p, const struct member *m)
{
	const struct cxl_bus *bus = &p->facts->cxl;
	int r = 0;

	for (size_t i = 0; r == 0 && i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (d->kind != CXL_SWITCH || !is_below(m->decoder->path, d->path))
			continue;
		if (!has_free_decoder(bus, d))
			r = builder_refuse(p, REASON_NO_DECODER,
					   "port%" PRIu32 ", which leads to %s, has no free "
					   "decoder",
					   d->port, m->memdev->name);
		else
			r = guard_hole(p, m, d);
	}
	return r;
}

static int guard_ports(struct plan_builder *p, const struct shape *s)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->ways; i++)
		r = guard_path(p, &s->members[i]);
	return r;
}

static int find_room(struct plan_builder *p, const struct cxl_memdev *memdev, uint64_t *ret)
{
	const struct cxl_bus *bus = &p->facts->cxl;
	uint64_t used = 0;

	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (!is_of(d, memdev) || known_as(&d->mode, "pmem"))
			continue;
		if (!is_known(&d->dpa_size))
			return builder_refuse(p, REASON_UNKNOWN_STATE,
					      "cannot read how much of %s is in use", memdev->name);
		used += d->dpa_size.v;
	}
	*ret = used < memdev->ram.v ? memdev->ram.v - used : 0;
	return 0;
}

/* The room of a region is that of the memory device that has the least. */
static int find_members(struct plan_builder *p, struct shape *s)
{
	int r = find_memdevs(p, s);

	s->room = UINT64_MAX;
	for (size_t i = 0; r == 0 && i < s->ways; i++) {
		uint64_t room = 0;

		r = find_decoder(p, &s->members[i]) ?: find_room(p, s->members[i].memdev, &room);
		if (r == 0 && room < s->room)
			s->room = room;
	}
	return r;
}

static int choose_size(struct plan_builder *p, struct shape *s)
{
	uint64_t unit = CXL_UNIT * s->ways, room = s->room / CXL_UNIT * unit;

	s->size = p->request->size ? p->request->size : room;
	if (s->size % unit)
		return builder_refuse(p, REASON_BAD_SIZE,
				      "%s is not a multiple of %s, 256 MiB of each memory device",
				      SIZE_TEXT(s->size), SIZE_TEXT(unit));
	if (s->size > room || !s->size)
		return builder_refuse(p, REASON_NO_ROOM,
				      "its memory devices have %s free in multiples of %s",
				      SIZE_TEXT(room), SIZE_TEXT(unit));
	return 0;
}

/* --- create: the window ----------------------------------------------------------------------- */

/* Why a root decoder cannot take the region: the later ones are closer to it. */
enum misfit {
	NOT_VOLATILE,
	ELSEWHERE,
	LOCKED,
	BAD_WAYS,
	BAD_GRANULARITY,
	NO_ADDRESSES,
	FITS,
};

static const struct {
	enum reason code;
	const char *text;
} misfits[] = {
	[NOT_VOLATILE] = { REASON_NO_WINDOW, "the host has no window for volatile CXL memory" },
	[ELSEWHERE] = { REASON_NO_WINDOW,
			"no window for volatile memory leads to these memory devices" },
	[LOCKED] = { REASON_LOCKED_DECODER, "the root decoder of their window is locked" },
	[BAD_WAYS] = { REASON_BAD_INTERLEAVE,
		       "their window does not interleave over that number of memory devices" },
	[BAD_GRANULARITY] = { REASON_BAD_INTERLEAVE,
			      "their window does not interleave with that granularity" },
	[NO_ADDRESSES] = { REASON_NO_ROOM, "their window has no range of addresses of that size" },
};

static bool leads_to(const struct cxl_decoder *root, const struct cxl_memdev *memdev)
{
	for (size_t i = 0; i < root->bridges.n; i++)
		if (is_below(memdev->path, root->bridges.items[i]))
			return true;
	return false;
}

/* Position I is behind host bridge I of the window, in turn: sort the memory devices like that. */
static bool put_into_order(struct shape *s, const struct cxl_decoder *root)
{
	for (size_t i = 0; i < s->ways; i++) {
		const char *bridge = root->bridges.items[i % root->bridges.n];
		struct member swap = s->members[i];
		size_t k = i;

		while (k < s->ways && !is_below(s->members[k].memdev->path, bridge))
			k++;
		if (k == s->ways)
			return false;
		s->members[i] = s->members[k];
		s->members[k] = swap;
	}
	return true;
}

static bool has_ways(const struct cxl_decoder *root, size_t ways)
{
	return is_known(&root->ways) && root->ways.v && root->bridges.n == root->ways.v &&
	       ways % root->ways.v == 0 && is_power_of_two(ways / root->ways.v);
}

/* Host bridges that are interleaved determine the granularity. */
static bool has_granularity(const struct cxl_decoder *root, uint64_t granularity)
{
	return granularity >= GRANULARITY_MIN && granularity <= GRANULARITY_MAX &&
	       (root->ways.v == 1 ||
		(is_known(&root->granularity) && root->granularity.v == granularity));
}

/* The kernel takes the lowest free range. */
static int has_addresses(const struct cxl_bus *bus, const struct cxl_decoder *root, struct shape *s,
			 bool *ret)
{
	_cleanup_(range_list_done) struct range_list free = { 0 };
	int r;

	*ret = false;
	if (!is_known(&root->start) || !is_known(&root->size) || !root->size.v)
		return 0;
	r = range_list_add(&free, root->start.v, root->start.v + root->size.v - 1);
	for (size_t i = 0; r == 0 && i < bus->n_regions; i++) {
		const struct cxl_region *region = &bus->regions[i];
		struct range taken = { region->start.v, region->start.v + region->size.v - 1 };

		if (streq(region->root, root->name) && is_known(&region->size) && region->size.v)
			r = range_list_subtract(&free, &taken);
	}
	for (size_t i = 0; r == 0 && i < free.n && !*ret; i++)
		*ret = range_list_inside(free.items[i].start, free.items[i].end, CXL_UNIT,
					 &s->start) >= s->size;
	return r;
}

/* Return: an enum misfit; -ENOMEM. */
static int check_root(const struct cxl_bus *bus, const struct daxbus_request *request,
		      struct shape *s, const struct cxl_decoder *root)
{
	uint64_t granularity = request->granularity;
	bool fits;
	int r;

	if (!is_known(&root->ram) || !root->ram.v || root->next.is != DAXBUS_KNOWN)
		return NOT_VOLATILE;
	for (size_t i = 0; i < s->ways; i++)
		if (!leads_to(root, s->members[i].memdev))
			return ELSEWHERE;
	if (is_known(&root->locked) && root->locked.v)
		return LOCKED;
	if (!has_ways(root, s->ways) || !put_into_order(s, root))
		return BAD_WAYS;
	if (!granularity)
		granularity = is_known(&root->granularity) ? root->granularity.v : GRANULARITY_MIN;
	if (!has_granularity(root, granularity))
		return BAD_GRANULARITY;
	r = has_addresses(bus, root, s, &fits);
	if (r < 0)
		return r;
	s->granularity = granularity;
	return fits ? FITS : NO_ADDRESSES;
}

/* The first root decoder that can take it. Return: the best enum misfit; -ENOMEM. */
static int find_root(const struct cxl_bus *bus, const struct daxbus_request *request,
		     struct shape *s)
{
	int best = NOT_VOLATILE;

	for (size_t i = 0; best != FITS && i < bus->n_decoders; i++) {
		const struct cxl_decoder *root = &bus->decoders[i];
		int r = root->kind == CXL_ROOT ? check_root(bus, request, s, root) : NOT_VOLATILE;

		if (r < 0)
			return r;
		if (r == FITS)
			s->root = root;
		if (r > best)
			best = r;
	}
	return best;
}

static int choose_root(struct plan_builder *p, struct shape *s)
{
	int r = find_root(&p->facts->cxl, p->request, s);

	return r < 0 || r == FITS ? (r < 0 ? r : 0)
				  : builder_refuse(p, misfits[r].code, "%s", misfits[r].text);
}

/* Whether a decoder is one of a port that leads to a memory device, or one of its own. */
static bool is_on_path(const struct shape *s, const struct cxl_decoder *d)
{
	for (size_t i = 0; i < s->ways; i++)
		if (d->kind != CXL_ROOT && (streq(s->members[i].decoder->path, d->path) ||
					    is_below(s->members[i].decoder->path, d->path)))
			return true;
	return false;
}

/* The decoders of a port are in order of address, and the kernel uses the first free one. */
static int guard_addresses(struct plan_builder *p, const struct shape *s)
{
	const struct cxl_bus *bus = &p->facts->cxl;

	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];
		const struct cxl_region *other =
			d->region.is == DAXBUS_KNOWN ? cxl_bus_region(bus, d->region.v) : NULL;

		if (other && is_on_path(s, d) && is_known(&other->start) &&
		    other->start.v > s->start)
			return builder_refuse(p, REASON_DECODER_ORDER,
					      "the free addresses are below those of %s, which "
					      "uses %s on the way to its memory devices",
					      other->name, d->name);
	}
	return 0;
}

/* --- create ----------------------------------------------------------------------------------- */

/* The number of the region is that of the device. */
static int guard_name(struct plan_builder *p, const struct shape *s)
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

static int add_members(struct plan_builder *p, const struct shape *s, const char *region)
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

static int add_region_steps(struct plan_builder *p, const struct shape *s, bool load)
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
	struct shape s = { 0 };
	bool load = false;
	int r = find_members(p, &s) ?: choose_size(p, &s) ?: guard_ports(p, &s) ?: choose_root(p, &s)
							      ?: guard_addresses(p, &s);

	if (r == 0)
		r = guard_name(p, &s) ?: guard_dax_driver(p, &load);
	return r ?: add_region_steps(p, &s, load) ?: steps_reset(p);
}

/* --- the device ------------------------------------------------------------------------------- */

/* The next region of the window that the plan is going to choose; 0 if there is none. */
static int next_region(const struct cxl_bus *bus, const struct daxbus_request *request,
		       uint64_t *ret)
{
	struct shape s = { .size = request->size };
	int r;

	*ret = 0;
	for (; s.ways < request->memdevs.n && s.ways < WAYS_MAX; s.ways++) {
		s.members[s.ways].memdev = cxl_bus_memdev(bus, request->memdevs.items[s.ways]);
		if (!s.members[s.ways].memdev)
			return 0;
	}
	if (!s.size)
		s.size = CXL_UNIT * s.ways;
	r = find_root(bus, request, &s);
	if (r == FITS && parse_numbered(s.root->next.v, "region", ret) < 0)
		*ret = 0;
	return r < 0 ? r : 0;
}

struct device *plan_cxl_add_device(struct daxbus_snapshot *s, const struct cxl_bus *bus,
				   const struct daxbus_request *request)
{
	struct region *region = snapshot_add_region(s);
	struct device *d = region ? snapshot_add_device(s, region) : NULL;
	uint64_t id;

	if (!d || next_region(bus, request, &id) < 0)
		return NULL;
	region->id = d->region_id = known(id);
	region->path.is = DAXBUS_UNKNOWN;
	region->size = region->target_node = unknown();
	d->object.snapshot = s;
	if (string_format(&d->name.v, "dax%" PRIu64 ".0", id) < 0)
		return NULL;
	d->name.is = DAXBUS_KNOWN;
	d->size = known(0);
	d->target_node = d->align = d->numa_node = d->major = d->minor = d->memmap_on_memory =
		unknown();
	d->flags.is = DAXBUS_KNOWN;
	return snapshot_str_set(&region->provider, "cxl") < 0 ||
			       snapshot_str_set(&d->provider, "cxl") < 0
		       ? NULL
		       : d;
}
