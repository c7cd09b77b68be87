/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The document of 'migrate status', with tables of its keys.
 */
#include "base/util.h"
#include "output/migrate-keys.h"

#define STATUS(member) offsetof(struct migrate_status, member)
#define DEVICE(member) offsetof(struct status_device, member)
#define BOOT(member)   offsetof(struct kernel, member)
#define LINE(member)   offsetof(struct predict_line, member)

/* clang-format off */
const struct change_key migrate_json_keys[] = {
	{ "kernel", KEY_TEXT, true, STATUS(kernel), 0,
	  "release of the running kernel; null with --root" },
	{ "models", KEY_TEXTS, false, STATUS(models.items), STATUS(models.n),
	  "device models of the running kernel: bus (/sys/bus/dax), class (/sys/class/dax)" },
	{ "active", KEY_TEXT, true, STATUS(active), 0,
	  "device model of the existing devices on persistent memory: bus, class or both; null without devices" },
	{ "file", KEY_TEXT, false, STATUS(file), 0, "the file that 'migrate apply' writes" },
	{ "file_state", KEY_TEXT, false, STATUS(file_word), 0,
	  "state of that file: absent, written (by daxbus), edited (since daxbus wrote it), foreign (not written by daxbus), unknown (not readable)" },
	{ "verdict", KEY_TEXT, false, STATUS(verdict), 0, "summary, for people" },
	{ "next", KEY_TEXT, true, STATUS(next), 0,
	  "suggested next step, for people; null if there is none" },
	{ 0 },
};

const struct change_key migrate_json_device_keys[] = {
	{ "device", KEY_TEXT, false, DEVICE(device), 0, "name of the device" },
	{ "model", KEY_TEXT, false, DEVICE(model), 0, "device model: bus or class" },
	{ "driver", KEY_TEXT, true, DEVICE(driver), 0, "driver of the dax bus to which it is bound" },
	{ "nd_device", KEY_TEXT, true, DEVICE(nd_device), 0, "parent device on the nd bus" },
	{ "nd_driver", KEY_TEXT, true, DEVICE(nd_driver), 0,
	  "driver of the nd device, which determines the model: dax_pmem or dax_pmem_compat" },
	{ 0 },
};

const struct change_key migrate_json_boot_keys[] = {
	{ "kernel", KEY_TEXT, false, BOOT(modules.release), 0, "release of the kernel" },
	{ "running", KEY_BOOL, false, BOOT(running), 0, "whether it is the running kernel" },
	{ "models", KEY_TEXTS, false, BOOT(models.items), BOOT(models.n),
	  "device models for which it has drivers: bus, class" },
	{ "compat", KEY_TEXT, true, BOOT(compat), 0,
	  "its CONFIG_DEV_DAX_PMEM_COMPAT: y, m or n; null if its configuration cannot be read" },
	{ "model", KEY_TEXT, false, BOOT(model), 0,
	  "device model after booting it: bus, class, none (no driver binds the devices) or unknown" },
	{ "reason", KEY_TEXT, false, BOOT(promise.reason), 0, "reason, for people" },
	{ "file", KEY_TEXT, true, BOOT(promise.file), 0, "file of the line that decides, or a file that could not be read; null if no line decides" },
	{ "line", KEY_NUMBER, true, BOOT(line), 0, "number of that line, from 1" },
	{ "initramfs", KEY_TEXT, true, BOOT(initramfs), 0, "path of its initramfs; null if there is none" },
	{ "initramfs_is_old", KEY_BOOL, false, BOOT(initramfs_is_old), 0,
	  "whether it is older than modprobe.d, of which it may contain a copy" },
	{ "rebuild", KEY_TEXT, true, BOOT(rebuild), 0,
	  "command that rebuilds the initramfs; null if there is none" },
	{ 0 },
};

const struct change_key migrate_json_line_keys[] = {
	{ "file", KEY_TEXT, false, LINE(file), 0, "file of the line; /proc/cmdline is the kernel command line" },
	{ "line", KEY_NUMBER, false, LINE(number), 0, "its number in the file, from 1" },
	{ "text", KEY_TEXT, false, LINE(text), 0, "the line" },
	{ "writer", KEY_TEXT, true, LINE(writer), 0, "tool that writes such a file: daxbus, daxctl; null if unknown" },
	{ "hidden", KEY_BOOL, false, LINE(hidden), 0,
	  "whether it is ignored because a directory with higher priority has a file of the same name" },
	{ 0 },
};
/* clang-format on */

int migrate_json_print(const struct migrate_status *m, FILE *out, struct daxbus_error *error)
{
	_cleanup_(json_free_p) struct json *j = NULL;
	struct json_object *root;
	int r = json_new_document(&j, error);

	if (r < 0)
		return r;
	root = json_root(j);
	change_json_fill(j, root, m, migrate_json_keys);
	change_json_set_array(j, root, "devices", m->devices, m->n_devices, sizeof(*m->devices),
			      migrate_json_device_keys);
	change_json_set_array(j, root, "boots", m->boots, m->n_boots, sizeof(*m->boots),
			      migrate_json_boot_keys);
	change_json_set_array(j, root, "lines", m->config.items, m->config.n,
			      sizeof(*m->config.items), migrate_json_line_keys);
	return json_print(j, out, error);
}
