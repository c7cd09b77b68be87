/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_POLICY_H
#define DAXBUS_API_POLICY_H

#include "base/log.h"
#include "policy/boot.h"
#include "policy/compare.h"

/* Policies of memory after a boot. Only the tool uses them; libdaxbus.so does not export them. */

/*
 * struct policy_source - which policies
 * @root: directory of an installed system; NULL for the running system, or the captured tree
 * @paths: @n_paths files, of which the first that matches a device applies to it, instead of those
 *         that are installed
 */
struct policy_source {
	const char *root;
	char *const *paths;
	size_t n_paths;
};

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
 * @notes: policies that the kernel would forestall at boot; no difference
 * @rows: @n_rows policies
 * @settings: @n_settings values of devices that are there
 */
struct policies {
	struct policy_set set;
	struct daxbus_snapshot *snapshot;
	struct match match;
	struct policy_node *nodes;
	struct differences differences;
	struct boot_notes notes;
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
 * @from: which policies
 * @query: only devices that it selects are compared; NULL for all
 * @ret: receives the policies; release them with api_policy_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0, whatever the files have; an error of daxbus_scan(); also
 *   -ENOENT   there is no such file in @from;
 *   -ENOTDIR  its root is not a directory;
 *   -ELIBACC  libinih is not installed.
 */
int api_policy_read(struct daxbus_ctx *ctx, const struct policy_source *from,
		    const struct daxbus_query *query, struct policies **ret,
		    struct daxbus_error *error) _must_check_;

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

/* Read a file of text, for people who name it. Return: 0; -EINVAL; errno of open(2); -ENOMEM. */
int api_policy_read_file(const char *path, const struct log *log, char **ret,
			 struct daxbus_error *error) _must_check_;

#endif
