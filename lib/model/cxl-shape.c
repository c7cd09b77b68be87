/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/cxl-shape.h"

#include <string.h>

static int misfit(struct cxl_misfit_of *ret, enum cxl_misfit is, const struct cxl_memdev *memdev,
		  const struct cxl_decoder *decoder)
{
	*ret = (struct cxl_misfit_of){ .is = is, .memdev = memdev, .decoder = decoder };
	return is != CXL_FITS;
}

static bool is_below(const char *path, const char *parent)
{
	size_t length = strlen(parent);

	return strncmp(path, parent, length) == 0 && path[length] == '/';
}

/* --- memory devices --------------------------------------------------------------------------- */

/* Whether memory or a place was given to it, and the hardware does not decode with it. */
static bool is_uncommitted(const struct cxl_bus *bus, const struct cxl_decoder *d)
{
	const struct cxl_region *region;

	if (known_as(&d->region, ""))
		return d->kind == CXL_ENDPOINT && is_known(&d->dpa_size) && d->dpa_size.v;
	region = d->region.is == DAXBUS_KNOWN ? cxl_bus_region(bus, d->region.v) : NULL;
	return region && is_known(&region->commit) && !region->commit.v;
}

/* The decoders are used in order. @ret_before: the last one that is used, or NULL */
static const struct cxl_decoder *next_decoder(const struct cxl_bus *bus,
					      const struct cxl_memdev *memdev,
					      const struct cxl_decoder **ret_before)
{
	const struct cxl_decoder *next = NULL;

	*ret_before = NULL;
	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (!cxl_decoder_is_of(d, memdev))
			continue;
		if (cxl_decoder_is_used(d)) {
			*ret_before = d;
			next = NULL;
		} else if (!next) {
			next = d;
		}
	}
	return next;
}

/* Unknown if the use of one of its decoders is. */
static struct opt_u64 room_of(const struct cxl_bus *bus, const struct cxl_memdev *memdev)
{
	struct opt_u64 used = cxl_bus_allocated(bus, memdev);

	if (!is_known(&memdev->ram) || !is_known(&used))
		return unknown();
	return known(used.v < memdev->ram.v ? memdev->ram.v - used.v : 0);
}

/* Return: 1 for a misfit; 0. */
static int fit_member(const struct cxl_bus *bus, struct cxl_member *m, uint64_t *ret_room,
		      struct cxl_misfit_of *ret)
{
	const struct cxl_decoder *before;
	struct opt_u64 room;

	if (!is_known(&m->memdev->ram) || !m->memdev->ram.v)
		return misfit(ret, CXL_NO_VOLATILE, m->memdev, NULL);
	m->decoder = next_decoder(bus, m->memdev, &before);
	if (!m->decoder)
		return misfit(ret, CXL_ALL_USED, m->memdev, NULL);
	if (is_known(&m->decoder->locked) && m->decoder->locked.v)
		return misfit(ret, CXL_LOCKED, m->memdev, m->decoder);
	room = room_of(bus, m->memdev);
	if (!is_known(&room))
		return misfit(ret, CXL_UNKNOWN_USE, m->memdev, NULL);
	*ret_room = room.v;
	return 0;
}

/* The room of a region is that of the memory device that has the least. */
static int fit_members(const struct cxl_bus *bus, struct cxl_shape *s, struct cxl_misfit_of *ret)
{
	uint64_t least = UINT64_MAX, unit = CXL_UNIT * s->ways;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->ways; i++) {
		uint64_t room = 0;

		r = fit_member(bus, &s->members[i], &room, ret);
		if (room < least)
			least = room;
	}
	if (r)
		return r;
	s->room = least / CXL_UNIT * unit;
	if (!s->size)
		s->size = s->room;
	if (s->size % unit)
		return misfit(ret, CXL_BAD_SIZE, NULL, NULL);
	return s->size > s->room || !s->size ? misfit(ret, CXL_NO_MEMORY, NULL, NULL) : 0;
}

/* The kernel commits the decoders of a memory device in order. */
static int fit_order(const struct cxl_bus *bus, const struct cxl_member *m,
		     struct cxl_misfit_of *ret)
{
	const struct cxl_decoder *before;

	next_decoder(bus, m->memdev, &before);
	return before && is_uncommitted(bus, before)
		       ? misfit(ret, CXL_UNCOMMITTED, m->memdev, before)
		       : 0;
}

/* --- ports ------------------------------------------------------------------------------------ */

/*
 * The kernel takes the first free decoder of a port, takes none as long as one behind it is used,
 * and commits them in order.
 */
static int fit_port(const struct cxl_bus *bus, const struct cxl_member *m,
		    const struct cxl_decoder *of_port, struct cxl_misfit_of *ret)
{
	const struct cxl_decoder *free = NULL, *before = NULL;

	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];
		bool is_free = known_as(&d->region, "");

		if (d->kind != CXL_SWITCH || d->port != of_port->port)
			continue;
		if (free && !is_free)
			return misfit(ret, CXL_PORT_HOLE, m->memdev, d);
		if (!free && is_free)
			free = d;
		else if (!is_free)
			before = d;
	}
	if (!free)
		return misfit(ret, CXL_PORT_USED, m->memdev, of_port);
	return before && is_uncommitted(bus, before)
		       ? misfit(ret, CXL_PORT_UNCOMMITTED, m->memdev, before)
		       : 0;
}

/* Each port between the root and the memory device needs a decoder, too. */
static int fit_path(const struct cxl_bus *bus, const struct cxl_member *m,
		    struct cxl_misfit_of *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (d->kind == CXL_SWITCH && d->id == 0 && is_below(m->decoder->path, d->path))
			r = fit_port(bus, m, d, ret);
	}
	return r;
}

static int fit_paths(const struct cxl_bus *bus, const struct cxl_shape *s,
		     struct cxl_misfit_of *ret)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->ways; i++)
		r = fit_order(bus, &s->members[i], ret) ?: fit_path(bus, &s->members[i], ret);
	return r;
}

/* --- the window ------------------------------------------------------------------------------- */

static bool leads_to(const struct cxl_decoder *root, const struct cxl_memdev *memdev)
{
	for (size_t i = 0; i < root->bridges.n; i++)
		if (is_below(memdev->path, root->bridges.items[i]))
			return true;
	return false;
}

/*
 * Position I is behind host bridge I of the window, in turn: sort the memory devices like that, and
 * otherwise leave them in their order.
 */
static bool put_into_order(struct cxl_shape *s, const struct cxl_decoder *root)
{
	for (size_t i = 0; i < s->ways; i++) {
		const char *bridge = root->bridges.items[i % root->bridges.n];
		struct cxl_member found;
		size_t k = i;

		while (k < s->ways && !is_below(s->members[k].memdev->path, bridge))
			k++;
		if (k == s->ways)
			return false;
		found = s->members[k];
		memmove(&s->members[i + 1], &s->members[i], (k - i) * sizeof(found));
		s->members[i] = found;
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
	return granularity >= CXL_GRANULARITY_MIN && granularity <= CXL_GRANULARITY_MAX &&
	       (root->ways.v == 1 ||
		(is_known(&root->granularity) && root->granularity.v == granularity));
}

/* The kernel takes the lowest free range. */
static int find_addresses(const struct cxl_bus *bus, const struct cxl_decoder *root,
			  struct cxl_shape *s, bool *ret)
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

		if (streq(region->root, root->name) && is_known(&region->start) &&
		    is_known(&region->size) && region->size.v)
			r = range_list_subtract(&free, &taken);
	}
	for (size_t i = 0; r == 0 && i < free.n && !*ret; i++)
		*ret = range_list_inside(free.items[i].start, free.items[i].end, CXL_UNIT,
					 &s->start) >= s->size;
	return r;
}

static enum cxl_misfit fit_root(const struct cxl_decoder *root, struct cxl_shape *s)
{
	if (root->kind != CXL_ROOT || !is_known(&root->ram) || !root->ram.v ||
	    root->next.is != DAXBUS_KNOWN)
		return CXL_NO_WINDOW;
	for (size_t i = 0; i < s->ways; i++)
		if (!leads_to(root, s->members[i].memdev))
			return CXL_ELSEWHERE;
	if (is_known(&root->locked) && root->locked.v)
		return CXL_ROOT_LOCKED;
	if (!has_ways(root, s->ways) || !put_into_order(s, root))
		return CXL_BAD_WAYS;
	if (!s->granularity)
		s->granularity =
			is_known(&root->granularity) ? root->granularity.v : CXL_GRANULARITY_MIN;
	s->root = root;
	return has_granularity(root, s->granularity) ? CXL_FITS : CXL_BAD_GRANULARITY;
}

int cxl_shape_find_root(const struct cxl_bus *bus, struct cxl_shape *s, enum cxl_misfit *ret)
{
	enum cxl_misfit best = CXL_NO_WINDOW;

	for (size_t i = 0; best != CXL_FITS && i < bus->n_decoders; i++) {
		struct cxl_shape with = *s;
		enum cxl_misfit is = fit_root(&bus->decoders[i], &with);
		bool found = true;
		int r = is == CXL_FITS ? find_addresses(bus, with.root, &with, &found) : 0;

		if (r < 0)
			return r;
		if (!found)
			is = CXL_NO_ADDRESSES;
		if (is == CXL_FITS)
			*s = with;
		if (is == CXL_FITS || is > best)
			best = is;
	}
	*ret = best;
	return 0;
}

/* Whether a decoder is one of a port that leads to a memory device, or one of its own. */
static bool is_on_path(const struct cxl_shape *s, const struct cxl_decoder *d)
{
	for (size_t i = 0; i < s->ways; i++)
		if (d->kind != CXL_ROOT && (streq(s->members[i].decoder->path, d->path) ||
					    is_below(s->members[i].decoder->path, d->path)))
			return true;
	return false;
}

/* The decoders of a port are in order of address, and the kernel uses the first free one. */
static int fit_addresses(const struct cxl_bus *bus, const struct cxl_shape *s,
			 struct cxl_misfit_of *ret)
{
	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];
		const struct cxl_region *other =
			d->region.is == DAXBUS_KNOWN ? cxl_bus_region(bus, d->region.v) : NULL;

		if (!other || !is_on_path(s, d) || !is_known(&other->start) ||
		    other->start.v <= s->start)
			continue;
		misfit(ret, CXL_BAD_ORDER, NULL, d);
		ret->region = other;
		return 1;
	}
	return 0;
}

int cxl_shape_fit(const struct cxl_bus *bus, struct cxl_shape *s, struct cxl_misfit_of *ret)
{
	enum cxl_misfit of_root = CXL_FITS;
	int r;

	if (fit_members(bus, s, ret) || fit_paths(bus, s, ret))
		return 0;
	r = cxl_shape_find_root(bus, s, &of_root);
	if (r < 0 || misfit(ret, of_root, NULL, NULL))
		return r;
	fit_addresses(bus, s, ret);
	return 0;
}

/* --- what a memory device has left ------------------------------------------------------------ */

static bool is_member(const struct cxl_shape *s, const struct cxl_memdev *memdev)
{
	for (size_t i = 0; i < s->ways; i++)
		if (s->members[i].memdev == memdev)
			return true;
	return false;
}

/* Add a memory device behind @bridge that has memory and decoders left. Return: 1; 0 if none has.
 */
static int add_member(const struct cxl_bus *bus, struct cxl_shape *s, const char *bridge)
{
	for (size_t i = 0; i < bus->n_memdevs; i++) {
		struct cxl_misfit_of ignored;
		struct cxl_shape one = { .members = { { .memdev = &bus->memdevs[i] } }, .ways = 1 };

		if (!is_below(bus->memdevs[i].path, bridge) || is_member(s, &bus->memdevs[i]) ||
		    fit_members(bus, &one, &ignored) || fit_paths(bus, &one, &ignored))
			continue;
		s->members[s->ways++] = one.members[0];
		return 1;
	}
	return 0;
}

/* Choose @ways memory devices for a region in this window, the first of which is in @s already. */
static bool add_members(const struct cxl_bus *bus, const struct cxl_decoder *root, size_t ways,
			struct cxl_shape *s)
{
	bool passed = false;

	for (size_t i = 0; i < ways; i++) {
		const char *bridge = root->bridges.items[i % root->bridges.n];

		/* Its own place is the first one behind its host bridge. */
		if (!passed && is_below(s->members[0].memdev->path, bridge))
			passed = true;
		else if (!add_member(bus, s, bridge))
			return false;
	}
	return passed;
}

/* Whether a region of the smallest size is possible in this window. Return: 1; 0; -ENOMEM. */
static int has_shape(const struct cxl_bus *bus, const struct cxl_memdev *memdev,
		     const struct cxl_decoder *root, size_t ways)
{
	struct cxl_shape s = { .members = { { .memdev = memdev } },
			       .ways = 1,
			       .size = CXL_UNIT * ways };
	struct cxl_misfit_of misfit_of;
	int r;

	if (root->kind != CXL_ROOT || !root->bridges.n || !has_ways(root, ways) ||
	    !add_members(bus, root, ways, &s))
		return 0;
	r = cxl_shape_fit(bus, &s, &misfit_of);
	return r < 0 ? r : misfit_of.is == CXL_FITS;
}

static int find_ways(const struct cxl_bus *bus, const struct cxl_memdev *memdev, uint32_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < bus->n_decoders; i++)
		for (size_t ways = 1; ways <= CXL_WAYS_MAX; ways++) {
			int r = has_shape(bus, memdev, &bus->decoders[i], ways);

			if (r < 0)
				return r;
			*ret |= (uint32_t)r << ways;
		}
	return 0;
}

int cxl_shape_of_memdev(const struct cxl_bus *bus, const struct cxl_memdev *memdev,
			struct opt_u64 *ret_room, uint64_t *ret_decoders, uint32_t *ret_ways)
{
	const struct cxl_decoder *before, *next = next_decoder(bus, memdev, &before);

	*ret_room = room_of(bus, memdev);
	*ret_decoders = 0;
	for (size_t i = 0; next && i < bus->n_decoders; i++)
		*ret_decoders += cxl_decoder_is_of(&bus->decoders[i], memdev) &&
				 bus->decoders[i].id >= next->id;
	return find_ways(bus, memdev, ret_ways);
}
