/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_SURROUNDINGS_H
#define DAXBUS_MODEL_SURROUNDINGS_H

#include "base/kernel-version.h"
#include "model/cxl.h"
#include "model/onliner.h"

/*
 * The drivers that give memory a device, or a device its use: name, bus, module, option of the
 * kernel's configuration.
 */
/* clang-format off */
#define SURROUNDINGS_DRIVERS(row)                                                                 \
	row(DRIVER_HMEM, "hmem", "platform", "dax_hmem", "CONFIG_DEV_DAX_HMEM")                   \
	row(DRIVER_PMEM, "dax_pmem", "nd", "dax_pmem", "CONFIG_DEV_DAX_PMEM")                     \
	row(DRIVER_CXL, CXL_DAX_DRIVER, "cxl", CXL_DAX_MODULE, "CONFIG_DEV_DAX_CXL")              \
	row(DRIVER_DEVDAX, "device_dax", "dax", "device_dax", "CONFIG_DEV_DAX")                   \
	row(DRIVER_KMEM, "kmem", "dax", "kmem", "CONFIG_DEV_DAX_KMEM")
/* clang-format on */

/*
 * Settings of the kernel: parameters of its command line, and options that it was built with.
 */
enum surroundings_setting {
	SETTING_NO_SOFT_RESERVE,    /* efi=nosoftreserve */
	SETTING_NO_HMEM,	    /* device_hmem.disable */
	SETTING_REGION_IDLE,	    /* dax_hmem.region_idle */
	SETTING_ONLINE_AT_BOOT,	    /* memhp_default_state= */
	SETTING_NO_NUMA,	    /* numa=off, which ignores SRAT */
	SETTING_BUILT_SOFT_RESERVE, /* the line of CONFIG_EFI_SOFT_RESERVE */
	SETTING_BUILT_ONLINE,	    /* of the default for new memory, unless that is offline */
	_SETTING_MAX,
};

#define DRIVER_NAME(name, driver, bus, module, option) name,
enum surroundings_driver { SURROUNDINGS_DRIVERS(DRIVER_NAME) _DRIVER_MAX };

/* The row of each driver. */
extern const struct surroundings_row {
	const char *driver;
	const char *bus;
	const char *module;
	const char *option;
} surroundings_rows[_DRIVER_MAX];

/* A line of a file. @file: NULL: there is none. @line: from 1; 0: the file has only one. */
struct source_line {
	char *file;
	unsigned int line;
	char *text;
};

/*
 * struct driver_facts - a driver
 * @registered: it is on its bus
 * @module: enum daxbus_module, if it is not registered; DAXBUS_MODULE_BLACKLISTED is not used
 * @blacklisted: the line of modprobe.d, or of the kernel's command line, that keeps it out
 * @origin: the line of the boot loader's configuration that puts it on the command line
 * @option: the line of the kernel's configuration about it
 */
struct driver_facts {
	struct opt_u64 registered;
	struct opt_u64 module;
	struct source_line blacklisted;
	struct source_line origin;
	struct source_line option;
};

/* @bytes: of memory that the kernel uses as RAM. */
struct node_without_cpu {
	uint64_t node;
	uint64_t bytes;
};

/*
 * struct surroundings - what is around the devices of a snapshot and decides what they are
 * @kernel: KERNEL(); 0: unknown
 * @release: as the kernel prints it
 * @is_live: the running system, not a captured tree
 * @drivers: by enum surroundings_driver
 * @is_efi: firmware is UEFI, whose memory map has special-purpose memory
 * @has_srat: firmware has the table that assigns memory to nodes
 * @has_soft_reserved: firmware, or the kernel's command line, set memory aside
 * @soft_reserved: evidence of it
 * @cxl: the CXL bus
 * @settings: by enum surroundings_setting; no file: it is not set
 * @origins: the lines of the boot loader's configuration that set them
 * @onliners: what brings memory online as it appears
 * @nodes: nodes without a processor that have memory
 * @messages: of the kernel, those about its drivers of this memory, the last ones
 * @own_processes: /proc shows only the processes of a container
 * @read_only: /sys cannot be written
 */
struct surroundings {
	uint64_t kernel;
	const char *release;
	bool is_live;
	struct driver_facts drivers[_DRIVER_MAX];
	bool is_efi;
	bool has_srat;
	bool has_soft_reserved;
	struct source_line soft_reserved;
	struct cxl_bus cxl;
	struct source_line settings[_SETTING_MAX];
	struct source_line origins[_SETTING_MAX];
	struct onliners onliners;
	struct node_without_cpu *nodes;
	size_t n_nodes;
	struct strv messages;
	bool own_processes;
	bool read_only;
};

/* Set a line that is none yet. Return: 0; -ENOMEM. */
int surroundings_set_line(struct source_line *line, const char *file, unsigned int number,
			  const char *text) _must_check_;
/* Make a line none again. */
void surroundings_clear_line(struct source_line *line);
void surroundings_done(struct surroundings *around);

#endif
