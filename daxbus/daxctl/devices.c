/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/devices.h"

#include <errno.h>

#include "daxctl/change.h"
#include "daxctl/config.h"
#include "daxctl/list.h"
#include "io/capability.h"

/* The devices of the command line, by name, since each change reads the bus again. */
static int find_selected(struct daxctl_run *run, struct strv *names)
{
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	const struct daxbus_object *device = NULL;
	int r = daxctl_run_scan(run, &snapshot);

	while (r == 0 && (device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device)))
		if (daxctl_run_selects_region(run->given.region, daxbus_object_parent(device)) &&
		    daxctl_run_selects_device(run->device, device))
			r = strv_push(names, daxctl_run_string(device, "device"));
	return r;
}

static int change_device(struct daxctl_run *run, const char *name)
{
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	const struct daxbus_object *device;
	int r = daxctl_run_scan(run, &snapshot);

	if (r < 0)
		return r;
	if (daxbus_snapshot_find(snapshot, DAXBUS_DEVICE, name, &device) < 0) {
		session_say("%s: it does not exist any more", name);
		return -ENXIO;
	}
	return run->command->change_device(run, snapshot, device);
}

/*
 * Return: the last failure, after all devices; without one what became of the last device, as in
 * daxctl; -ENXIO if there is none.
 */
static int change_devices(struct daxctl_run *run, const struct strv *names, struct strv *changed)
{
	int result = 0;

	for (size_t i = 0; i < names->n; i++) {
		int r = change_device(run, names->items[i]);

		daxctl_run_say_error(run);
		if (r == 0 && strv_push(changed, names->items[i]) < 0)
			r = -ENOMEM;
		if (r < 0 || result >= 0)
			result = r;
	}
	return names->n ? result : -ENXIO;
}

static int run_change(struct daxctl_run *run, struct strv *changed)
{
	_cleanup_(strv_done) struct strv names = { 0 };
	int r = capability_is_admin() ? find_selected(run, &names) : -EPERM;

	return r < 0 ? r : change_devices(run, &names, changed);
}

/* Print the failure and the number of devices, in this order. */
static int finish(struct daxctl_run *run, int r, const struct strv *changed)
{
	daxctl_run_say_error(run);
	if (r < 0)
		daxctl_run_say("error %s: %s", run->command->failed, strerror(-r));
	daxctl_run_say("%s %zu device%s", run->command->done, changed->n,
		       changed->n == 1 ? "" : "s");
	return r;
}

int daxctl_devices_run(struct daxctl_run *run)
{
	_cleanup_(strv_done) struct strv changed = { 0 };

	return finish(run, run_change(run, &changed), &changed);
}

/* --- reconfigure-device ----------------------------------------------------------------------- */

static int refuse_options(const struct daxctl_run *run)
{
	daxctl_run_print_usage(run->command);
	return DAXCTL_USAGE;
}

/* Check the options, or those of the configuration. Return: 0; DAXCTL_USAGE. */
static int check_options(const struct daxctl_run *run)
{
	const struct daxctl_options *given = &run->given;
	const char *mode = given->mode;

	if (!given->size && !given->align && !mode) {
		daxctl_run_say("error: a 'align', 'mode' or 'size' option is required");
		return refuse_options(run);
	}
	if (given->size || given->align || !given->no_online ||
	    (!streq(mode, "devdax") && !streq(mode, "famfs")))
		return 0;
	daxctl_run_say("--no-online is incompatible with --mode=%s", mode);
	return refuse_options(run);
}

static int reconfigure_devices(struct daxctl_run *run)
{
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	_cleanup_(strv_done) struct strv changed = { 0 };
	int r = run_change(run, &changed);

	/* A change of size prints nothing. */
	if (changed.n && !run->given.size && !run->given.align) {
		int printed = daxctl_run_scan(run, &snapshot)
				      ?: daxctl_list_print_devices(run, snapshot, &changed);

		r = r ?: printed;
	}
	return finish(run, r, &changed);
}

static int reconfigure_as_configured(struct daxctl_run *run)
{
	struct daxctl_options *given = &run->given;
	_cleanup_free_ char *mode = NULL;
	int r;

	if (given->mode || given->no_online || given->no_movable) {
		daxctl_run_say("%s: -C cannot be used with --mode, --(no-)movable, or "
			       "--(no-)online",
			       run->device);
		return refuse_options(run);
	}
	r = daxctl_config_read(run, &mode);
	daxctl_run_say_error(run);
	if (r < 0) {
		daxctl_run_say("error parsing config file: %s", strerror(-r));
		return r;
	}
	/* Units run this for every device; few of them have a section. */
	if (!mode) {
		daxctl_run_say("%s: missing or malformed config section", run->device);
		return 0;
	}
	given->mode = mode;
	r = check_options(run) ?: reconfigure_devices(run);
	given->mode = NULL;
	return r;
}

int daxctl_devices_reconfigure(struct daxctl_run *run)
{
	if (run->given.check_config)
		return reconfigure_as_configured(run);
	return check_options(run) ?: reconfigure_devices(run);
}
