/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_PROVIDER_H
#define DAXBUS_SCAN_PROVIDER_H

#include "base/log.h"
#include "io/sysfs.h"
#include "model/fields.h"
#include "model/snapshot.h"

/*
 * provider_describe() - add the attributes of the providers to regions
 * @fs: the running kernel or a captured tree
 * @log: receives debug messages; borrowed; may be NULL
 * @s: the snapshot; receives the attributes of its regions and devices
 * @needs: bits of enum need: NEED_PMEM, NEED_CXL, NEED_IDENTITY,
 * NEED_NODE_FACTS, NEED_START
 *
 * Persistent memory: the path of the region contains the NVDIMM bus and region. libndctl provides
 * namespace and UUID, and finds the nd device of a dax region through libdaxctl; in a captured
 * tree, and without these libraries, the attributes of the nd device do. CXL: the path contains the
 * region, and its target decoders lead to the memory devices. The performance of the region is used
 * if the node has none.
 *
 * Return: 0; -ENOMEM.
 */
int provider_describe(struct sysfs *fs, const struct log *log, struct daxbus_snapshot *s,
		      unsigned int needs) _must_check_;

/*
 * provider_is_leaving() - whether the running kernel takes a provider from its driver
 * @parent: directory of the provider, the parent of its devices
 *
 * kernel < 6.9: Reads of available_size, and of all kernels those of mappingN, then wait until this
 * is complete, and it waits for them. The kernel removes the link `driver` first.
 */
bool provider_is_leaving(const struct sysfs_dir *parent);

#endif
