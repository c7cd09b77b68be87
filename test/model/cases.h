/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_CASES_H
#define TEST_MODEL_CASES_H

#include "kernel.h"
#include "model/request.h"

/* What is explored: requests, and the states that they start from. */

/* Start states and requests that fit together, and what others do there. */
enum case_kind {
	CASE_DEVICE,
	CASE_REGION, /* it divides a region */
	CASE_GROUP,  /* two changes that are undone together */
	CASE_CXL,
	CASE_ND,
};

/* What becomes of the changes of a group when both are done. */
enum case_end {
	END_DONE,	   /* policy apply */
	END_NOT_CONFIRMED, /* policy try; nobody confirms it */
	END_CONFIRMED,
};

struct request_case {
	const char *name; /* the command line, without the device */
	struct daxbus_request request;
	enum case_kind kind;
	/* of a group: the other change, of a device or of a region in which one is created */
	struct daxbus_request second;
	const char *device, *region;
	enum case_end end;
};
extern const struct request_case request_cases[];
extern const size_t n_request_cases;

/* How the device is used at the start. With a request it makes a transition. */
enum start_mode {
	START_NONE,
	START_DEVDAX,
	START_KMEM,
	START_UNPLUGGED,
	START_FREE,	  /* no device of the region has memory */
	START_HALF,	  /* half of the region is free */
	START_TWO,	  /* there are two devices, and some memory is free */
	START_TWO_RANGES, /* the second has two ranges, and no driver */
	START_PAIR,	  /* both regions are in devdax */
	START_CXL_DEVDAX, /* the region is one of CXL memory; memmap_on_memory is 0 */
	START_CXL_KMEM,	  /* and in zone Movable */
	START_CXL_OFF,	  /* it has no driver */
	START_CXL_FREE,	  /* there is none */
	START_ND_BUS,	  /* the region is one of persistent memory, in devdax */
	START_ND_KMEM,	  /* in kmem, in zone Movable */
	START_ND_CLASS,	  /* in /sys/class/dax */
	N_START_MODES
};

struct start {
	char name[96];
	enum case_kind kind;
	enum start_mode mode;
	unsigned int shape;	/* another way to have this mode */
	const char *device;	/* that is to be changed */
	unsigned int instance;	/* its number */
	const enum zone *zones; /* of START_KMEM: the blocks of the device */
	struct model_kernel kernel;
};

/*
 * The start states of a kernel, by their number.
 * Return: whether there is one; without one, this kernel does not have such a state.
 */
bool start_get(enum model_release release, unsigned int number, struct start *ret);
/* Numbers below this have a meaning on some kernel. */
extern const unsigned int n_starts;

/* Whether the request is explored from this state; @few: on some kernels, from some policies. */
bool start_fits(const struct start *start, const struct request_case *request, bool few);

const char *start_mode_name(enum start_mode mode);

#endif
