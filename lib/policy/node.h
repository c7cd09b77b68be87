/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_POLICY_NODE_H
#define DAXBUS_POLICY_NODE_H

#include "model/step.h"
#include "policy/compare.h"

/* Character devices: who may open them, and the links to them; see execute/chardev.h. */

/* Whether a section says anything about the character device. */
bool policy_node_is_wanted(const struct policy_section *section);

/*
 * policy_node_read() - read the character device of a device of the running system
 * @d: the device, read with NEED_NUMBER
 * @section: what is wanted of it; NULL: nothing: look for a link
 * @ret: receives what is there, in every mode: only opening it requires a driver
 */
void policy_node_read(const struct device *d, const struct policy_section *section,
		      struct policy_node *ret);

/*
 * policy_node_steps() - list the steps that set up the character device as a section wants it
 * @node: from policy_node_read()
 * @ret: receives them; none if it is so already; release with steps_done()
 * @ret_unknown: with -ENOENT, receives "user" or "group": the one of that name does not exist
 *
 * A link that leads to another device is replaced.
 *
 * Return: 0; -ENOENT; -ENOMEM.
 */
int policy_node_steps(const struct device *d, const struct policy_section *section,
		      const struct policy_node *node, struct steps *ret,
		      const char **ret_unknown) _must_check_;

#endif
