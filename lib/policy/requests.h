/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_POLICY_REQUESTS_H
#define DAXBUS_POLICY_REQUESTS_H

#include "policy/match.h"

/* What has to be requested so that devices become what policies want; pure. */

/*
 * struct policy_request - a request for a device
 * @device: its name, borrowed; NULL: the device is to be created in @region
 * @region: "region0"
 * @needs_room: the memory of the new device belongs to another one, which an earlier request makes
 *              smaller
 * @together: it is one of several that shape a region, and of use only with the others
 * @request: borrows from the policies
 */
struct policy_request {
	const char *device;
	char region[32];
	bool needs_room;
	bool together;
	struct daxbus_request request;
};

struct policy_requests {
	struct policy_request *items;
	size_t n;
};

/*
 * policy_requests_make() - list the requests, in the order in which they can be carried out
 * @match: which policies apply to what
 * @how: settings of all requests, such as "force"
 * @ret: receives them; borrows from @match; release with policy_requests_done()
 *
 * The requests for a region follow each other. Devices that are too large become smaller before
 * others are created, and these are created before others become larger. A device leaves kmem
 * before it is resized, and enters it afterwards. For a device that is as wanted there is a
 * request, too, so that it has a result.
 *
 * Return: 0; -ENOMEM.
 */
int policy_requests_make(const struct match *match, const struct daxbus_request *how,
			 struct policy_requests *ret) _must_check_;
void policy_requests_done(struct policy_requests *requests);

#endif
