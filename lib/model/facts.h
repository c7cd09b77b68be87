/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_FACTS_H
#define DAXBUS_MODEL_FACTS_H

#include "base/kernel-version.h"
#include "model/cxl.h"
#include "model/nd-region.h"
#include "model/onliner.h"
#include "model/snapshot.h"

#define HUGE_POOLS_MAX 8

/* The pools of huge pages of a node that are not empty. */
struct huge_pools {
	struct huge_pool {
		uint64_t size; /* of a page, in bytes */
		uint64_t pages;
	} items[HUGE_POOLS_MAX];
	size_t n;
};

/* The node to which most of the memory of another one can move; none, or not read: @node unknown.
 */
struct other_node {
	struct opt_u64 node;
	uint64_t free; /* bytes that are free, or can be dropped */
	struct huge_pools pools;
};

/*
 * The inputs of a plan beside the snapshot, read for a single device that is about to be changed.
 * Unknown values (zero means NONE) are those that this user, or a captured tree, cannot provide.
 */
struct facts {
	bool root;	 /* the effective user can change devices */
	uint64_t kernel; /* KERNEL(); 0: unknown */

	/* Whether the requested driver is registered on the dax bus; if not, enum daxbus_module. */
	struct opt_u64 has_driver;
	struct opt_u64 module;
	struct opt_u64 compat_module; /* the same of dax_pmem_compat; read to create a namespace */

	/*
	 * The driver on the nd bus decides whether a device of persistent memory is one of the
	 * class or of the bus. Read if the device model is to change: its current driver there,
	 * whether the new one is registered, enum daxbus_module if not, and drivers_autoprobe of
	 * the nd bus. See also info_uuid.
	 */
	struct opt_str nd_driver;
	struct opt_u64 has_nd_driver;
	struct opt_u64 nd_module;
	struct opt_str nd_autoprobe;

	/* Processes that have a devdax or famfs device open or mapped: "qemu (1234): mapped". */
	struct opt_strv holders;
	/* The busy entry of /proc/iomem in the ranges of a device without driver. */
	struct opt_str range_holder;
	/* Whether the region's parent has a driver; read to create, resize or destroy. */
	struct opt_u64 has_provider;
	/* Whether a bind of this instance to device_dax or fsdev_dax failed. */
	struct opt_u64 stale_memmap;

	/*
	 * Persistent memory, read to create, destroy or move a device: its region of the nd bus;
	 * its namespace, and the UUID in the info block; whether the block device of the namespace
	 * to be used is in use; two unused UUIDs.
	 */
	struct nd_region nd;
	struct opt_str namespace;
	struct opt_str info_uuid;
	struct opt_u64 block_busy;
	struct opt_str uuids[2];

	/*
	 * The CXL bus, read to create or destroy a region there; whether the driver of dax regions
	 * on it is registered, and if not, enum daxbus_module.
	 */
	struct cxl_bus cxl;
	struct opt_u64 has_cxl_driver;
	struct opt_u64 cxl_module;

	/* Bytes of available RAM; for a device in kmem, on other nodes than its own. */
	struct opt_u64 memory_available;
	struct opt_u64 node_used; /* bytes on its node whose data would have to move */
	struct opt_u64 node_free; /* bytes on its node that are free or can be dropped */
	struct huge_pools pools;  /* on its node; read for a device in kmem */

	/*
	 * Read to make room: whether the kernel can reclaim memory of its node alone; bytes of
	 * clean pages of files there; another node.
	 */
	struct opt_u64 has_reclaim;
	struct opt_u64 node_clean;
	struct other_node other;

	/*
	 * Bytes online on its node, of whatever device; and who may use memory of no other node,
	 * read if that is all memory of this device: "qemu (1234): bind:1".
	 */
	struct opt_u64 node_online;
	struct opt_strv node_bound;

	struct opt_str autoprobe;  /* drivers_autoprobe of the bus */
	struct opt_u64 neighbours; /* other devices on the bus without a driver; read for kmem */
	struct onliners onliners;  /* at work in the running system; read for kmem */
};

void facts_done(struct facts *facts);

#endif
