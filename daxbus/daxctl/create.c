/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/create.h"

#include <errno.h>

#include "base/string.h"
#include "daxctl/change.h"
#include "daxctl/input.h"
#include "daxctl/list.h"
#include "io/capability.h"

/* Whether daxctl would find that it is, before it sets a size. */
static bool is_full(const struct daxctl_run *run, const struct daxbus_object *region)
{
	return !run->given.size || !daxctl_run_number(region, "available_size", 0);
}

/* Create a device in one region. Return: 0; -ENOSPC; -ENXIO and others as in daxctl_change_apply().
 */
static int create_in(struct daxctl_run *run, const struct daxbus_object *region,
		     const struct change_options *settings, struct strv *created)
{
	struct daxctl_change_bytes size, align;
	/* Its list of mappings stays that of the caller. */
	struct change_options options = *settings;
	_cleanup_free_ char *name = NULL, *selector = NULL;
	int r;

	if (string_format(&selector, "region%" PRIu64, daxctl_run_number(region, "region", 0)) < 0)
		return session_fail_memory(&run->session.error);
	r = daxctl_change_read_size(selector, "size", run->given.size, &size, &options.size)
		    ?: daxctl_change_read_size(selector, "align", run->given.align, &align,
					       &options.align);
	if (r < 0)
		return r;
	/* The library would create a namespace in memory that cannot be divided. */
	if (!daxctl_run_number(region, "dynamic", 0)) {
		session_say("%s: the kernel cannot create devices in this region", selector);
		return -ENOSPC;
	}
	r = daxctl_change_apply(run, DAXBUS_CREATE, selector, &options, &name);
	if (r < 0)
		return r == -ENXIO && is_full(run, region) ? -ENOSPC : r;
	return strv_push(created, name) < 0 ? -ENOMEM : 0;
}

static int create_all(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
		      const struct change_options *settings, struct strv *created)
{
	const struct daxbus_object *region = NULL;
	int r, result = 0;
	bool any = false;

	while ((region = daxbus_snapshot_next(snapshot, DAXBUS_REGION, region))) {
		if (!daxbus_object_next(region, DAXBUS_DEVICE, NULL) ||
		    !daxctl_run_selects_region(run->given.region, region))
			continue;
		any = true;
		r = create_in(run, region, settings, created);
		if (r < 0)
			result = r;
	}
	return any ? result : -ENXIO;
}

static int print_created(struct daxctl_run *run, const struct strv *created)
{
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;

	if (!created->n)
		return 0;
	return daxctl_run_scan(run, &snapshot) ?: daxctl_list_print_devices(run, snapshot, created);
}

static int create(struct daxctl_run *run, const struct change_options *settings,
		  struct strv *created)
{
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	int r = daxctl_run_scan(run, &snapshot) ?: create_all(run, snapshot, settings, created);
	int printed = print_created(run, created);

	daxctl_run_say_error(run);
	return r < 0 ? r : printed;
}

/* Take the options from the file, which replace those of the command line. */
static int read_input(struct daxctl_run *run, struct daxctl_input *input)
{
	int r = daxctl_input_read(run->given.input, input, &run->session.error);

	if (r < 0) {
		daxctl_run_say_error(run);
		daxctl_run_say("error: failed to parse device file: %s", strerror(-r));
		daxctl_run_print_usage(run->command);
		return r;
	}
	run->given.region = input->region;
	run->given.align = input->align;
	/* The ranges have that size. */
	run->given.size = NULL;
	return 0;
}

int daxctl_create_run(struct daxctl_run *run)
{
	_cleanup_(daxctl_input_done) struct daxctl_input input = { 0 };
	_cleanup_(strv_done) struct strv created = { 0 };
	struct change_options settings = { 0 };
	int r = 0;

	if (run->given.input && read_input(run, &input) < 0)
		return DAXCTL_USAGE;
	settings.mappings = input.mappings;
	r = capability_is_admin() ? create(run, &settings, &created) : -EPERM;
	if (r < 0)
		daxctl_run_say("error %s: %s", run->command->failed, strerror(-r));
	daxctl_run_say("%s %zu device%s", run->command->done, created.n, created.n == 1 ? "" : "s");
	return r;
}
