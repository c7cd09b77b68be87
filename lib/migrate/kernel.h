/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_KERNEL_H
#define DAXBUS_MIGRATE_KERNEL_H

/* An installed kernel: its drivers for either model, and the model that it uses when it boots. */

#include "base/strv.h"
#include "daxbus.h"
#include "io/rootfs.h"
#include "migrate/predict.h"

/*
 * struct kernel - the model that an installed kernel uses when it boots
 * @modules: its release and drivers
 * @running: whether it is the running kernel
 * @models: models that it has drivers for: "bus", "class"
 * @compat: CONFIG_DEV_DAX_PMEM_COMPAT in its configuration: "y", "m" or "n"; NULL if the
 *          configuration could not be read
 * @promise: predicted model of the devices on persistent memory, and what determines it
 * @model: the word for @promise.model
 * @line: number of @promise.line; 0 without a line
 * @initramfs: path of its initramfs; NULL if it has none
 * @initramfs_is_old: whether @initramfs is older than the configuration of modules, of which it may
 *                    contain a copy
 * @rebuild: the command that rebuilds @initramfs; NULL if there is none
 */
struct kernel {
	struct predict_modules modules;
	bool running;
	struct strv models;
	const char *compat;
	struct prediction promise;
	const char *model;
	unsigned int line;
	char *initramfs;
	bool initramfs_is_old;
	char *rebuild;
};

/*
 * kernel_read() - read an installed kernel
 * @root: root of the system that it is installed in
 * @release: its release, the name of a directory
 * @config: the configuration of modprobe.d
 * @changed_at: time of the last change of that configuration, in nanoseconds since the epoch; the
 *              function compares it with the time of the initramfs
 * @ret: receives the kernel; release it with kernel_done(), also after a failure
 *
 * Values that cannot be read are unknown.
 *
 * Return: 0; -ENOMEM.
 */
int kernel_read(struct root *root, const char *release, const struct predict_config *config,
		uint64_t changed_at, struct kernel *ret) _must_check_;
void kernel_done(struct kernel *boot);

/* List the releases of kernels whose modules are installed. Return: 0; -ENOMEM. */
int kernel_list(struct root *root, struct strv *ret) _must_check_;

#endif
