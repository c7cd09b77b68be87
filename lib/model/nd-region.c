/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/nd-region.h"

#include "base/array.h"

void nd_region_namespace_done(struct nd_namespace *space)
{
	free(space->name);
	free(space->uuid.v);
	free(space->mode.v);
	free(space->holder.v);
	free(space->block);
}

void nd_region_done(struct nd_region *region)
{
	ARRAY_FREE(region->spaces, region->n_spaces, nd_region_namespace_done);
	free(region->name);
	free(region->seed.v);
	free(region->dax_seed.v);
	opt_strv_done(&region->alignments);
	*region = (struct nd_region){ 0 };
}

const struct nd_namespace *nd_region_namespace(const struct nd_region *region, const char *name)
{
	for (size_t i = 0; i < region->n_spaces; i++)
		if (streq(region->spaces[i].name, name))
			return &region->spaces[i];
	return NULL;
}

static bool has_labels(const struct nd_region *region)
{
	return is_known(&region->nstype) && region->nstype.v == ND_LABELS;
}

const struct nd_namespace *nd_region_next(const struct nd_region *region)
{
	if (has_labels(region))
		return region->seed.is == DAXBUS_KNOWN ? nd_region_namespace(region, region->seed.v)
						       : NULL;
	return region->n_spaces ? &region->spaces[0] : NULL;
}

/* Whether another device of the nd bus uses it. */
static bool is_claimed(const struct nd_namespace *space)
{
	return space->holder.is != DAXBUS_KNOWN || *space->holder.v;
}

uint64_t nd_region_available(const struct nd_region *region)
{
	const struct nd_namespace *next = nd_region_next(region);

	if (!next || region->dax_seed.is != DAXBUS_KNOWN ||
	    (is_known(&region->read_only) && region->read_only.v))
		return 0;
	if (has_labels(region))
		return is_known(&region->extent) ? region->extent.v : 0;
	return is_known(&next->size) && !is_claimed(next) ? next->size.v : 0;
}
