/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_KERNEL_H
#define DAXBUS_MIGRATE_KERNEL_H

/* An installed kernel: what it has for either model, and what it will do when it is booted. */

#include "base/strv.h"
#include "daxbus.h"
#include "io/rootfs.h"
#include "migrate/predict.h"
#include "migrate/migrate.h"

struct kernel {
	struct migrate_status_boot public;
	struct predict_modules modules;
	struct prediction promise;
	struct strv models;
	char *initramfs;
	char *rebuild;
};

/*
 * kernel_read() - read what there is of a kernel
 * @fs: the system that it is installed in
 * @release: its release, a name of a directory
 * @config: what modprobe.d says
 * @changed_at: when that was changed last, in nanoseconds, to be compared with the initramfs
 * @ret: receives it; release with kernel_free()
 *
 * What cannot be read is unknown. Return: 0; -ENOMEM.
 */
int kernel_read(struct rootfs *fs, const char *release, const struct predict_config *config,
		uint64_t changed_at, struct kernel **ret) _must_check_;
void kernel_free(struct kernel *boot);
static inline void boot_free_p(struct kernel **boot)
{
	kernel_free(*boot);
}

/* The releases that modules are installed of. Return: 0; -ENOMEM. */
int kernel_list(struct rootfs *fs, struct strv *ret) _must_check_;

#endif
