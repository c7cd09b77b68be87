/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_POLICY_REGION_H
#define DAXBUS_API_POLICY_REGION_H

#include "api/change.h"
#include "api/policy.h"

/* Whether a policy describes a region that was missing when the policies were read. */
bool api_policy_region_is_wanted(const struct policies *policies);

/*
 * api_policy_region_create() - create the CXL regions that policies describe and that are missing
 * @run: where; it may only plan
 * @policies: from api_policy_read(), with the lock
 * @how: settings of all requests
 * @results: receives a result for the device of each region, and for each policy whose region
 *           cannot get its place
 * @ret_created: receives whether a region was created: then the policies have to be read again
 * @error: receives the reason of a failure
 *
 * A region whose memory devices are absent is left out, because they may come later. The device of
 * a new region has no driver.
 *
 * Return: 0, whatever became of the regions; -ENOMEM.
 */
int api_policy_region_create(const struct api_run *run, const struct policies *policies,
			     const struct daxbus_request *how, struct daxbus_results *results,
			     bool *ret_created, struct daxbus_error *error) _must_check_;

#endif
