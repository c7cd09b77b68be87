/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_ND_REGION_H
#define DAXBUS_MODEL_ND_REGION_H

#include "model/snapshot.h"

/*
 * Regions of persistent memory on the nd bus, which contain namespaces. The number of such a region
 * is the ID of the dax region of each device in it, and a device has the number of its namespace:
 * namespace0.1 becomes dax0.1.
 */

#define ND_BUS		"/sys/bus/nd"
#define ND_DEVICES	"/sys/bus/nd/devices"

/*
 * The driver of a devdax namespace on the nd bus decides the model of the device: the dax bus, or
 * /sys/class/dax (drivers/dax/pmem, 5.1 to 5.16; drivers/dax/pmem.c).
 */
#define ND_BUS_DRIVER	"dax_pmem"
#define ND_CLASS_DRIVER "dax_pmem_compat"

/* A namespace; of a region with labels also the seed, which has no memory yet. */
struct nd_namespace {
	char *name;	   /* "namespace0.1" */
	uint32_t instance; /* Y of namespaceX.Y */
	struct opt_u64 size;
	struct opt_str uuid;   /* "" or none: it has none */
	struct opt_str mode;   /* the kernel's word: raw, memory, safe, dax */
	struct opt_str holder; /* the nd device that claims it; "" if none */
	bool bound;  /* to a driver of the nd bus, as a namespace in raw mode is while in use */
	char *block; /* its block device, or NULL */
};

/* How the region stores its namespaces: nstype of the kernel. */
#define ND_LEGACY 4 /* not at all: a single namespace covers the region */
#define ND_LABELS 5 /* in labels */

struct nd_region {
	char *name; /* "region0"; NULL: no such region */
	struct opt_u64 id;
	struct opt_u64 nstype;
	struct opt_u64 size;
	struct opt_u64 start;  /* readable by root */
	struct opt_u64 extent; /* size of the largest possible namespace */
	struct opt_u64 align;  /* sizes are multiples of it */
	struct opt_u64 ways;   /* of interleave */
	struct opt_u64 read_only;
	struct opt_u64 target_node;
	struct opt_str seed;	 /* the namespace to create next, in a region with labels */
	struct opt_str dax_seed; /* none while the region is disabled */
	struct opt_u64 seed_align;
	struct opt_strv alignments;  /* supported for devices */
	struct nd_namespace *spaces; /* by instance */
	size_t n_spaces;
};

void nd_region_namespace_done(struct nd_namespace *space);
void nd_region_done(struct nd_region *region);

/* The namespace of that name, or NULL. */
const struct nd_namespace *nd_region_namespace(const struct nd_region *region, const char *name);
/*
 * The namespace that `create` uses: the seed, or the single namespace of a region without labels.
 * NULL if there is none.
 */
const struct nd_namespace *nd_region_next(const struct nd_region *region);
/* The largest possible size of a new device; 0 if none can be created. */
uint64_t nd_region_available(const struct nd_region *region);

#endif
