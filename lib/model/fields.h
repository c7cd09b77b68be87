/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_FIELDS_H
#define DAXBUS_MODEL_FIELDS_H

#include "model/snapshot.h"

/*
 * What must be read to determine a field. The scan only reads what a query needs, and leaves other
 * values unknown: with thousands of devices or memory blocks, users wait for the reads.
 */
enum need {
	NEED_DRIVER = 1 << 0,
	NEED_SIZE = 1 << 1,
	NEED_ALIGN = 1 << 2,
	NEED_TARGET_NODE = 1 << 3, /* read once per region */
	NEED_DETAIL = 1 << 4,	/* numa_node, memmap_on_memory, state: rarely needed attributes */
	NEED_RANGES = 1 << 5,	/* the ranges of the device */
	NEED_MAPPINGS = 1 << 6, /* the ranges with page offsets: reads all of each mapping */
	NEED_MEMORY = 1 << 7,	/* counts of memory blocks, from the cheapest exact source */
	NEED_BLOCKS = 1 << 8,	/* every block as an object */
	NEED_FLAGS = 1 << 9,
	NEED_NODE_FACTS = 1 << 10, /* performance, distance, tier */
	NEED_REGION = 1 << 11,	   /* attributes of the region */
	NEED_PMEM = 1 << 12,
	NEED_CXL = 1 << 13,
	NEED_POLICY = 1 << 14,	  /* machine-wide settings */
	NEED_FREE = 1 << 15,	  /* free memory of a region: reads the ranges of all its devices */
	NEED_ND = 1 << 16,	  /* space for devices on the nd bus */
	NEED_NUMBER = 1 << 17,	  /* device number and file in /dev */
	NEED_ORPHANS = 1 << 18,	  /* memory whose device is gone: /proc/iomem, and all ranges */
	NEED_START = 1 << 19,	  /* first address of a region */
	NEED_IDENTITY = 1 << 20,  /* words for devices and regions that do not change with names */
	NEED_CXL_SPACE = 1 << 21, /* memory devices and regions of the CXL bus, without devices */
	NEED_AVAILABLE = 1 << 22, /* available_size of the region, which takes the kernel's lock */
	NEED_IOMEM = 1 << 23,	  /* the text of /proc/iomem; no field needs it */
	NEED_ALL = ((1 << 23) - 1) & ~NEED_BLOCKS,
	NEED_UEVENT = NEED_DRIVER | NEED_NUMBER, /* in one file of each device */
};

unsigned int fields_needs(const struct daxbus_field *field);

#endif
