/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plan/observed.h"

#include <errno.h>

#include "plan/builder.h"

bool observed_needs_blocks(const struct daxbus_snapshot *s)
{
	for (size_t i = 0; i < s->n_devices; i++)
		if (builder_needs_blocks(s->devices[i]))
			return true;
	return false;
}

static int take_blocks_of(const struct daxbus_snapshot *s, const struct device *d,
			  struct state_device *ret)
{
	struct plan_builder p = { .s = s, .d = d, .from = text_of(&d->driver) };
	int r = builder_find_blocks(&p);

	ret->runs_known = !builder_is_in_kmem(&p) || p.blocks_are_known;
	if (r == 0) {
		ret->runs = p.blocks;
		p.blocks = (struct block_runs){ 0 };
	}
	builder_done(&p);
	return r;
}

static int take_device_of(const struct daxbus_snapshot *s, const struct device *d,
			  struct state_device *ret)
{
	const struct opt_u64 *memmap = &d->memmap_on_memory;
	const char *driver = d->is_class ? STATE_CLASS : text_of(&d->driver);
	int r = string_copy(&ret->name, d->name.v) ?: string_copy(&ret->driver, driver);

	ret->align = is_known(&d->align) ? d->align.v : 0;
	/* Of another driver it is only a wish. */
	if (r == 0 && is_known(memmap) && is_same(driver, "kmem"))
		r = string_copy(&ret->memmap_on_memory, memmap->v ? "1" : "0");
	ret->ranges_known = d->ranges != DAXBUS_UNKNOWN;
	if (r == 0 && ret->ranges_known)
		r = range_list_of(d, &ret->ranges);
	return r ?: take_blocks_of(s, d, ret);
}

static int take_region_of(const struct region *from, struct state_region *ret)
{
	ret->id = from->id.v;
	return string_copy(&ret->provider, text_of(&from->provider))
		?: string_copy(&ret->path, text_of(&from->path))
		?: string_copy(&ret->identity, text_of(&from->identity));
}

static bool is_phantom(const struct device *d)
{
	return d->flags.is == DAXBUS_KNOWN && strv_has(&d->flags.v, "phantom");
}

int observed_state(const struct daxbus_snapshot *s, struct state *ret)
{
	const struct region *last = NULL;
	struct state_region *region = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_devices; i++) {
		const struct device *d = s->devices[i];
		struct state_device *to;

		if (d->name.is != DAXBUS_KNOWN || !d->region || is_phantom(d))
			continue;
		if (d->region != last) {
			region = state_add_region(ret);
			r = region ? take_region_of(d->region, region) : -ENOMEM;
			last = d->region;
		}
		to = r == 0 ? state_add_device(region) : NULL;
		r = to ? take_device_of(s, d, to) : -ENOMEM;
	}
	return r;
}
