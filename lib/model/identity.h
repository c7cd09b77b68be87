/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_IDENTITY_H
#define DAXBUS_MODEL_IDENTITY_H

#include "model/snapshot.h"

/*
 * Identities: one word for what a region or a device is, from what its provider knows, and not from
 * names and numbers, which depend on the kernel and on the order in which modules are loaded.
 *
 *   pmem    uuid=4e3f...				the info block of the namespace
 *   cxl     serial=0x1@0x0-0x2@0x10000000	serial number of each memory device, in the order of
 *						interleaving, and where in its memory (DPA) the
 *						region begins
 *   hmem    range=0x100000000-0x13fffffff	physical addresses
 *
 * A region of the nd bus, in which namespaces can be created, has no UUID: it has a range, too. A
 * device is the identity of its region, and "+0x8000000", the offset of its first range, if devices
 * can be created in the region; the only device of any other region is the region. So no device
 * changes its identity when others come and go. The words need no quoting in a shell, and no
 * escaping in the name of a file.
 *
 * An identity is unknown if it depends on a value that is; there is none for a device without
 * memory, and for memory devices without serial numbers.
 */

/* Set @region->identity, from its provider, start, size, UUID and CXL devices. Return: 0; -ENOMEM.
 */
int identity_set_region(struct region *region) _must_check_;
/* Set @d->identity, from that of its region. Return: 0; -ENOMEM. */
int identity_set_device(struct device *d) _must_check_;

/* The memory devices of the identity of a CXL region, in the order of interleaving. */
#define IDENTITY_SERIALS_MAX 16
struct identity_serials {
	size_t n;
	struct {
		uint64_t serial;
		uint64_t dpa;
	} items[IDENTITY_SERIALS_MAX];
};

/* Parse "serial=0x1@0x0-0x2@0x0". Return: 0; -EINVAL, also for a serial number twice, or 0. */
int identity_parse_serials(const char *text, struct identity_serials *ret) _must_check_;

#endif
