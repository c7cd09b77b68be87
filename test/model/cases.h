/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODEL_CASES_H
#define TEST_MODEL_CASES_H

#include "kernel.h"
#include "model/request.h"

/* What is explored: requests, and the states that they start from. */

struct request_case {
	const char *name; /* the command line, without the device */
	struct daxbus_request request;
	bool of_region; /* it divides a region */
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
	N_START_MODES
};

struct start {
	char name[96];
	enum start_mode mode;
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

/* Whether the request is explored from this state. */
bool start_fits(const struct start *start, const struct request_case *request);

const char *start_mode_name(enum start_mode mode);

#endif
