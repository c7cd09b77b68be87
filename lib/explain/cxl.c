/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "base/string.h"
#include "explain/check.h"
#include "model/cxl-shape.h"

/* --- regions without a device ----------------------------------------------------------------- */

static bool is_with_device(const struct explain_input *in, const struct cxl_region *region)
{
	for (size_t i = 0; i < in->s->n_regions; i++) {
		const struct region *r = in->s->regions[i];
		_cleanup_free_ char *name = NULL;

		if (!known_as(&r->provider, "cxl") || !r->n_devices || !is_known(&r->id))
			continue;
		if (string_format(&name, "region%" PRIu64, r->id.v) == 0 &&
		    streq(name, region->name))
			return true;
	}
	return false;
}

static void add_cxl_file(struct causes *causes, const char *name, const char *attribute,
			 const struct opt_u64 *value)
{
	_cleanup_free_ char *path = NULL, *text = NULL;

	if (string_format(&path, CXL_DEVICES "/%s/%s", name, attribute) < 0 ||
	    (is_known(value) && string_format(&text, "%" PRIu64, value->v) < 0)) {
		causes->failed = true;
		return;
	}
	cause_add_evidence(causes, path, 0, text);
}

static void add_lock(const struct explain_input *in, const struct cxl_region *region,
		     struct causes *causes)
{
	const struct cxl_decoder *decoder;
	struct opt_u64 locked = cxl_bus_is_locked(&in->around->cxl, region, &decoder);

	if (!is_known(&locked) || !locked.v)
		return;
	add_cxl_file(causes, decoder ? decoder->name : region->name, "locked", &locked);
	cause_set_next(causes, "Change the CXL settings of firmware: the hardware keeps a locked "
			       "decoder until reset.");
}

static void add_inactive_region(const struct explain_input *in, const struct cxl_region *region,
				struct causes *causes)
{
	bool committed = is_known(&region->commit) && region->commit.v;

	if (region->bound && committed)
		return;
	cause_add(causes, CAUSE_CXL_REGION, region->name, "the CXL region %s has no device: %s",
		  region->name,
		  committed ? "it has no driver, because it was disabled"
			    : "it is not committed, so that no memory is behind it");
	if (committed)
		cause_set_next(causes, "Run 'cxl enable-region %s', or 'daxbus destroy %s'.",
			       region->name, region->name);
	if (committed)
		add_cxl_file(causes, region->name, "driver", &(struct opt_u64){ 0 });
	else
		add_cxl_file(causes, region->name, "commit", &region->commit);
	add_lock(in, region, causes);
}

void explain_cxl_region(const struct explain_input *in, struct causes *causes)
{
	const struct cxl_bus *bus = &in->around->cxl;

	for (size_t i = 0; in->everything && i < bus->n_regions; i++) {
		const struct cxl_region *region = &bus->regions[i];

		/* Of persistent memory, the kernel makes a region of the nd bus. */
		if (is_known(&region->commit) && !is_with_device(in, region) &&
		    (region->mode.is != DAXBUS_KNOWN || streq(region->mode.v, "ram")))
			add_inactive_region(in, region, causes);
	}
}

/* --- memory devices without a region ---------------------------------------------------------- */

static bool is_used(const struct cxl_bus *bus, const struct cxl_memdev *memdev)
{
	for (size_t i = 0; i < bus->n_decoders; i++) {
		const struct cxl_decoder *d = &bus->decoders[i];

		if (d->memdev && streq(d->memdev, memdev->name) && cxl_decoder_is_used(d))
			return true;
	}
	return false;
}

/* Why no region can be created; NULL: one can. */
static const char *why_not(const struct cxl_misfit_of *misfit)
{
	switch (misfit->is) {
	case CXL_FITS:
		return NULL;
	case CXL_LOCKED:
	case CXL_ROOT_LOCKED:
		return "its decoder is locked";
	case CXL_ALL_USED:
	case CXL_PORT_USED:
		return "no decoder is free";
	case CXL_UNCOMMITTED:
	case CXL_PORT_UNCOMMITTED:
		return "a decoder before it is not committed";
	case CXL_PORT_HOLE:
		return "the kernel allocates no decoder behind a free one";
	case CXL_NO_ADDRESSES:
		return "the window of addresses is full";
	case CXL_NO_WINDOW:
	case CXL_ELSEWHERE:
		return "firmware has no window of addresses (CFMWS) for it";
	default:
		return "its memory, ways or granularity do not fit any window";
	}
}

static void add_card(const struct explain_input *in, const struct cxl_memdev *memdev,
		     struct causes *causes)
{
	struct cxl_shape shape = { .ways = 1, .members[0].memdev = memdev };
	struct cxl_misfit_of misfit = { .is = CXL_FITS };
	const char *why;

	if (cxl_shape_fit(&in->around->cxl, &shape, &misfit) < 0) {
		causes->failed = true;
		return;
	}
	why = why_not(&misfit);
	cause_add(causes, CAUSE_CXL_CARD, memdev->name,
		  "the memory device %s has volatile memory, but no CXL region: %s", memdev->name,
		  why ?: "firmware created none, and nobody else did");
	if (misfit.decoder && (misfit.is == CXL_LOCKED || misfit.is == CXL_ROOT_LOCKED))
		add_cxl_file(causes, misfit.decoder->name, "locked", &misfit.decoder->locked);
	add_cxl_file(causes, memdev->name, "ram/size", &memdev->ram);
	if (why)
		cause_set_next(causes,
			       "See 'daxbus create --memdev=%s --dry-run' for the rest of "
			       "the reason.",
			       memdev->name);
}

void explain_cxl_card(const struct explain_input *in, struct causes *causes)
{
	const struct cxl_bus *bus = &in->around->cxl;

	for (size_t i = 0; in->everything && i < bus->n_memdevs; i++) {
		const struct cxl_memdev *memdev = &bus->memdevs[i];

		if (is_known(&memdev->ram) && memdev->ram.v && !is_used(bus, memdev))
			add_card(in, memdev, causes);
	}
}
