/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_POLICY_FILE_H
#define DAXBUS_API_POLICY_FILE_H

#include "api/policy.h"
#include "parsers/daxctl-conf.h"

/* Policies as files in /etc/daxbus/policy.d. Only the tool writes and removes them. */

/*
 * api_policy_file_save() - write policies that describe the devices as they are
 * @ctx: the context; not NULL
 * @root: directory of the system in which they are written; NULL for the running system
 * @query: regions of the devices that it selects; NULL for all
 * @how: its settings "force" (replace files that daxbus did not write) and "wait" are used
 * @dry_run: only return what would be written
 * @ret: receives a result for each file, whose step has its text; release with
 *       daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * A region to which a policy of another name applies is refused, because the new one would be
 * hidden, or hide it. Files are written completely or not at all.
 *
 * Without @root, the devices are read and the files written with the lock: no other process is
 * changing them.
 *
 * Return: 0, whatever the status of the results, or an error of api_policy_read(); also
 *   -EPERM    without @root, the process is not root;
 *   -EBUSY    another process has the lock;
 *   -EUCLEAN  changes may still be undone (reason "recover-first" or "on-trial").
 */
int api_policy_file_save(struct daxbus_ctx *ctx, const char *root, const struct daxbus_query *query,
			 const struct daxbus_request *how, bool dry_run,
			 struct daxbus_results **ret, struct daxbus_error *error) _must_check_;

/*
 * api_policy_file_apply() - daxbus_apply(), and note what is gone for
 *                           api_policy_file_save_changed()
 *
 * A CXL region that is destroyed is gone afterwards, with all that its policy is named after.
 *
 * Return: as daxbus_apply(); also errors of scan_take().
 */
int api_policy_file_apply(struct daxbus_ctx *ctx, const struct daxbus_query *query,
			  const struct daxbus_request *request, struct daxbus_results **ret,
			  struct daxbus_error *error) _must_check_;

/*
 * api_policy_file_save_changed() - write policies for the regions of devices that were changed
 * @ctx: the context; not NULL
 * @how: its setting "wait" is used
 * @results: of changes, all of them successful; receives a result for each file, or for the
 *           directory if that fails as a whole
 *
 * The policy of a region that has no device any more, or that api_policy_file_apply() destroyed, is
 * removed, if daxbus wrote it.
 *
 * Return: 0; -ENOMEM.
 */
int api_policy_file_save_changed(struct daxbus_ctx *ctx, const struct daxbus_request *how,
				 struct daxbus_results *results) _must_check_;

/*
 * struct policy_import - a file that is imported
 * @path: the file, for messages if there is a layout
 * @layout: a request with a saved layout, whose devices are sorted; NULL: it is a file of daxctl
 */
struct policy_import {
	const char *path;
	struct daxbus_request *layout;
};

/*
 * api_policy_file_import() - write policies for the sections of files of daxctl, such as those in
 *                            /etc/daxctl.conf.d, and for the regions of saved layouts
 * @ctx: the context; not NULL
 * @root: as for api_policy_file_save()
 * @files: the @n files
 * @force: replace files that exist
 * @dry_run: only return what would be written
 * @ret: receives a result for each section or region; release with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Return: as api_policy_file_save(); also errors of api_policy_read_file(); -EINVAL a file is
 * malformed: the files before it are imported.
 */
int api_policy_file_import(struct daxbus_ctx *ctx, const char *root,
			   const struct policy_import *files, size_t n, bool force, bool dry_run,
			   struct daxbus_results **ret, struct daxbus_error *error) _must_check_;

/*
 * api_policy_file_read_daxctl() - read a file of daxctl
 * @ctx: the context; not NULL
 * @path: the file
 * @ret: receives its sections; initialized to zero, freed with daxctl_conf_done() also after a
 *       failure
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0; errors of api_policy_read_file(); -EINVAL malformed; -ELIBACC libinih is missing.
 */
int api_policy_file_read_daxctl(struct daxbus_ctx *ctx, const char *path, struct daxctl_conf *ret,
				struct daxbus_error *error) _must_check_;

/*
 * api_policy_file_remove() - remove policies from /etc/daxbus/policy.d
 * @ctx: the context; not NULL
 * @root: as for api_policy_file_save()
 * @names: their @n names, "50-a.conf", without a directory
 * @dry_run: only return what would be removed
 * @ret: receives a result for each file; release with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0, whatever the status of the results; -EPERM as api_policy_file_save(); -ENOMEM.
 */
int api_policy_file_remove(struct daxbus_ctx *ctx, const char *root, char *const *names, size_t n,
			   bool dry_run, struct daxbus_results **ret,
			   struct daxbus_error *error) _must_check_;

#endif
