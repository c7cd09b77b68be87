/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "daxctl/change.h"

#include <errno.h>

#include "base/string.h"
#include "cmd/change-common.h"
#include "daxctl/parse.h"

/* clang-format off */
#define SETTING(word) { .name = #word, .type = OPTION_STRING, .offset = CHANGE_MEMBER(word), .setting = true }

const struct option_row daxctl_change_settings[] = {
	SETTING(mode), SETTING(online), SETTING(size), SETTING(align),
	{ .name = "mapping", .type = OPTION_STRINGS, .offset = CHANGE_MEMBER(mappings), .setting = true },
};
/* clang-format on */
const size_t daxctl_change_n_settings = ARRAY_SIZE(daxctl_change_settings);

/* --- one change ------------------------------------------------------------------------------- */

/* What daxctl exits with for the same reason; ENXIO for the others. */
static int errno_of(const char *code)
{
	static const struct {
		const char *code;
		int error;
	} rows[] = {
		{ "memory-online", EBUSY },	 { "device-held", EBUSY },
		{ "memory-held", EBUSY },	 { "holders-unknown", EBUSY },
		{ "node-bound", EBUSY },	 { "no-room-elsewhere", EBUSY },
		{ "block-busy", EBUSY },	 { "block-pinned", EBUSY },
		{ "block-poisoned", EBUSY },	 { "partial", EBUSY },
		{ "stuck-until-reboot", EBUSY }, { "range-held", EBUSY },
		{ "class-device", EOPNOTSUPP },	 { "interrupted", EINTR },
	};

	for (size_t i = 0; code && i < ARRAY_SIZE(rows); i++)
		if (streq(rows[i].code, code))
			return -rows[i].error;
	return -ENXIO;
}

static int take_result(struct daxctl_run *run, const struct daxbus_result *result,
		       char **ret_device)
{
	change_log_write(&run->session, result);
	if (!change_text_is_good(result->status)) {
		change_text_print(&run->session, result, false);
		return errno_of(result->code);
	}
	for (size_t i = 0; run->given.verbose && i < result->n_notes; i++)
		session_say("%s: note: %s", change_subject(result), result->notes[i]);
	if (ret_device && string_copy(ret_device, result->device) < 0)
		return session_fail_memory(&run->session.error);
	return 0;
}

static int apply_change(struct daxctl_run *run, const struct change_options *options,
			const char *selector, struct daxbus_results **ret)
{
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	struct session *s = &run->session;

	if (daxbus_query_new(&query) < 0)
		return session_fail_memory(&s->error);
	return daxbus_query_add_selector(query, selector, &s->error)
		       ?: change_common_devices(s, options, query, ret);
}

int daxctl_change_apply(struct daxctl_run *run, enum daxbus_action action, const char *selector,
			const struct change_options *options, char **ret_device)
{
	_cleanup_(daxbus_results_free_p) struct daxbus_results *results = NULL;
	struct command command = run->command->change;
	const struct daxbus_result *result = NULL;
	int r;

	command.action = action;
	run->session.command = &command;
	r = apply_change(run, options, selector, &results);
	while (r == 0 && (result = daxbus_results_next(results, result)))
		r = take_result(run, result, ret_device);
	daxctl_run_say_error(run);
	run->session.command = NULL;
	return r;
}

/* Change one device. */
static int change(struct daxctl_run *run, const struct daxbus_object *device,
		  enum daxbus_action action, const struct change_options *options)
{
	return daxctl_change_apply(run, action, daxctl_run_string(device, "device"), options, NULL);
}

/* The same for commands whose failures daxctl names. */
static int change_or_say(struct daxctl_run *run, const struct daxbus_object *device,
			 enum daxbus_action action, const struct change_options *options,
			 const char *what)
{
	int r = change(run, device, action, options);

	if (r < 0)
		daxctl_run_say("%s: %s failed: %s", daxctl_run_string(device, "device"), what,
			       strerror(-r));
	return r;
}

/* --- memory ----------------------------------------------------------------------------------- */

/* Blocks that exist, and those that are online. Return: 0; -EACCES. */
static int count_blocks(const struct daxbus_object *device, uint64_t *ret_blocks,
			uint64_t *ret_online)
{
	uint64_t missing = daxctl_run_number(device, "missing", 0);

	if (daxbus_get_u64(device, "blocks", ret_blocks) < 0 ||
	    daxbus_get_u64(device, "online", ret_online) < 0) {
		daxctl_run_say("%s: failed to determine online state: %s",
			       daxctl_run_string(device, "device"), strerror(EACCES));
		return -EACCES;
	}
	*ret_blocks -= missing;
	return 0;
}

static void warn_of_race(const char *name)
{
	daxctl_run_say("%s:", name);
	daxctl_run_say(
		"  WARNING: memory is online already. Some of it may not be in the expected");
	daxctl_run_say("  zone; --no-online leaves onlining to other programs.");
}

static int online_rest(struct daxctl_run *run, const struct daxbus_object *device)
{
	const struct change_options options = { .online = run->given.no_movable ? "kernel"
										: "movable" };
	const char *name = daxctl_run_string(device, "device");
	uint64_t blocks, online;
	int r = count_blocks(device, &blocks, &online);

	if (r < 0)
		return r;
	if (online)
		warn_of_race(name);
	if (online == blocks) {
		daxctl_run_say("%s: all memory sections (%" PRIu64 ") already online", name,
			       blocks);
		return 1;
	}
	if (online)
		daxctl_run_say("%s: %" PRIu64 " memory sections already online", name, online);
	r = change(run, device, DAXBUS_ONLINE, &options);
	if (r < 0)
		daxctl_run_say("%s: failed to online memory: %s", name, strerror(-r));
	return r;
}

static int refuse_devdax(const struct daxbus_object *device)
{
	daxctl_run_say("%s: memory operations are not applicable in devdax mode",
		       daxctl_run_string(device, "device"));
	return -ENXIO;
}

int daxctl_change_online(struct daxctl_run *run, const struct daxbus_snapshot *snapshot _unused_,
			 const struct daxbus_object *device)
{
	return daxctl_run_is_system_ram(device) ? online_rest(run, device) : refuse_devdax(device);
}

int daxctl_change_offline(struct daxctl_run *run, const struct daxbus_snapshot *snapshot _unused_,
			  const struct daxbus_object *device)
{
	const char *name = daxctl_run_string(device, "device");
	uint64_t blocks, online;
	int r;

	if (!daxctl_run_is_system_ram(device))
		return refuse_devdax(device);
	r = count_blocks(device, &blocks, &online);
	if (r == 0 && !online) {
		daxctl_run_say("%s: all memory sections (%" PRIu64 ") already offline", name,
			       blocks);
		return 1;
	}
	if (r == 0)
		r = change(run, device, DAXBUS_OFFLINE, &(struct change_options){ 0 });
	if (r < 0)
		daxctl_run_say("%s: failed to offline memory: %s", name, strerror(-r));
	return r;
}

/* --- modes ------------------------------------------------------------------------------------ */

static int enter_mode(struct daxctl_run *run, const struct daxbus_object *device, const char *mode,
		      const char *online)
{
	return change(run, device, DAXBUS_RECONFIGURE,
		      &(struct change_options){ .mode = mode, .online = online });
}

/* Whether the kernel brings new memory online by itself, in a zone of its choice. */
static bool kernel_onlines(const struct daxbus_snapshot *snapshot)
{
	const char *policy =
		daxctl_run_string(daxbus_snapshot_next(snapshot, DAXBUS_BUS, NULL), "auto_online");

	return policy && starts_with(policy, "online");
}

static int enter_system_ram(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			    const struct daxbus_object *device)
{
	const struct daxctl_options *given = &run->given;
	const char *name = daxctl_run_string(device, "device");

	if ((given->no_online || !given->no_movable) && !given->force && kernel_onlines(snapshot)) {
		daxctl_run_say("%s: error: kernel policy will auto-online memory, aborting", name);
		return -EBUSY;
	}
	if (!daxctl_run_is_system_ram(device))
		return enter_mode(run, device, "kmem",
				  given->no_online    ? "no"
				  : given->no_movable ? "kernel"
						      : "movable");
	daxctl_run_say("%s was already in system-ram mode", name);
	return given->no_online ? 0 : online_rest(run, device);
}

/* Its memory must be offline, or --force takes it offline. */
static int leave_system_ram(struct daxctl_run *run, const struct daxbus_object *device,
			    const char *mode)
{
	uint64_t blocks, online;
	int r = count_blocks(device, &blocks, &online);

	if (r < 0)
		return r;
	if (online && !run->given.force) {
		session_say("%s: %" PRIu64 " memory blocks are online; use offline-memory or "
			    "--force first",
			    daxctl_run_string(device, "device"), online);
		return -EBUSY;
	}
	return enter_mode(run, device, mode, NULL);
}

static int enter_devdax(struct daxctl_run *run, const struct daxbus_object *device)
{
	const char *mode = daxctl_run_string(device, "mode");

	if (daxctl_run_is_system_ram(device))
		return leave_system_ram(run, device, "devdax");
	if (mode && streq(mode, "devdax")) {
		daxctl_run_say("%s was already in devdax mode",
			       daxctl_run_string(device, "device"));
		return 0;
	}
	return enter_mode(run, device, "devdax", NULL);
}

static int enter_famfs(struct daxctl_run *run, const struct daxbus_object *device)
{
	const char *mode = daxctl_run_string(device, "mode");

	if (daxctl_run_is_system_ram(device)) {
		daxctl_run_say(
			"%s is in system-ram mode, must be in devdax mode to convert to famfs",
			daxctl_run_string(device, "device"));
		return -EINVAL;
	}
	return mode && streq(mode, "famfs") ? 0 : enter_mode(run, device, "famfs", NULL);
}

/* --- size ------------------------------------------------------------------------------------- */

int daxctl_change_read_size(const char *subject, const char *option, const char *value,
			    struct daxctl_change_bytes *bytes, const char **ret)
{
	uint64_t number;

	if (!value)
		return 0;
	if (daxctl_parse_size(value, &number) < 0) {
		session_say("%s: '%s' is not a size for --%s", subject, value, option);
		return -EINVAL;
	}
	snprintf(bytes->text, sizeof(bytes->text), "%" PRIu64, number);
	*ret = bytes->text;
	return 0;
}

/* The kernel refuses it, too. */
static int refuse_bound(const struct daxctl_run *run, const struct daxbus_object *device)
{
	const char *name = daxctl_run_string(device, "device");

	session_say("%s: it is bound to %s; use disable-device first, or 'daxbus resize'", name,
		    daxctl_run_string(device, "driver"));
	daxctl_run_say("%s: failed to set %s", name, run->given.align ? "align" : "size");
	return -ENXIO;
}

static int resize(struct daxctl_run *run, const struct daxbus_object *device)
{
	const char *name = daxctl_run_string(device, "device");
	struct daxctl_change_bytes size, align;
	struct change_options options = { 0 };
	int r = daxctl_change_read_size(name, "size", run->given.size, &size, &options.size)
			?: daxctl_change_read_size(name, "align", run->given.align, &align,
						   &options.align);

	if (r < 0)
		return r;
	if (daxctl_run_string(device, "driver"))
		return refuse_bound(run, device);
	if (options.size && streq(options.size, "0"))
		options.size = "none";
	return change(run, device, DAXBUS_RESIZE, &options);
}

/* --- commands --------------------------------------------------------------------------------- */

static int reconfigure(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
		       const struct daxbus_object *device)
{
	const char *mode = run->given.mode;

	if (run->given.size || run->given.align)
		return resize(run, device);
	if (streq(mode, "system-ram"))
		return enter_system_ram(run, snapshot, device);
	if (streq(mode, "devdax"))
		return enter_devdax(run, device);
	if (streq(mode, "famfs"))
		return enter_famfs(run, device);
	daxctl_run_say("%s: unknown mode requested: %s", daxctl_run_string(device, "device"), mode);
	return -EINVAL;
}

/* A device that was in the mode already is a success, with memory that was online already, too. */
int daxctl_change_reconfigure(struct daxctl_run *run, const struct daxbus_snapshot *snapshot,
			      const struct daxbus_object *device)
{
	int r = reconfigure(run, snapshot, device);

	return r > 0 ? 0 : r;
}

static int refuse_system_ram(const struct daxbus_object *device)
{
	daxctl_run_say("%s: status operations are only applicable in devdax mode",
		       daxctl_run_string(device, "device"));
	return -ENXIO;
}

int daxctl_change_enable(struct daxctl_run *run, const struct daxbus_snapshot *snapshot _unused_,
			 const struct daxbus_object *device)
{
	const struct change_options options = { .mode = "devdax" };

	if (daxctl_run_is_system_ram(device))
		return refuse_system_ram(device);
	if (daxctl_run_string(device, "driver"))
		return 0;
	return change_or_say(run, device, DAXBUS_RECONFIGURE, &options, "enable");
}

int daxctl_change_disable(struct daxctl_run *run, const struct daxbus_snapshot *snapshot _unused_,
			  const struct daxbus_object *device)
{
	if (daxctl_run_is_system_ram(device))
		return refuse_system_ram(device);
	if (!daxctl_run_string(device, "driver"))
		return 0;
	return change_or_say(run, device, DAXBUS_UNBIND, &(struct change_options){ 0 }, "disable");
}

/* daxctl unbinds it with memory online, which is then lost until the next reboot. */
static int refuse_online(const struct daxbus_object *device)
{
	uint64_t blocks, online = 0;
	const char *name = daxctl_run_string(device, "device");
	int r = daxctl_run_is_system_ram(device) ? count_blocks(device, &blocks, &online) : 0;

	if (r < 0 || !online)
		return r;
	session_say("%s: %" PRIu64 " memory blocks are online; use offline-memory first", name,
		    online);
	daxctl_run_say("%s: disable failed: %s", name, strerror(EBUSY));
	return -EBUSY;
}

int daxctl_change_destroy(struct daxctl_run *run, const struct daxbus_snapshot *snapshot _unused_,
			  const struct daxbus_object *device)
{
	int r;

	if (daxctl_run_string(device, "driver") && !run->given.force) {
		daxctl_run_say("%s is active, specify --force for deletion",
			       daxctl_run_string(device, "device"));
		return -ENXIO;
	}
	r = refuse_online(device);
	return r < 0 ? r : change(run, device, DAXBUS_DESTROY, &(struct change_options){ 0 });
}
