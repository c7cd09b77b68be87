/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_KERNEL_H
#define DAXBUS_MIGRATE_KERNEL_H

/* An installed kernel: what it has for either model, and what it will do when it is booted. */

#include "daxbus.h"
#include "io/rootfs.h"
#include "migrate/predict.h"

struct migration_boot {
	struct daxbus_migration_boot public;
	struct kernel_modules modules;
	struct promise promise;
	struct strv models;
	char *initramfs;
	char *rebuild;
};

/*
 * boot_read() - read what there is of a kernel
 * @fs: the system that it is installed in
 * @release: its release, a name of a folder
 * @config: what modprobe.d says
 * @changed_at: when that was changed last, in nanoseconds, to be compared with the initramfs
 * @ret: receives it; release with boot_free()
 *
 * What cannot be read is unknown. Return: 0; -ENOMEM.
 */
int boot_read(struct rootfs *fs, const char *release, const struct config *config,
	      uint64_t changed_at, struct migration_boot **ret) _must_check_;
void boot_free(struct migration_boot *boot);
static inline void boot_free_p(struct migration_boot **boot)
{
	boot_free(*boot);
}

/* The releases that modules are installed of. Return: 0; -ENOMEM. */
int boot_list(struct rootfs *fs, struct strv *ret) _must_check_;

#endif
