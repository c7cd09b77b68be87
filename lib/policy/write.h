/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_POLICY_WRITE_H
#define DAXBUS_POLICY_WRITE_H

#include "model/cxl.h"
#include "model/request.h"
#include "policy/compare.h"

/* The state of a region as a policy; pure. */

/* Whether daxbus wrote a policy, so that it may replace it. */
bool policy_write_is_ours(const char *text);

/* The directory entry for a region: "50-hmem-range-0x100000000.conf". Return: 0; -ENOMEM. */
int policy_write_name(const struct region *region, char **ret) _must_check_;

/*
 * policy_write_saved() - describe the devices of one region of a saved layout
 * @devices: @n devices of the layout
 * @ret_name: receives the directory entry, as policy_write_name(); to be freed
 * @ret: receives the text of a policy; to be freed
 * @ret_why: receives why they cannot be described, a constant sentence
 *
 * Return: 0; -EOPNOTSUPP, see @ret_why; -ENOMEM.
 */
int policy_write_saved(const struct saved_device *devices, size_t n, char **ret_name, char **ret,
		       const char **ret_why) _must_check_;

/*
 * policy_write_text() - describe a region and its devices as they are
 * @s: the snapshot, read with policy_match_needs() and policy_compare_needs()
 * @region: a region of it
 * @bus: the CXL bus
 * @nodes: the character devices, one for each device of @s; NULL: they are not described
 * @ret: receives the text of a policy; to be freed
 * @ret_why: receives why the region cannot be described, a constant sentence
 *
 * Return: 0; -EOPNOTSUPP, see @ret_why; -ENOMEM.
 */
int policy_write_text(const struct daxbus_snapshot *s, const struct region *region,
		      const struct cxl_bus *bus, const struct policy_node *nodes, char **ret,
		      const char **ret_why) _must_check_;

#endif
