/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_FIELDS_H
#define DAXBUS_MODEL_FIELDS_H

#include "model/snapshot.h"

/*
 * What a field rests on. scan reads what is needed and leaves the rest unknown, because every file
 * has its price: on a machine with thousands of devices or memory blocks that price is what a user
 * waits for.
 */
enum need {
	NEED_UEVENT = 1 << 0, /* driver and device number */
	NEED_SIZE = 1 << 1,
	NEED_ALIGN = 1 << 2,
	NEED_TARGET_NODE = 1 << 3, /* once a region */
	NEED_DETAIL = 1 << 4, /* numa_node, memmap_on_memory, state: attributes that few ask for */
	NEED_RANGES = 1 << 5, /* where the device is */
	NEED_MAPPINGS = 1 << 6, /* ... with page offsets, every mapping read in full */
	NEED_MEMORY = 1 << 7,	/* counts of memory blocks, from the cheapest exact source */
	NEED_BLOCKS = 1 << 8,	/* every block as an object */
	NEED_FLAGS = 1 << 9,
	NEED_NODE_FACTS = 1 << 10, /* performance, distance, tier */
	NEED_REGION = 1 << 11,	   /* attributes of the region */
	NEED_PMEM = 1 << 12,
	NEED_CXL = 1 << 13,
	NEED_POLICY = 1 << 14, /* machine-wide settings */
	NEED_FREE = 1 << 15,   /* what is free in a region: where every device of it is, selected or
				  not */
	NEED_ND = 1 << 16,     /* what the nd bus has left for devices */
	NEED_IOMEM = 1 << 17,  /* the text of /proc/iomem, which no field has */
	NEED_ALL = ((1 << 17) - 1) & ~NEED_BLOCKS,
};

unsigned int fields_needs(const struct daxbus_field *field);

#endif
