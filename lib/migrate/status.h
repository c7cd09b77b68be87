/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MIGRATE_STATUS_H
#define DAXBUS_MIGRATE_STATUS_H

#include "base/context.h"
#include "base/error.h"
#include "base/strv.h"
#include "migrate/kernel.h"

/*
 * The current device model, and the one after the next boot. This file reads an installed system;
 * predict.h derives the model from it.
 */

#define MODPROBE_DIRECTORY  "/etc/modprobe.d"
#define MIGRATION_FILE_NAME "daxbus-migrate.conf"
#define MIGRATION_FILE	    MODPROBE_DIRECTORY "/" MIGRATION_FILE_NAME

/* Of MIGRATION_FILE. */
enum file_state {
	FILE_ABSENT,
	FILE_WRITTEN, /* by daxbus, and as it wrote it */
	FILE_EDITED,  /* by daxbus, and changed since */
	FILE_FOREIGN,
	FILE_UNKNOWN,
	_FILE_STATE_MAX,
};

/*
 * Return: the text of the file, owned by the caller; NULL if out of memory. Its first line names
 * daxbus and contains a checksum of the other lines.
 */
char *status_file_text(void) _must_check_;
/* Check whether daxbus, in any version, wrote a text. */
enum file_state status_file_judge(const char *text);

/* The state of the file to assume, to predict its effect. */
enum file_assumption {
	FILE_AS_IT_IS,
	FILE_AS_IF_WRITTEN,
	FILE_AS_IF_REMOVED,
};

/*
 * struct status_device - a device on persistent memory
 * @device: its name
 * @model: "bus" or "class"
 * @driver: its driver on the dax bus; NULL without a driver, and for a device in the class
 * @nd_device: its parent device on the nd bus
 * @nd_driver: the driver of @nd_device, which determines the model; NULL if it could not be read
 */
struct status_device {
	char *device;
	char *model;
	char *driver;
	char *nd_device;
	char *nd_driver;
};

/*
 * struct migrate_status - the current device model, and the one after the next boot
 * @kernel: release of the running kernel; NULL if another root is read, or if it is unknown
 * @models: device models of the running kernel whose directory exists: "bus", "class"
 * @active: model of the devices on persistent memory: "bus", "class" or "both"; NULL without
 *          devices
 * @file: MIGRATION_FILE
 * @file_state: its state
 * @file_word: a word for @file_state
 * @verdict: a sentence
 * @next: what to do next, a sentence; NULL if there is nothing to do
 * @config: the lines of modprobe.d, in the order of their precedence
 * @boots: the installed kernels
 * @devices: the devices on persistent memory
 *
 * The rest belongs to status_read().
 */
struct migrate_status {
	char *kernel;
	struct strv models;
	const char *active;
	const char *file;
	enum file_state file_state;
	const char *file_word;
	const char *verdict;
	char *next;
	struct predict_config config;
	struct kernel *boots;
	size_t n_boots;
	struct status_device *devices;
	size_t n_devices;

	struct strv releases;
	enum file_assumption assumption;
	uint64_t changed_at; /* the configuration, the newest part of it */
	bool has_class_device;
	bool has_bus_device;
	bool is_running; /* devices and command line are those of the machine */
};

/*
 * status_read() - read the current device model, and predict that of the next boot
 * @ctx: the context; if it reads a captured tree, the tree is the installed system too; not NULL
 * @root: root directory of another installed system, of which only the installed kernels are read;
 *        NULL for the running system with its devices
 * @assumption: FILE_AS_IT_IS, or the assumed state of the file; devices are then not read
 * @ret: receives the status; release it with status_free()
 * @err: receives the reason of a failure, or NULL
 *
 * Two kernel drivers can bind to a devdax namespace of persistent memory: dax_pmem, whose devices
 * are on the bus (/sys/bus/dax), and up to Linux 5.16 dax_pmem_compat, whose devices are in the
 * class (/sys/class/dax). The installed modules, their aliases and the lines of modprobe.d(5)
 * determine which of them is loaded.
 *
 * Source: modules.dep, modules.alias and modules.builtin of each kernel; modprobe.d(5); the command
 *         line of the kernel; the configuration of the kernel below /boot.
 *
 * Return: 0, or an error of daxbus_scan(); also
 *   -ENOENT  @root does not exist;
 *   -ENOTDIR  @root is not a directory;
 *   -EACCES  the process may not read @root;
 *   -ENOMEM  out of memory.
 */
int status_read(const struct daxbus_ctx *ctx, const char *root, enum file_assumption assumption,
		struct migrate_status **ret, struct daxbus_error *err) _must_check_;
void status_free(struct migrate_status *m);
static inline void status_free_p(struct migrate_status **m)
{
	status_free(*m);
}

/* Whether a kernel, or one of all, has drivers for both models, so that there is a choice. */
bool status_boot_has_choice(const struct kernel *boot);
bool status_has_choice(const struct migrate_status *m);
/*
 * The model that all kernels predict; if kernels have a choice, only they count. PROMISED_UNKNOWN
 * if predictions differ. @ret_decider receives one of these kernels, NULL if there is none; it may
 * be NULL.
 */
enum predicted status_predict(const struct migrate_status *m, const struct kernel **ret_decider);
/* The first of these kernels that predicts another model than @model; NULL if none does. */
const struct kernel *status_find_other(const struct migrate_status *m, enum predicted model);

#endif
