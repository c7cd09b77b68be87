/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_CXL_SHAPE_H
#define DAXBUS_MODEL_CXL_SHAPE_H

#include "model/cxl.h"

/*
 * Which decoders and addresses a new region of volatile memory would receive, by the rules of
 * drivers/cxl/core in the kernel: cxl_dpa_alloc(), alloc_region_ref(), cxl_decoder_commit(),
 * interleave_ways_store(), interleave_granularity_store() and alloc_hpa().
 */

#define CXL_GRANULARITY_MIN UINT64_C(256)
#define CXL_GRANULARITY_MAX (UINT64_C(16) << 10)
#define CXL_WAYS_MAX	    16 /* CXL_DECODER_MAX_INTERLEAVE in include/linux/cxl.h */

/* A memory device of the region, and the decoder that is its next one. */
struct cxl_member {
	const struct cxl_memdev *memdev;
	const struct cxl_decoder *decoder;
};

/*
 * @members, @ways: the memory devices, in order; the window may require another order
 * @size: bytes, or 0 for all the memory that the memory devices have left
 * @granularity: or 0 for that of the root decoder
 *
 * cxl_shape_fit() sets the other members, and those that are 0.
 */
struct cxl_shape {
	struct cxl_member members[CXL_WAYS_MAX];
	size_t ways;
	uint64_t size;
	uint64_t granularity;
	const struct cxl_decoder *root;
	uint64_t start; /* where the kernel will place it */
	uint64_t room;	/* the largest possible size, without regard to addresses */
};

/* What keeps a region from being created. Those about windows: a later one is closer to fitting. */
enum cxl_misfit {
	CXL_FITS,
	CXL_NO_VOLATILE,      /* @memdev has none */
	CXL_ALL_USED,	      /* @memdev has no free decoder */
	CXL_LOCKED,	      /* @decoder, the next one of @memdev */
	CXL_UNKNOWN_USE,      /* how much of @memdev is in use cannot be read */
	CXL_BAD_SIZE,	      /* it is no multiple */
	CXL_NO_MEMORY,	      /* the memory devices have less left */
	CXL_UNCOMMITTED,      /* @decoder of @memdev, which comes before its next one */
	CXL_PORT_USED,	      /* @decoder is one of the port that has none left */
	CXL_PORT_HOLE,	      /* @decoder is used behind a free one of the port */
	CXL_PORT_UNCOMMITTED, /* @decoder of the port comes before the next one */
	CXL_NO_WINDOW,
	CXL_ELSEWHERE,
	CXL_ROOT_LOCKED,
	CXL_BAD_WAYS,
	CXL_BAD_GRANULARITY,
	CXL_NO_ADDRESSES,
	CXL_BAD_ORDER, /* the addresses are below those of @region, which uses @decoder */
};

struct cxl_misfit_of {
	enum cxl_misfit is;
	const struct cxl_memdev *memdev;
	const struct cxl_decoder *decoder;
	const struct cxl_region *region;
};

/*
 * cxl_shape_fit() - find out what a region of these memory devices would be
 * @ret: what is in the way, or CXL_FITS
 *
 * Return: 0; -ENOMEM.
 */
int cxl_shape_fit(const struct cxl_bus *bus, struct cxl_shape *s,
		  struct cxl_misfit_of *ret) _must_check_;

/*
 * cxl_shape_find_root() - find the window of a region, by the memory devices and the size alone
 * @s: receives @root, unless there is none; and what follows from it
 * @ret: the misfit of the window that is closest to fitting
 *
 * Return: 0; -ENOMEM.
 */
int cxl_shape_find_root(const struct cxl_bus *bus, struct cxl_shape *s,
			enum cxl_misfit *ret) _must_check_;

/*
 * cxl_shape_of_memdev() - find out what one memory device has left for regions
 * @ret_room: bytes
 * @ret_decoders: the number of its free decoders
 * @ret_ways: of how many memory devices a region with this one can be: bit N for N of them
 *
 * Return: 0; -ENOMEM.
 */
int cxl_shape_of_memdev(const struct cxl_bus *bus, const struct cxl_memdev *memdev,
			struct opt_u64 *ret_room, uint64_t *ret_decoders,
			uint32_t *ret_ways) _must_check_;

#endif
