/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_POLICY_NODE_H
#define DAXBUS_POLICY_NODE_H

#include "policy/compare.h"

/* Character devices: who may open them, and the links to them in /dev/dax. */

#define POLICY_NODE_LINKS "/dev/dax"

/* Whether a section says anything about the character device. */
bool policy_node_is_wanted(const struct policy_section *section);

/*
 * policy_node_read() - read the character device of a device of the running system
 * @d: the device, read with NEED_NUMBER
 * @section: what is wanted of it; NULL: nothing
 * @ret: receives what is there, in every mode: only opening it requires a driver
 */
void policy_node_read(const struct device *d, const struct policy_section *section,
		      struct policy_node *ret);

/*
 * policy_node_set() - give the character device the owner, group and access mode of a section, and
 *                     create the link
 * @node: from policy_node_read()
 * @ret_what: receives what failed, a constant verb phrase
 *
 * A link that leads to another device is replaced; anything else of that name stays.
 *
 * Return: 0; -ENOENT the user or group does not exist; -ESTALE it is another device by now; errno
 * of fchownat(2), chmod(2), symlinkat(2).
 */
int policy_node_set(const struct device *d, const struct policy_section *section,
		    const struct policy_node *node, const char **ret_what) _must_check_;

#endif
