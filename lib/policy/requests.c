/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy/requests.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"

struct making {
	const struct match *match;
	const struct daxbus_request *how;
	struct policy_requests *ret;
};

static int add_request(struct making *m, const struct match_device *of,
		       struct policy_request request)
{
	request.device = of->device ? of->device->name.v : NULL;
	snprintf(request.region, sizeof(request.region), "region%" PRIu64, of->region->id.v);
	return ARRAY_PUSH(m->ret->items, m->ret->n, request);
}

/* --- mode ------------------------------------------------------------------------------------- */

static void set_kmem(const struct policy_section *section, struct daxbus_request *request)
{
	request->online = policy_section_online(section);
	request->memmap_on_memory = (enum choice)section->values[POLICY_KEY_MEMMAP].number;
}

static int add_mode(struct making *m, const struct match_device *of)
{
	struct policy_request new = { .request = *m->how };
	enum mode mode;

	if (!policy_section_mode(of->section, &mode))
		return 0;
	new.request.action = DAXBUS_RECONFIGURE;
	new.request.mode = mode;
	if (mode == MODE_KMEM)
		set_kmem(of->section, &new.request);
	if (mode == MODE_NONE) {
		new.request.action = DAXBUS_UNBIND;
		new.request.takes_offline = true;
	}
	return add_request(m, of, new);
}

/* --- shape ------------------------------------------------------------------------------------ */

/* The size that is wanted; 0: any. */
static uint64_t wanted_size(const struct policy_section *section)
{
	return section->ranges.n ? range_list_bytes(&section->ranges)
				 : section->values[POLICY_KEY_SIZE].number;
}

static bool is_smaller(const struct match_device *of)
{
	uint64_t wanted = wanted_size(of->section);

	return wanted && is_known(&of->device->size) && wanted < of->device->size.v;
}

static bool is_larger(const struct match_device *of)
{
	uint64_t wanted = wanted_size(of->section);

	return wanted && is_known(&of->device->size) && wanted > of->device->size.v;
}

static bool is_aligned_otherwise(const struct match_device *of)
{
	uint64_t wanted = of->section->values[POLICY_KEY_ALIGN].number;

	return wanted && is_known(&of->device->align) && wanted != of->device->align.v;
}

static int add_resize(struct making *m, const struct match_device *of)
{
	struct policy_request new = { .request = *m->how };

	new.request.action = DAXBUS_RESIZE;
	if (is_smaller(of) || is_larger(of))
		new.request.size = wanted_size(of->section);
	if (is_aligned_otherwise(of))
		new.request.align = of->section->values[POLICY_KEY_ALIGN].number;
	return add_request(m, of, new);
}

static int add_create(struct making *m, const struct match_device *of, bool needs_room)
{
	struct policy_request new = { .request = *m->how, .needs_room = needs_room };
	struct daxbus_request *request = &new.request;
	enum mode mode = MODE_DEVDAX;

	policy_section_mode(of->section, &mode);
	request->action = DAXBUS_CREATE;
	request->mode = mode;
	request->align = of->section->values[POLICY_KEY_ALIGN].number;
	request->layout = of->section->ranges;
	if (!of->section->ranges.n)
		request->size = wanted_size(of->section);
	if (mode == MODE_KMEM)
		set_kmem(of->section, request);
	return add_request(m, of, new);
}

/* --- in order --------------------------------------------------------------------------------- */

enum pass {
	PASS_SMALLER,
	PASS_CREATE,
	PASS_LARGER,
	PASS_MAX,
};

/* A device that leaves kmem can be resized without taking its memory offline again. */
static int add_existing(struct making *m, const struct match_device *of, bool resize)
{
	enum mode mode = MODE_NONE;
	bool has_mode = policy_section_mode(of->section, &mode);
	int r = 0;

	if (has_mode && mode != MODE_KMEM)
		r = add_mode(m, of);
	if (r == 0 && resize)
		r = add_resize(m, of);
	if (r == 0 && has_mode && mode == MODE_KMEM)
		r = add_mode(m, of);
	return r;
}

static int add_pass(struct making *m, const struct match_device *of, enum pass pass,
		    bool needs_room)
{
	bool resize;

	if (!of->section)
		return 0;
	if (!of->device)
		return pass == PASS_CREATE ? add_create(m, of, needs_room) : 0;
	if (pass != (is_larger(of) ? PASS_LARGER : PASS_SMALLER))
		return 0;
	resize = is_smaller(of) || is_larger(of) || is_aligned_otherwise(of);
	return add_existing(m, of, resize);
}

static bool makes_room(const struct match *match, const struct region *region)
{
	for (size_t i = 0; i < match->n_devices; i++) {
		const struct match_device *of = &match->devices[i];

		if (of->region == region && of->device && of->section && is_smaller(of))
			return true;
	}
	return false;
}

/* The end of the devices of the region that the one at @i is in. */
static size_t end_of_region(const struct match *match, size_t i)
{
	const struct region *region = match->devices[i].region;

	while (i < match->n_devices && match->devices[i].region == region)
		i++;
	return i;
}

/* A device that only changes its mode is of use whatever becomes of the others. */
static void mark_together(struct policy_requests *requests, size_t first)
{
	bool shapes = false;

	for (size_t i = first; i < requests->n; i++)
		shapes |= requests->items[i].request.action == DAXBUS_RESIZE ||
			  requests->items[i].request.action == DAXBUS_CREATE;
	for (size_t i = first; i < requests->n; i++)
		requests->items[i].together = shapes;
}

static int add_requests_in(struct making *m, size_t first, size_t end)
{
	bool room = makes_room(m->match, m->match->devices[first].region);
	size_t n_before = m->ret->n;
	int r = 0;

	for (enum pass pass = PASS_SMALLER; r == 0 && pass < PASS_MAX; pass++)
		for (size_t i = first; r == 0 && i < end; i++)
			r = add_pass(m, &m->match->devices[i], pass, room);
	mark_together(m->ret, n_before);
	return r;
}

int policy_requests_make(const struct match *match, const struct daxbus_request *how,
			 struct policy_requests *ret)
{
	struct policy_requests requests = { 0 };
	struct making m = { match, how, &requests };
	int r = 0;

	for (size_t i = 0, end; r == 0 && i < match->n_devices; i = end) {
		end = end_of_region(match, i);
		r = add_requests_in(&m, i, end);
	}
	if (r < 0) {
		policy_requests_done(&requests);
		return r;
	}
	*ret = requests;
	return 0;
}

void policy_requests_done(struct policy_requests *requests)
{
	free(requests->items);
	*requests = (struct policy_requests){ 0 };
}
