/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_MIGRATE_H
#define DAXBUS_MIGRATE_MIGRATE_H

#include "daxbus.h"

/* The types of api/migrate.h. */

struct migrate_status;

/*
 * struct migrate_status_summary - which model there is, and which there will be
 * @kernel: release of the running kernel; NULL when another root is read, or it is not known
 * @models: the device models whose directory exists: "bus", "class"; @n_models of them
 * @n_models: how many
 * @active: the model that devices on persistent memory have: "bus", "class" or "both"; NULL when
 *          there are none
 * @file: the file that migrate_apply() writes, as a path from the root
 * @file_state: of that file: "absent", "written" (by daxbus), "edited" (written by daxbus, and
 *              changed since), "foreign" (not written by daxbus), "unknown" (it could not be read)
 * @verdict: a sentence
 * @next: what to do next, as a sentence; NULL when there is nothing
 */
struct migrate_status_summary {
	const char *kernel;
	const char *const *models;
	size_t n_models;
	const char *active;
	const char *file;
	const char *file_state;
	const char *verdict;
	const char *next;
};

/*
 * struct migrate_status_device - a device that has a model to choose: on persistent memory
 * @device: its name
 * @model: "bus" or "class"
 * @driver: driver of the dax bus that it is bound to; NULL for none, and in the class
 * @nd_device: the device of the nd bus behind it
 * @nd_driver: the driver of that one, which makes the model; NULL when it could not be read
 */
struct migrate_status_device {
	const char *device;
	const char *model;
	const char *driver;
	const char *nd_device;
	const char *nd_driver;
};

/*
 * struct migrate_status_boot - what an installed kernel will do when it is booted
 * @kernel: its release
 * @running: it is the one that runs
 * @models: the models that it has drivers for: "bus", "class"; @n_models of them
 * @n_models: how many
 * @compat: CONFIG_DEV_DAX_PMEM_COMPAT as its configuration says: "y", "m" or "n"; NULL when that
 *          cannot be read
 * @model: the model that devices on persistent memory will have: "bus", "class", "none" (no driver
 *         takes them) or "unknown"
 * @reason: why, in words
 * @file: file of the line that decides, or a file or directory that could not be read; NULL when no
 * line decides
 * @line: its number in that file, counted from 1; 0 when none does
 * @initramfs: its initramfs; NULL when there is none
 * @initramfs_is_old: that is older than the configuration of modules, of which it may have a copy
 * @rebuild: the command that rebuilds the initramfs; NULL when there is none
 */
struct migrate_status_boot {
	const char *kernel;
	bool running;
	const char *const *models;
	size_t n_models;
	const char *compat;
	const char *model;
	const char *reason;
	const char *file;
	unsigned int line;
	const char *initramfs;
	bool initramfs_is_old;
	const char *rebuild;
};

/*
 * struct migrate_status_line - a line of modprobe.d that concerns the drivers of either model
 * @file: its file; /proc/cmdline for what the kernel's command line says
 * @line: its number in that file, counted from 1
 * @text: the line
 * @writer: who writes such a file: "daxbus", "daxctl"; NULL when that is not known
 * @hidden: it is ignored: an earlier directory has a file of the same name
 */
struct migrate_status_line {
	const char *file;
	unsigned int line;
	const char *text;
	const char *writer;
	bool hidden;
};

/*
 * enum device_model - a device model, as something to choose
 * @DEVICE_MODEL_CLASS: /sys/class/dax
 * @DEVICE_MODEL_BUS: /sys/bus/dax
 */
enum device_model {
	DEVICE_MODEL_CLASS,
	DEVICE_MODEL_BUS,
};

/*
 * enum migrate_flags - what else migrate_apply() does; to be or-ed together
 * @MIGRATE_NOW: then move the devices that are in the other model, each as a
 *                      "reconfigure" into devdax or compat; not with another root
 */
enum migrate_flags {
	MIGRATE_NOW = 1 << 0,
};

#endif
