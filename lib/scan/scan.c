/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scan/scan.h"

#include <errno.h>

#include "model/fields.h"
#include "model/identity.h"
#include "model/range-list.h"
#include "parsers/iomem.h"
#include "scan/bus.h"
#include "scan/cxl-space.h"
#include "scan/flags.h"
#include "scan/free-space.h"
#include "scan/nd-region.h"
#include "scan/orphan.h"
#include "scan/provider.h"
#include "scan/unsafe.h"

/* An empty list of blocks must not look like the answer where it is none. */
static int note_unknown_blocks(struct sysfs *fs, struct daxbus_snapshot *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_devices; i++)
		n += s->devices[i]->ranges == DAXBUS_UNKNOWN;
	if (!n)
		return 0;
	return bus_note(
		s, "the memory blocks of %zu device%s are unknown: where %s cannot be read (%s)", n,
		plural(n), n == 1 ? "it is" : "they are",
		sysfs_is_live(fs) ? "root can" : "the tree was not captured by root");
}

/* Of memory that two devices seem to have, only the real one gets the word. */
static int set_identities(struct daxbus_snapshot *s)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_regions; i++)
		r = identity_set_region(s->regions[i]);
	for (size_t i = 0; r == 0 && i < s->n_devices; i++) {
		struct device *d = s->devices[i];

		if (flags_is_phantom(s, d))
			d->region->identity.is = d->identity.is = DAXBUS_NONE;
		else
			r = identity_set_device(d);
	}
	return r;
}

/* What looks free in a region may be held all the same. */
static int read_iomem(struct sysfs *fs, struct opt_str *ret)
{
	_cleanup_(range_list_done) struct range_list nothing = { 0 };
	int r = sysfs_read_proc(fs, &ret->v, "iomem");

	/* It reads as zeros for who may not see addresses. */
	if (r == 0)
		r = iomem_subtract_held(ret->v, &nothing);
	ret->is = r < 0 ? DAXBUS_UNKNOWN : DAXBUS_KNOWN;
	return r == -ENOMEM ? r : 0;
}

int scan_take(struct sysfs *fs, const struct log *log, const struct selectors *selection,
	      unsigned int needs, struct daxbus_snapshot **ret, struct daxbus_error *err)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	int r;

	needs |= selectors_needs(selection);
	if (!selectors_may_have_orphans(selection))
		needs &= ~(unsigned int)NEED_ORPHANS;
	if (selectors_has_range(selection))
		needs |= NEED_RANGES;
	needs = bus_close_needs(needs);
	r = bus_read(fs, log, selection, needs, &s, err);
	if (r < 0)
		return r;
	r = provider_describe(fs, log, s, needs);
	if (r == 0 && (needs & UNSAFE_NEEDS) == UNSAFE_NEEDS)
		r = unsafe_name_commands(s);
	if (r == 0 && needs & NEED_START)
		r = free_space_read(fs, s, needs & NEED_FREE);
	if (r == 0 && needs & (NEED_IOMEM | NEED_ORPHANS))
		r = read_iomem(fs, &s->iomem);
	if (r == 0 && needs & NEED_ORPHANS)
		r = orphan_read(fs, selection, s);
	if (r == 0 && needs & NEED_ND)
		r = nd_region_add_all(fs, s);
	if (r == 0 && needs & NEED_IDENTITY)
		r = set_identities(s);
	if (r == 0 && needs & NEED_CXL_SPACE)
		r = cxl_space_add_all(fs, s);
	if (r < 0)
		return error_oom(err);
	r = selectors_check_names(selection, s, err);
	if (r == -ENOENT)
		orphan_explain(fs, selection, s, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < s->n_devices; i++)
		s->devices[i]->selected = selectors_has(selection, s->devices[i]);
	for (size_t i = 0; i < s->n_regions; i++)
		if (s->regions[i]->is_nd || s->regions[i]->is_cxl)
			s->regions[i]->selected = selectors_has_region(selection, s->regions[i]);
	s->needs = needs;
	snapshot_finish(s);
	if (needs & NEED_BLOCKS && note_unknown_blocks(fs, s) < 0)
		return error_oom(err);
	*ret = TAKE_PTR(s);
	return 0;
}
