/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_CXL_H
#define DAXBUS_MODEL_CXL_H

#include "model/range-list.h"
#include "model/snapshot.h"

/*
 * The CXL bus, as far as regions of volatile memory are concerned
 * (Documentation/ABI/testing/sysfs-bus-cxl in the kernel): root decoders are the windows of
 * physical addresses, memory devices have endpoint decoders, and a region joins endpoint decoders
 * in a window. The number of a region is the ID of its dax region.
 */

#define CXL_DEVICES    "/sys/bus/cxl/devices"
#define CXL_DRIVERS    "/sys/bus/cxl/drivers"
/* Of a region, and of the dax region in it; the second comes with a module. */
#define CXL_DRIVER     "cxl_region"
#define CXL_DAX_DRIVER "cxl_dax_region"
#define CXL_DAX_MODULE "dax_cxl"

/* Regions and what each memory device contributes to them are multiples of this. */
#define CXL_UNIT       (UINT64_C(256) << 20)
/* The word for an empty attribute in steps. */
#define CXL_EMPTY      "none"

enum cxl_decoder_kind {
	CXL_ROOT,
	CXL_SWITCH,
	CXL_ENDPOINT,
};

struct cxl_decoder {
	char *name; /* "decoder2.0" */
	enum cxl_decoder_kind kind;
	uint32_t port;
	uint32_t id; /* among the decoders of its port */
	char *path;  /* of the port */
	struct opt_u64 locked;
	struct opt_str region; /* the region that it belongs to; "" if none */

	/* endpoint */
	char *memdev;
	struct opt_str mode;
	struct opt_u64 dpa_size; /* memory of the device that is allocated to it */

	/* root */
	struct opt_u64 start;
	struct opt_u64 size;
	struct opt_u64 ram; /* whether regions of volatile memory can be in it */
	struct opt_u64 ways;
	struct opt_u64 granularity;
	struct opt_str next; /* the name of the next region of volatile memory */
	struct strv bridges; /* paths of the host bridges, in the order of interleaving */
};

struct cxl_memdev {
	char *name; /* "mem0" */
	char *path;
	struct opt_u64 ram; /* bytes of volatile memory */
	struct opt_u64 serial;
};

struct cxl_region {
	char *name; /* "region0" */
	char *path;
	char *root;	       /* its root decoder */
	bool bound;	       /* to its driver */
	struct opt_u64 locked; /* Linux 7.0 */
	struct opt_str mode;
	struct opt_u64 start;
	struct opt_u64 size;
	struct opt_u64 ways;
	struct opt_u64 granularity;
	struct opt_u64 commit;
	struct opt_strv targets; /* endpoint decoders, in order; "" where none is attached */
};

struct cxl_bus {
	struct cxl_decoder *decoders; /* by port, ID */
	size_t n_decoders;
	struct cxl_memdev *memdevs;
	size_t n_memdevs;
	struct cxl_region *regions;
	size_t n_regions;
	struct range_list firmware; /* what firmware described as memory: /sys/firmware/memmap */
};

void cxl_decoder_done(struct cxl_decoder *decoder);
void cxl_memdev_done(struct cxl_memdev *memdev);
void cxl_region_done(struct cxl_region *region);
void cxl_bus_done(struct cxl_bus *bus);

/* By name; NULL if there is none. */
const struct cxl_decoder *cxl_bus_decoder(const struct cxl_bus *bus, const char *name);
const struct cxl_memdev *cxl_bus_memdev(const struct cxl_bus *bus, const char *name);
const struct cxl_region *cxl_bus_region(const struct cxl_bus *bus, const char *name);
/* The only memory device with that serial number; NULL: there is none, or there are several. */
const struct cxl_memdev *cxl_bus_serial(const struct cxl_bus *bus, uint64_t serial);

/*
 * Whether a region is locked, or a decoder that it uses: @ret is that one, or the one of which this
 * is unknown, or NULL.
 */
struct opt_u64 cxl_bus_is_locked(const struct cxl_bus *bus, const struct cxl_region *region,
				 const struct cxl_decoder **ret);
/* Whether firmware described memory of a region as memory. */
struct opt_u64 cxl_bus_is_firmware(const struct cxl_bus *bus, const struct cxl_region *region);

/*
 * How much of the volatile memory of a memory device is allocated to its decoders; unknown if that
 * of one of them is.
 */
struct opt_u64 cxl_bus_allocated(const struct cxl_bus *bus, const struct cxl_memdev *memdev);

/* Whether an endpoint decoder belongs to a memory device. */
bool cxl_decoder_is_of(const struct cxl_decoder *decoder, const struct cxl_memdev *memdev);
/* Whether an endpoint decoder has memory or belongs to a region. */
bool cxl_decoder_is_used(const struct cxl_decoder *decoder);

#endif
