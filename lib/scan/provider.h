/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_PROVIDER_H
#define DAXBUS_SCAN_PROVIDER_H

#include "base/error.h"
#include "base/log.h"
#include "io/sysfs.h"
#include "model/fields.h"
#include "model/snapshot.h"

/*
 * provider_describe() - what the providers of the regions know of them
 * @s: the snapshot, whose regions and devices it completes
 * @needs: NEED_PMEM, NEED_CXL, NEED_NODE_FACTS
 *
 * Persistent memory: the NVDIMM bus and region stand in the path; namespace and UUID are asked of
 * libndctl, which finds the nd device behind a dax region through libdaxctl. In a captured tree,
 * and where those libraries are not installed, the attributes of the nd device answer. CXL: the
 * region stands in the path, its memory devices behind the decoders that it targets; its
 * performance answers where the node has none yet.
 *
 * Return: 0; -ENOMEM.
 */
int provider_describe(struct sysfs *fs, const struct log *log, struct daxbus_snapshot *s,
		      unsigned int needs) _must_check_;

#endif
