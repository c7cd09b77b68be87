/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_MIGRATE_H
#define DAXBUS_API_MIGRATE_H

#include "migrate/migrate.h"

/*
 * The device model of the next boots. Only the tool uses these functions; libdaxbus.so does not
 * export them.
 */

/*
 * migrate_status_read() - read the current device model, and predict that of the next boot
 * @ctx: the context; if it reads a captured tree, the tree is the installed system too; not NULL
 * @root: root directory of another installed system, of which only the installed kernels are read;
 *        NULL for the running system with its devices
 * @ret: receives the status; release it with migrate_status_free()
 * @error: receives the reason of a failure, or NULL
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
int migrate_status_read(struct daxbus_ctx *ctx, const char *root, struct migrate_status **ret,
			struct daxbus_error *error);

/*
 * migrate_status_free() - free a status and everything borrowed from it
 * @migration: the status, or NULL
 *
 * Return: NULL.
 */
struct migrate_status *migrate_status_free(struct migrate_status *migration);

/*
 * migrate_status_get_summary() - get the summary of a status
 * @migration: the status; not NULL
 *
 * Return: the summary, borrowed until the status is freed.
 */
const struct migrate_status_summary *
migrate_status_get_summary(const struct migrate_status *migration);

/*
 * migrate_status_next_device() - walk the devices on persistent memory
 * @migration: the status; not NULL
 * @previous: the device before the wanted one, or NULL for the first
 *
 * Return: the device, borrowed until the status is freed, or NULL after the last.
 */
const struct migrate_status_device *
migrate_status_next_device(const struct migrate_status *migration,
			   const struct migrate_status_device *previous);

/*
 * migrate_status_next_boot() - walk the installed kernels
 * @migration: the status; not NULL
 * @previous: the kernel before the wanted one, or NULL for the first
 *
 * Return: the kernel, borrowed until the status is freed, or NULL after the last.
 */
const struct migrate_status_boot *
migrate_status_next_boot(const struct migrate_status *migration,
			 const struct migrate_status_boot *previous);

/*
 * migrate_status_next_line() - walk the lines of modprobe.d, in the order of their precedence
 * @migration: the status; not NULL
 * @previous: the line before the wanted one, or NULL for the first
 *
 * Return: the line, borrowed until the status is freed, or NULL after the last.
 */
const struct migrate_status_line *
migrate_status_next_line(const struct migrate_status *migration,
			 const struct migrate_status_line *previous);

/*
 * migrate_plan() - determine what choosing a model for the next boots would change
 * @ctx: the context; it may read a captured tree; not NULL
 * @root: as for migrate_status_read()
 * @model: the model
 * @request: a request whose setting "force" is used; NULL not to force
 * @flags: bits of enum migrate_flags
 * @ret: receives first the result of the file, whose step contains the text to write, then those of
 *       devices; release them with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Return: as migrate_status_read(); also
 *   -EINVAL  a flag is unknown, or MIGRATE_NOW is combined with @root.
 */
int migrate_plan(struct daxbus_ctx *ctx, const char *root, enum device_model model,
		 const struct daxbus_request *request, unsigned int flags,
		 struct daxbus_results **ret, struct daxbus_error *error);

/*
 * migrate_apply() - choose the model for the next boots
 * @ctx: the context; it must read the running kernel; not NULL
 * @root: as for migrate_status_read(); only write permission below @root is required
 * @model: with DEVICE_MODEL_BUS, the function writes a file of modprobe.d; with DEVICE_MODEL_CLASS,
 *         it removes the file; in both cases only if necessary
 * @request: a request whose settings "force" and "wait" are used; NULL for the defaults
 * @flags: bits of enum migrate_flags
 * @ret: receives first the result of the file, then those of devices; release them with
 *       daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * With DEVICE_MODEL_BUS, the function first searches for consumers, as class_scan_run() does; if it
 * finds any, it changes nothing unless "force" is set. It never changes a file that daxbus did not
 * write, or that was edited since. It moves devices only after the file is in the requested state,
 * each device in its own transaction; if a device fails, the file stays.
 *
 * Context: without @root, takes the lock /run/daxbus/lock and requires CAP_DAC_OVERRIDE.
 *
 * Return: 0, whatever the status of the results, or an error of migrate_status_read(); also
 *   -EPERM  the process is not root;
 *   -EOPNOTSUPP  the context reads a captured tree;
 *   -EBUSY  another process holds the lock;
 *   -EINVAL  a flag is unknown, or MIGRATE_NOW is combined with @root;
 *   -EINTR  the progress function stopped the search for consumers;
 *   -EUCLEAN  with MIGRATE_NOW: a killed process left changes behind (reason "recover-first").
 */
int migrate_apply(struct daxbus_ctx *ctx, const char *root, enum device_model model,
		  const struct daxbus_request *request, unsigned int flags,
		  struct daxbus_results **ret, struct daxbus_error *error);

#endif
