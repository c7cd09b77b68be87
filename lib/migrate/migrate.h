/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_MIGRATE_H
#define DAXBUS_MIGRATE_MIGRATE_H

#include "daxbus.h"

/* The types of api/migrate.h. */

struct migrate_status;

/*
 * struct migrate_status_summary - the current device model, and the one after the next boot
 * @kernel: release of the running kernel; NULL if another root is read, or if it is unknown
 * @models: array of @n_models device models whose directory exists: "bus", "class"
 * @n_models: number of @models
 * @active: model of the devices on persistent memory: "bus", "class" or "both"; NULL without
 *          devices
 * @file: path of the file that migrate_apply() writes, relative to the root
 * @file_state: state of that file: "absent", "written" (by daxbus), "edited" (written by daxbus,
 *              and changed since), "foreign" (not written by daxbus), "unknown" (it could not be
 *              read)
 * @verdict: a sentence
 * @next: what to do next, a sentence; NULL if there is nothing to do
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
 * struct migrate_status_device - a device on persistent memory
 * @device: its name
 * @model: "bus" or "class"
 * @driver: its driver on the dax bus; NULL without a driver, and for a device in the class
 * @nd_device: its parent device on the nd bus
 * @nd_driver: the driver of @nd_device, which determines the model; NULL if it could not be read
 */
struct migrate_status_device {
	const char *device;
	const char *model;
	const char *driver;
	const char *nd_device;
	const char *nd_driver;
};

/*
 * struct migrate_status_boot - the model that an installed kernel uses when it boots
 * @kernel: its release
 * @running: whether it is the running kernel
 * @models: array of @n_models models that the kernel has drivers for: "bus", "class"
 * @n_models: number of @models
 * @compat: CONFIG_DEV_DAX_PMEM_COMPAT in its configuration: "y", "m" or "n"; NULL if the
 *          configuration could not be read
 * @model: predicted model of the devices on persistent memory: "bus", "class", "none" (no driver
 *         binds to them) or "unknown"
 * @reason: reason for the prediction, in words
 * @file: file of the line that determines the model, or a file or directory that could not be read;
 *        NULL if no line does
 * @line: number of that line in @file, starting with 1; 0 without a line
 * @initramfs: path of its initramfs; NULL if it has none
 * @initramfs_is_old: whether @initramfs is older than the configuration of modules, of which it may
 *                    contain a copy
 * @rebuild: the command that rebuilds @initramfs; NULL if there is none
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
 * struct migrate_status_line - a line of modprobe.d about the drivers of either model
 * @file: its file; /proc/cmdline for a parameter of the kernel's command line
 * @line: its number in @file, starting with 1
 * @text: the line
 * @writer: the program that writes such a file: "daxbus", "daxctl"; NULL if unknown
 * @hidden: whether modprobe ignores the line, because an earlier directory has a file of the same
 *          name
 */
struct migrate_status_line {
	const char *file;
	unsigned int line;
	const char *text;
	const char *writer;
	bool hidden;
};

/*
 * enum device_model - a device model to choose
 * @DEVICE_MODEL_CLASS: /sys/class/dax
 * @DEVICE_MODEL_BUS: /sys/bus/dax
 */
enum device_model {
	DEVICE_MODEL_CLASS,
	DEVICE_MODEL_BUS,
};

/*
 * enum migrate_flags - options of migrate_plan() and migrate_apply(), combined with |
 * @MIGRATE_NOW: also move the devices in the other model now, each as a "reconfigure" to devdax or
 *               compat; not with another root
 */
enum migrate_flags {
	MIGRATE_NOW = 1 << 0,
};

#endif
