/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_ND_REGION_H
#define DAXBUS_MODEL_ND_REGION_H

#include "model/snapshot.h"

/*
 * Regions of persistent memory as the nd bus has them: what namespaces are made in. The number of
 * such a region is the id of the dax region of each device in it, and a device has the number of
 * its namespace: namespace0.1 becomes dax0.1.
 */

#define ND_BUS		"/sys/bus/nd"
#define ND_DEVICES	"/sys/bus/nd/devices"

/*
 * Which of these drivers of the nd bus has a devdax namespace decides its model: a device of the
 * dax bus, or one of /sys/class/dax (drivers/dax/pmem, 5.1 to 5.16; drivers/dax/pmem.c).
 */
#define ND_BUS_DRIVER	"dax_pmem"
#define ND_CLASS_DRIVER "dax_pmem_compat"

/* A namespace; of a region with labels also the seed, which has no memory yet. */
struct nd_namespace {
	char *name;	   /* "namespace0.1" */
	uint32_t instance; /* Y of namespaceX.Y */
	struct opt_u64 size;
	struct opt_str uuid;   /* "" and none: it has none */
	struct opt_str mode;   /* the kernel's word: raw, memory, safe, dax */
	struct opt_str holder; /* the nd device that claims it, "" without */
	bool bound;	       /* to a driver of the nd bus, as one without holder is while used */
	char *block;	       /* its block device, NULL without */
};

/* How its namespaces are kept: nstype of the kernel. */
#define ND_LEGACY 4 /* none are kept, one has all of the region */
#define ND_LABELS 5 /* in labels */

struct nd_region {
	char *name; /* "region0"; NULL: there is none */
	struct opt_u64 id;
	struct opt_u64 nstype;
	struct opt_u64 size;
	struct opt_u64 start;  /* for root */
	struct opt_u64 extent; /* the largest namespace that can be made */
	struct opt_u64 align;  /* what sizes are multiples of */
	struct opt_u64 ways;   /* of interleave */
	struct opt_u64 read_only;
	struct opt_u64 target_node;
	struct opt_str seed;	 /* the namespace that is made next, where there are labels */
	struct opt_str dax_seed; /* none while the region is disabled */
	struct opt_u64 seed_align;
	struct opt_strv alignments;  /* that a device can have */
	struct nd_namespace *spaces; /* by instance */
	size_t n_spaces;
};

void nd_region_namespace_done(struct nd_namespace *space);
void nd_region_done(struct nd_region *region);

/* The namespace of that name, or NULL. */
const struct nd_namespace *nd_region_namespace(const struct nd_region *region, const char *name);
/*
 * The namespace that `create` makes a device of: the seed, or the one that has all of a region
 * without labels. NULL when there is none.
 */
const struct nd_namespace *nd_region_next(const struct nd_region *region);
/* What a device of it can have at most; 0 when none can be made. */
uint64_t nd_region_available(const struct nd_region *region);

#endif
