/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a selector, held against a few devices. What it refuses must say why and leave no
 * trace; what it selects must be among what it said that it can name.
 */
#include <errno.h>

#include "fuzz.h"
#include "model/selector.h"

static struct device *add_device(struct daxbus_snapshot *s, struct region *r, const char *name)
{
	struct device *d = snapshot_add_device(s, r);

	fuzz_check(d && snapshot_str_set(&d->name, name) == 0);
	d->region_id = r->id;
	d->selected = true;
	return d;
}

/* One with values, one without, one of which nothing is known. */
static struct daxbus_snapshot *make(void)
{
	struct daxbus_snapshot *s = snapshot_new();
	struct region *r = snapshot_add_region(s);
	struct device *d;

	r->id = known(0);
	fuzz_check(snapshot_str_set(&r->provider, "hmem") == 0);
	d = add_device(s, r, "dax0.0");
	fuzz_check(snapshot_str_set(&d->mode, "kmem") == 0 &&
		   snapshot_strv_add(&d->flags, "stuck") == 0);
	d->size = known(1024);
	d->target_node = known(1);
	add_device(s, r, "dax0.1");
	d = add_device(s, r, "dax0.2");
	d->mode.is = d->flags.is = d->size.is = d->target_node.is = DAXBUS_UNKNOWN;
	snapshot_finish(s);
	return s;
}

static void check(const struct selectors *selection, const struct daxbus_snapshot *s)
{
	bool any = false;

	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device *d = s->devices[i];

		if (!selectors_has(selection, d))
			continue;
		any = true;
		fuzz_check(selectors_may_name(selection, d->name.v, d->region_id.v));
	}
	/* A single selector that selects something names nothing that is absent. */
	if (any)
		fuzz_check(selectors_check_names(selection, s, NULL) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct daxbus_snapshot *s;
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct selectors selection = { 0 };
	char *text = fuzz_string(data, size);
	int r;

	if (!s)
		s = make();
	r = selectors_add(&selection, text, &error);
	fuzz_check(r == 0 || r == -EINVAL);
	fuzz_check(error.code == r && !error.message == !r);
	fuzz_check(selection.n_selectors == (r == 0));
	if (r == 0)
		check(&selection, s);
	selectors_done(&selection);
	daxbus_error_done(&error);
	free(text);
	return 0;
}
