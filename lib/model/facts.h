/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_FACTS_H
#define DAXBUS_MODEL_FACTS_H

#include "base/kernel-version.h"
#include "model/nd-region.h"
#include "model/snapshot.h"

/*
 * What a plan rests on besides the snapshot: things that are read for one device, when it is about
 * to be changed. Unknown (zero is NONE, say it) is what this user, or a captured tree, does not
 * tell.
 */
struct facts {
	bool root;	 /* the effective user may change things */
	uint64_t kernel; /* KERNEL(); 0: unknown */

	struct opt_u64 has_driver; /* whether the wanted driver is registered on the dax bus */
	struct opt_u64 module; /* enum daxbus_module of the wanted driver's module; read where it is
				  not registered */
	struct opt_u64 compat_module; /* likewise dax_pmem_compat; read to create a namespace */

	/*
	 * What makes a device of persistent memory one of the class or of the bus is its driver on
	 * the nd bus; read where that is to change: the one that it has, whether the other one is
	 * registered, and where it is not, enum daxbus_module of its module; the nd bus's
	 * drivers_autoprobe. See also info_uuid.
	 */
	struct opt_str nd_driver;
	struct opt_u64 has_nd_driver;
	struct opt_u64 nd_module;
	struct opt_str nd_autoprobe;

	/* Who has the device open or mapped: "qemu (1234): mapped". Read for a device in devdax,
	 * famfs. */
	struct opt_strv holders;
	/* What stands in the device's ranges in /proc/iomem and is busy there; read for one without
	 * driver. */
	struct opt_str range_holder;
	/* whether the region's parent has a driver; read to create, resize or destroy */
	struct opt_u64 has_provider;
	struct opt_u64 stale_memmap; /* whether a bind to device_dax or fsdev_dax failed on this
					  instance */

	/*
	 * Persistent memory, read to create, destroy or move: its region of the nd bus; what a
	 * device was made from, and the UUID in its info block; whether the block device of the
	 * namespace that is to be used is in use itself; and UUIDs that nothing has yet.
	 */
	struct nd_region nd;
	struct opt_str namespace;
	struct opt_str info_uuid;
	struct opt_u64 block_busy;
	struct opt_str uuids[2];

	/* bytes of RAM to be had; of a device in kmem, outside its node */
	struct opt_u64 memory_available;
	struct opt_u64 node_used; /* bytes in use on the device's node that would have to move */
	struct opt_u64 node_free; /* bytes on it that are free, or can be dropped */

	struct opt_str autoprobe;  /* the bus's drivers_autoprobe */
	struct opt_u64 neighbours; /* other devices on the bus without a driver; read for kmem */
};

void facts_done(struct facts *facts);

#endif
