/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_PROBE_START_H
#define DAXBUS_EXECUTE_PROBE_START_H

#include "execute/transaction.h"

/*
 * probe_start_region() - find out where a region begins
 * @apply: where; with the directory of the journal
 * @region: "region0"
 *
 * Kernels from 7.0 on show that nowhere, unless devices fill the region, or one of them has no
 * memory: then that is what its `resource` says. So a device without memory is created, looked at
 * and deleted again, and what it said is noted. A region where this is known, or that is full or
 * cannot be divided, is left alone; and what fails leaves it unknown.
 *
 * Return: 0; -ENOMEM.
 */
int probe_start_region(const struct apply_context *apply, const char *region) _must_check_;
/* Whether that is still to be found out, for a region that was read with NEED_FREE. */
bool probe_start_is_worth_it(const struct region *region);

#endif
