/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_SNAPSHOT_H
#define DAXBUS_MODEL_SNAPSHOT_H

#include <errno.h>

#include "base/strv.h"
#include "base/util.h"
#include "daxbus.h"
#include "model/zone.h"

/*
 * The result of a scan: plain structs, which only scan/ writes and nothing changes afterwards. The
 * field table (fields.c) has the name, type and description of every value in them.
 */

struct opt_u64 {
	enum daxbus_presence is;
	uint64_t v;
};

struct opt_str {
	enum daxbus_presence is;
	char *v;
};

struct opt_strv {
	enum daxbus_presence is;
	struct strv v;
};

/*
 * The presence of a value after a read that returned @r. The kernel returns ENOENT if it lacks an
 * attribute; after EACCES (requires root), EBADMSG (a malformed tree) and any other error, the
 * value is unknown.
 */
static inline enum daxbus_presence presence_of(int r)
{
	return r == 0 ? DAXBUS_KNOWN : r == -ENOENT ? DAXBUS_NONE : DAXBUS_UNKNOWN;
}

static inline bool is_known(const struct opt_u64 *o)
{
	return o->is == DAXBUS_KNOWN;
}

static inline bool known_as(const struct opt_str *o, const char *text)
{
	return o->is == DAXBUS_KNOWN && streq(o->v, text);
}

static inline struct opt_u64 known(uint64_t v)
{
	return (struct opt_u64){ DAXBUS_KNOWN, v };
}

static inline struct opt_u64 unknown(void)
{
	return (struct opt_u64){ DAXBUS_UNKNOWN, 0 };
}

static inline struct opt_u64 none(void)
{
	return (struct opt_u64){ DAXBUS_NONE, 0 };
}

/* First member of every struct below, so that a public opaque object can point to any of them. */
struct daxbus_object {
	enum daxbus_kind kind;
	size_t index; /* among the objects of its kind in their parent; set by snapshot_finish() */
	const struct daxbus_snapshot *snapshot;
};

struct bus {
	struct daxbus_object object;
	struct opt_str kernel;
	struct opt_strv models;
	struct opt_u64 block_size;
	struct opt_str auto_online;
	struct opt_str memmap_policy;
	struct opt_u64 orphaned; /* bytes of the orphans; NEED_ORPHANS */
	struct opt_strv notes;
};

struct pmem {
	struct opt_str bus;
	struct opt_str region;
	struct opt_str namespace;
	struct opt_str uuid;
	struct opt_str name; /* of @namespace, in its label; none if it has none */
};

struct cxl {
	struct opt_str region;
	struct opt_strv memdevs;
	struct opt_strv serials;      /* of @memdevs, "0x1"; 0x0: it has none */
	struct opt_strv dpas;	      /* where in each of them the region begins, "0x0"; no field */
	struct opt_u64 locked;	      /* NEED_CXL_SPACE, as what follows */
	struct opt_u64 free_decoders; /* of a memory device */
	struct opt_strv interleave;
};

struct region {
	struct daxbus_object object;
	struct opt_u64 id;
	struct opt_str provider;
	struct opt_str path;	 /* without /sys in front */
	struct opt_str identity; /* see identity.h; NEED_IDENTITY */
	struct opt_u64 size;
	struct opt_u64 available_size;
	struct opt_u64 align;
	struct opt_u64 dynamic;
	struct opt_u64 creatable;
	bool is_nd;    /* space for devices on the nd bus, without devices: see nd-region.h */
	bool is_cxl;   /* part of the CXL bus, without devices: see scan/cxl-space.h */
	bool selected; /* although it has no device */
	uint32_t next_instance;	    /* of the next device, if @is_nd */
	struct opt_u64 target_node; /* the kernel stores it in the region; devices show it */
	struct pmem pmem;
	struct cxl cxl;
	struct opt_u64 start;	      /* its first address, if it can be determined; NEED_START */
	enum daxbus_presence free_is; /* whether @free is known; NEED_FREE */
	struct extent *free;	      /* free memory, ascending */
	size_t n_free;
	struct opt_u64 largest_free; /* known if @free is; 0 if nothing is free; NEED_FREE */

	size_t first_device; /* its devices are contiguous in the snapshot */
	size_t n_devices;
};

/* Free memory of a region. */
struct extent {
	struct daxbus_object object;
	struct region *region;
	struct opt_u64 start;
	struct opt_u64 end;
	struct opt_u64 size;
	struct opt_u64 lost; /* bytes outside of whole memory blocks */
};

struct mapping {
	struct daxbus_object object;
	struct device *device;
	uint64_t first; /* page_offset, or N of mappingN: the sort key */
	struct opt_u64 start;
	struct opt_u64 end;
	struct opt_u64 size;
	struct opt_u64 page_offset;
};

struct block {
	struct daxbus_object object;
	struct device *device;
	struct opt_u64 id;
	struct opt_u64 start;
	struct opt_u64 end; /* set by snapshot_finish(), as @count */
	struct opt_u64 size;
	struct opt_u64 count;
	struct opt_str state;
	struct opt_strv zones;
	struct opt_u64 node;
	bool borrows_state; /* the string is the previous block's; so are the zones, below */
	bool borrows_zones;
};

/* Numbers of memory blocks; NONE if the device is not in kmem. */
struct memory {
	struct opt_u64 blocks;
	struct opt_u64 online;
	struct opt_u64 movable;
	struct opt_u64 kernel;
	struct opt_u64 offline;
	struct opt_u64 missing;
	struct opt_u64 usable;
	struct opt_u64 lost;
};

struct performance {
	struct opt_u64 read_latency;
	struct opt_u64 write_latency;
	struct opt_u64 read_bandwidth;
	struct opt_u64 write_bandwidth;
};

struct device {
	struct daxbus_object object;
	struct region *region;
	struct opt_u64 region_id; /* X and Y of daxX.Y */
	uint32_t instance;
	bool selected;
	bool is_class;
	bool is_orphan; /* no device: an orphan that was selected, in the form of one */
	bool is_region; /* no device: a region of the CXL bus without one, in the form of one */
	struct opt_str name;
	struct opt_str provider; /* its region's */
	struct opt_str identity; /* see identity.h; NEED_IDENTITY */
	struct opt_str model;
	struct opt_str driver;
	struct opt_str mode;
	struct opt_str state;
	struct opt_strv flags;
	struct opt_strv unsafe_commands; /* of other tools */
	struct opt_u64 size;
	struct opt_u64 align;
	struct opt_u64 target_node;
	struct opt_u64 numa_node;
	struct opt_u64 distance;
	struct opt_u64 memory_tier;
	struct opt_str chardev;
	struct opt_u64 major;
	struct opt_u64 minor;
	struct opt_u64 memmap_on_memory;
	struct opt_str kernel_state;
	struct memory memory;
	struct performance performance;

	enum daxbus_presence ranges; /* whether the mappings are known; NONE for an empty device */
	struct mapping *mappings;
	size_t n_mappings;
	struct block *blocks;
	size_t n_blocks;
};

/* A range of memory whose device has left the bus while kmem could not remove the memory. */
struct orphan {
	struct daxbus_object object;
	struct opt_u64 start;
	struct opt_u64 end;
	struct opt_u64 size;
	struct opt_str former_device;
	struct opt_u64 node;
	struct memory memory; /* without @missing, @usable and @lost */
};

struct daxbus_snapshot {
	unsigned int needs; /* enum need: what was read; everything else is DAXBUS_NOT_READ */
	struct bus bus;
	struct opt_str iomem;	 /* the text of /proc/iomem, if it shows addresses */
	struct region **regions; /* by id */
	size_t n_regions;
	struct device **devices; /* by region, instance */
	size_t n_devices;
	struct orphan **orphans; /* by address */
	size_t n_orphans;
};

/* These return NULL if memory runs out. The snapshot owns the objects. */
struct daxbus_snapshot *snapshot_new(void);
struct region *snapshot_add_region(struct daxbus_snapshot *s);
struct device *snapshot_add_device(struct daxbus_snapshot *s, struct region *region);
struct mapping *snapshot_add_mapping(struct device *d);
struct extent *snapshot_add_extent(struct region *r);
struct orphan *snapshot_add_orphan(struct daxbus_snapshot *s);
/*
 * The block before is complete: where its state and zones are those of the block in front of it, it
 * shares their strings, because most of thousands of blocks are alike.
 */
struct block *snapshot_add_block(struct device *d);

/* The device of that name, or NULL. */
struct device *snapshot_find_device(const struct daxbus_snapshot *s, const char *name);
/* Sort the ranges of a device by page offset. */
void snapshot_sort_mappings(struct device *d);
/* Remove devices that are not selected, and then empty regions; sort and number the others. */
void snapshot_finish(struct daxbus_snapshot *s);

static inline void snapshot_free_p(struct daxbus_snapshot **s)
{
	daxbus_snapshot_free(*s);
}

/* The zone of a block, or whether it is offline. Return: whether that is known. */
bool snapshot_find_zone(const struct block *block, enum zone *ret);

/* Set a known value to a copy of @s. Return: 0; -ENOMEM. */
int snapshot_str_set(struct opt_str *o, const char *s) _must_check_;
int snapshot_strv_add(struct opt_strv *o, const char *s) _must_check_;

static inline void opt_strv_done(struct opt_strv *o)
{
	strv_done(&o->v);
	o->is = DAXBUS_NONE;
}

#endif
