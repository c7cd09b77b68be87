/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_POLICY_REGION_H
#define DAXBUS_POLICY_REGION_H

#include "model/cxl.h"
#include "model/policy.h"

/* Regions of CXL memory that a policy describes and that are missing; pure. */

/*
 * What can be done about a missing region:
 * POLICY_REGION_READY: it can be requested
 * POLICY_REGION_ABSENT: one of its memory devices is absent
 * POLICY_REGION_LATER: memory in front of its place is free, which the kernel would use instead
 * POLICY_REGION_TAKEN: something else has its place
 */
enum policy_region_state {
	POLICY_REGION_READY,
	POLICY_REGION_ABSENT,
	POLICY_REGION_LATER,
	POLICY_REGION_TAKEN,
};

/*
 * policy_region_request() - make the request that creates the region of a policy
 * @bus: what is on the CXL bus
 * @file: a policy with a section [Region]
 * @how: settings of all requests, such as "force"
 * @ret_state: receives what can be done
 * @ret_memdev: receives the memory device that is the reason if something else has the place, or
 *              memory in front of it is free; borrowed from @bus
 * @ret: receives the request if it is POLICY_REGION_READY; release its memdevs with strv_done()
 *
 * The device of the new region has no driver. The kernel allocates the memory of a memory device in
 * the order of its addresses, so that a region has the identity that the policy names only if
 * everything in front of it is allocated.
 *
 * Return: 0; -ENOMEM.
 */
int policy_region_request(const struct cxl_bus *bus, const struct policy_file *file,
			  const struct daxbus_request *how, enum policy_region_state *ret_state,
			  const char **ret_memdev, struct daxbus_request *ret) _must_check_;

#endif
