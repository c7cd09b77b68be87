/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints the dax bus as libdaxctl shows it, a line for each object, to compare with daxbus list:
 *
 *	region ID SIZE AVAILABLE ALIGN
 *	device NAME REGION SIZE ALIGN NODE MODE BLOCKS ONLINE
 *	mapping NAME START END PAGE_OFFSET
 *
 * MODE is kmem, devdax or disabled. BLOCKS and ONLINE are 0 in other modes than kmem, and `-` for a
 * device of several mappings, because libdaxctl expects its blocks in one contiguous range.
 */
#include <stdio.h>

#define HAVE_UUID 1
#include <uuid/uuid.h>

#include <daxctl/libdaxctl.h>

static int show_mappings(struct daxctl_dev *dev)
{
	struct daxctl_mapping *mapping;
	int n = 0;

	daxctl_mapping_foreach(dev, mapping) {
		n++;
		printf("mapping %s %llu %llu %llu\n", daxctl_dev_get_devname(dev),
		       daxctl_mapping_get_start(mapping), daxctl_mapping_get_end(mapping),
		       daxctl_mapping_get_offset(mapping));
	}
	return n;
}

static void show_device(struct daxctl_region *region, struct daxctl_dev *dev)
{
	struct daxctl_memory *memory = daxctl_dev_get_memory(dev);
	int n_mappings = show_mappings(dev);

	printf("device %s %d %llu %lu %d %s ", daxctl_dev_get_devname(dev),
	       daxctl_region_get_id(region), daxctl_dev_get_size(dev), daxctl_dev_get_align(dev),
	       daxctl_dev_get_target_node(dev),
	       memory			    ? "kmem"
	       : daxctl_dev_is_enabled(dev) ? "devdax"
					    : "disabled");
	if (n_mappings > 1)
		printf("- -\n");
	else if (memory)
		printf("%d %d\n", daxctl_memory_num_sections(memory),
		       daxctl_memory_is_online(memory));
	else
		printf("0 0\n");
}

int main(void)
{
	struct daxctl_region *region;
	struct daxctl_dev *dev;
	struct daxctl_ctx *ctx;

	if (daxctl_new(&ctx) < 0)
		return 1;
	daxctl_region_foreach(ctx, region) {
		printf("region %d %llu %llu %lu\n", daxctl_region_get_id(region),
		       daxctl_region_get_size(region), daxctl_region_get_available_size(region),
		       daxctl_region_get_align(region));
		daxctl_dev_foreach(region, dev)
			show_device(region, dev);
	}
	daxctl_unref(ctx);
	return 0;
}
