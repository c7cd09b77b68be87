/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_PROVIDER_H
#define DAXBUS_SCAN_PROVIDER_H

#include "base/error.h"
#include "base/log.h"
#include "io/sysfs.h"
#include "model/fields.h"
#include "model/snapshot.h"

/*
 * provider_describe() - add what the providers know of the regions
 * @s: the snapshot, whose regions and devices it completes
 * @needs: NEED_PMEM, NEED_CXL, NEED_NODE_FACTS
 *
 * Persistent memory: the path of the region contains the NVDIMM bus and region; libndctl provides
 * namespace and UUID, and finds the nd device behind a dax region through libdaxctl. In a captured
 * tree, and where those libraries are not installed, the attributes of the nd device do. CXL: the
 * path contains the region; its target decoders lead to the memory devices. The region's own
 * performance is used while the node has none.
 *
 * Return: 0; -ENOMEM.
 */
int provider_describe(struct sysfs *fs, const struct log *log, struct daxbus_snapshot *s,
		      unsigned int needs) _must_check_;

#endif
