/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_MIGRATE_H
#define DAXBUS_API_MIGRATE_H

#include "migrate/migrate.h"

/*
 * The device model of the next boots. Only the tool uses these functions; libdaxbus.so does not
 * export them.
 */

/*
 * migrate_status_read() - say which device model there is, and what decides it at the next boot
 * @ctx: the context; with a captured tree, the tree is the installed system as well
 * @root: directory of another installed system, of which only the installed kernels are read; NULL
 *        for the running system, with its devices
 * @ret: receives the answer; release with migrate_status_free()
 * @error: receives what failed, or NULL
 *
 * Two kernel drivers can take a devdax namespace of persistent memory: dax_pmem, whose devices are
 * on the bus (/sys/bus/dax), and up to Linux 5.16 dax_pmem_compat, whose devices are in the class
 * (/sys/class/dax). Modules, their aliases and the lines of modprobe.d(5) say which one is loaded.
 *
 * Source: modules.dep, modules.alias and modules.builtin of the kernel, modprobe.d(5), the kernel's
 *         command line, its configuration below /boot.
 *
 * Return: 0; -ENOENT or -ENOTDIR when @root is not a directory; -EACCES; -ENOMEM; what
 * daxbus_scan() returns.
 */
int migrate_status_read(struct daxbus_ctx *ctx, const char *root, struct migrate_status **ret,
			struct daxbus_error *error);

/*
 * migrate_status_free() - free an answer and everything borrowed from it
 * @migration: the answer, or NULL
 *
 * Return: NULL.
 */
struct migrate_status *migrate_status_free(struct migrate_status *migration);

/*
 * migrate_status_get_summary() - the answer in short
 * @migration: the answer
 *
 * Return: the summary, borrowed until the answer is released.
 */
const struct migrate_status_summary *
migrate_status_get_summary(const struct migrate_status *migration);

/*
 * migrate_status_next_device() - walk the devices on persistent memory that there are
 * @migration: the answer
 * @previous: the device before the wanted one, or NULL for the first
 *
 * Return: the device, borrowed until the answer is released, or NULL after the last.
 */
const struct migrate_status_device *
migrate_status_next_device(const struct migrate_status *migration,
			   const struct migrate_status_device *previous);

/*
 * migrate_status_next_boot() - walk the kernels
 * @migration: the answer
 * @previous: the kernel before the wanted one, or NULL for the first
 *
 * Return: the kernel, borrowed until the answer is released, or NULL after the last.
 */
const struct migrate_status_boot *
migrate_status_next_boot(const struct migrate_status *migration,
			 const struct migrate_status_boot *previous);

/*
 * migrate_status_next_line() - walk the lines of modprobe.d, in the order in which they count
 * @migration: the answer
 * @previous: the line before the wanted one, or NULL for the first
 *
 * Return: the line, borrowed until the answer is released, or NULL after the last.
 */
const struct migrate_status_line *
migrate_status_next_line(const struct migrate_status *migration,
			 const struct migrate_status_line *previous);

/*
 * migrate_plan() - say what choosing a model for the next boots would do
 * @ctx: the context; a captured tree will do
 * @root: as for migrate_status_read()
 * @model: the model
 * @request: "force" counts; NULL not to force
 * @flags: bits of enum migrate_flags
 * @ret: receives first the result of the file, whose step has the text that would be written, then
 *       those of devices; release with daxbus_results_free()
 * @error: receives what failed, or NULL
 *
 * Return: as migrate_status_read(); -EINVAL for flags that make no sense.
 */
int migrate_plan(struct daxbus_ctx *ctx, const char *root, enum device_model model,
		 const struct daxbus_request *request, unsigned int flags,
		 struct daxbus_results **ret, struct daxbus_error *error);

/*
 * migrate_apply() - choose the model for the next boots
 * @ctx: the context, of the running kernel
 * @root: as for migrate_status_read(); with it, who may write there may do this
 * @model: for DEVICE_MODEL_BUS a file of modprobe.d is written, for DEVICE_MODEL_CLASS it is
 *         removed; neither when that would change nothing
 * @request: "force" and "wait" count; NULL for neither
 * @flags: bits of enum migrate_flags
 * @ret: receives first the result of the file, then those of devices; release with
 *       daxbus_results_free()
 * @error: receives what failed, or NULL
 *
 * For DEVICE_MODEL_BUS users are looked for first, as class_scan_run() does; as long as there
 * are any, nothing is touched unless that is forced. A file that daxbus did not write, or that was
 * changed since, is never touched. Devices are only moved when the file is as it should be, each as
 * a transaction of its own; the file stays when one of them fails.
 *
 * Context: without @root, takes the lock /run/daxbus/lock and needs CAP_DAC_OVERRIDE.
 *
 * Return: 0, whatever became of the file; as migrate_status_read();
 *   -EPERM  not root;
 *   -EOPNOTSUPP  the context reads a captured tree;
 *   -EBUSY  another process holds the lock;
 *   -EINVAL  flags that make no sense;
 *   -EINTR  while users were looked for, the progress function asked to stop;
 *   -EUCLEAN  with MIGRATE_NOW, a killed run has to be recovered first.
 */
int migrate_apply(struct daxbus_ctx *ctx, const char *root, enum device_model model,
		  const struct daxbus_request *request, unsigned int flags,
		  struct daxbus_results **ret, struct daxbus_error *error);

#endif
