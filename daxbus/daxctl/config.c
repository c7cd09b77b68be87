/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/config.h"

#include <errno.h>
#include <glob.h>

#include "api/policy-file.h"
#include "base/string.h"

#define CONFIG_FILES "/etc/daxctl.conf.d/*.conf"

/* The UUID of the namespace of the device, owned by the caller; NULL if it has none. */
static int find_uuid(struct daxctl_run *run, char **ret)
{
	_cleanup_(daxbus_snapshot_free_p) struct daxbus_snapshot *snapshot = NULL;
	const struct daxbus_object *device = NULL;
	const char *uuid = NULL;
	int r = daxctl_run_scan(run, &snapshot);

	if (r < 0 || streq(run->device, "all"))
		return r;
	while (!uuid && (device = daxbus_snapshot_next(snapshot, DAXBUS_DEVICE, device)))
		if (daxctl_run_selects_device(run->device, device))
			uuid = daxctl_run_string(device, "uuid");
	if (!uuid)
		daxctl_run_say("no UUID match for %s found in config files", run->device);
	return string_copy(ret, uuid) < 0 ? session_fail_memory(&run->session.error) : 0;
}

/* The documented default of daxctl, which it does not have. */
static int take_section(struct daxctl_run *run, const struct daxctl_conf_section *section,
			char **mode)
{
	run->given.no_online = section->offline;
	run->given.no_movable = section->kernel;
	return string_replace(mode, section->mode ?: "system-ram") < 0
		       ? session_fail_memory(&run->session.error)
		       : 0;
}

static int read_config(struct daxctl_run *run, struct daxbus_ctx *ctx, const char *path,
		       const char *uuid, char **mode)
{
	_cleanup_(daxctl_conf_done) struct daxctl_conf conf = { 0 };
	int r = api_policy_file_read_daxctl(ctx, path, &conf, &run->session.error);

	for (size_t i = 0; r == 0 && i < conf.n; i++)
		if (conf.items[i].uuid && streq(conf.items[i].uuid, uuid))
			r = take_section(run, &conf.items[i], mode);
	return r;
}

static int read_configs(struct daxctl_run *run, const char *uuid, char **mode)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	glob_t files = { 0 };
	int r = session_open(&run->session, &ctx);

	if (r < 0)
		return r;
	if (glob(CONFIG_FILES, 0, NULL, &files) == GLOB_NOSPACE)
		r = session_fail_memory(&run->session.error);
	for (size_t i = 0; r == 0 && i < files.gl_pathc; i++)
		r = read_config(run, ctx, files.gl_pathv[i], uuid, mode);
	globfree(&files);
	return r;
}

int daxctl_config_read(struct daxctl_run *run, char **ret_mode)
{
	_cleanup_free_ char *uuid = NULL, *mode = NULL;
	int r = find_uuid(run, &uuid);

	if (r == 0 && uuid)
		r = read_configs(run, uuid, &mode);
	if (r == 0)
		*ret_mode = TAKE_PTR(mode);
	return r;
}
