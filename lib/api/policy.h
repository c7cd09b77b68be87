/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_POLICY_H
#define DAXBUS_API_POLICY_H

#include "base/log.h"
#include "policy/compare.h"

/* Policies of memory after a boot. Only the tool uses them; libdaxbus.so does not export them. */

/* A policy, for people and documents; everything is borrowed from struct policies. */
struct policies_row {
	const char *file;
	const char *state;  /* see policy_match_state_word() */
	const char *winner; /* the policy that applies instead; or NULL */
	struct strv devices;
};

/* The value of a key for a device, and the line that sets it. */
struct policies_setting {
	const char *device;
	const char *key;
	const char *value;
	const char *file;
	unsigned int line;
};

/*
 * struct policies - what the policies are, and what they mean for the devices
 * @set: the policies and their problems
 * @snapshot: what is there; NULL if it was not asked for
 * @match: which policy applies to what
 * @differences: what is against the policies
 * @rows: @n_rows policies
 * @settings: @n_settings values of devices that are there
 */
struct policies {
	struct policy_set set;
	struct daxbus_snapshot *snapshot;
	struct match match;
	struct policy_node *nodes;
	struct differences differences;
	struct policies_row *rows;
	size_t n_rows;
	struct policies_setting *settings;
	size_t n_settings;
};

void api_policy_free(struct policies *policies);
static inline void api_policy_free_p(struct policies **policies)
{
	api_policy_free(*policies);
}

/*
 * api_policy_read() - read the policies, and compare them with the machine
 * @ctx: the context; it may read a captured tree; not NULL
 * @root: directory of an installed system, whose policies are read; NULL for the running system, or
 *        the captured tree
 * @query: only devices that it selects are compared; NULL for all
 * @ret: receives the policies; release them with api_policy_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0, whatever the files have; an error of daxbus_scan(); also
 *   -ENOTDIR  @root is not a directory;
 *   -ELIBACC  libinih is not installed.
 */
int api_policy_read(struct daxbus_ctx *ctx, const char *root, const struct daxbus_query *query,
		    struct policies **ret, struct daxbus_error *error) _must_check_;

/*
 * api_policy_verify() - check one file
 * @ctx: the context; not NULL
 * @path: the file; it need not be in a directory of policies
 * @ret: receives it and its problems, without devices; release with api_policy_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0, whatever the file has; -ENOENT and other errors of open(2); -ELIBACC; -ENOMEM.
 */
int api_policy_verify(struct daxbus_ctx *ctx, const char *path, struct policies **ret,
		      struct daxbus_error *error) _must_check_;

/*
 * api_policy_apply() - change devices to what the policies want
 * @ctx: the context; not NULL
 * @root: as for api_policy_read()
 * @query: as for api_policy_read()
 * @policies: from api_policy_read(); each device is read again before it is changed
 * @how: its settings "force", "wait" and "timeout" are used
 * @dry_run: only plan
 * @ret: receives a result for each policy that applies to nothing, and for each device that has a
 *       policy; release them with daxbus_results_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Return: as daxbus_apply(), or with @dry_run daxbus_plan().
 */
int api_policy_apply(struct daxbus_ctx *ctx, const char *root, const struct daxbus_query *query,
		     const struct policies *policies, const struct daxbus_request *how,
		     bool dry_run, struct daxbus_results **ret,
		     struct daxbus_error *error) _must_check_;

/* Read a file of text, for people who name it. Return: 0; -EINVAL; errno of open(2); -ENOMEM. */
int api_policy_read_file(const char *path, const struct log *log, char **ret,
			 struct daxbus_error *error) _must_check_;

#endif
