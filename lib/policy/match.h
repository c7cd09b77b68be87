/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_POLICY_MATCH_H
#define DAXBUS_POLICY_MATCH_H

#include "model/policy.h"
#include "model/snapshot.h"

/* Which policy applies to which device; pure. */

/*
 * What becomes of a policy:
 * MATCH_USED: it applies to something
 * MATCH_ABSENT: nothing that is there fulfils its conditions
 * MATCH_AMBIGUOUS: several regions do, and it does not say Multiple=yes; it applies to none
 * MATCH_HIDDEN: another policy, which comes first, applies to all that fulfils them
 * MATCH_BROKEN: it cannot be read
 */
enum match_state {
	MATCH_USED,
	MATCH_ABSENT,
	MATCH_AMBIGUOUS,
	MATCH_HIDDEN,
	MATCH_BROKEN,
	_MATCH_STATE_MAX,
};

struct match_policy {
	const struct policy_file *file;
	enum match_state state;
	const struct policy_file *winner; /* the first that has something of what this one wants */
	const struct region *regions[2];  /* the first two that fulfil the conditions; or NULL */
};

/* A device that a policy describes, or that is there against it. */
struct match_device {
	const struct policy_file *file;
	const struct region *region;
	const struct policy_section *section; /* NULL: the policy has no such device */
	const struct device *device;	      /* NULL: there is no such device */
};

/* @policies in the order of the files; @devices in the order of regions, and of sections. */
struct match {
	struct match_policy *policies;
	size_t n_policies;
	struct match_device *devices;
	size_t n_devices;
};

/*
 * policy_match_policies() - find the devices of policies
 * @set: the policies; of two that match the same device, the first one applies
 * @s: what is there, read with policy_match_needs(); both are borrowed until policy_match_done()
 * @ret: receives what was found
 *
 * Return: 0; -ENOMEM.
 */
int policy_match_policies(const struct policy_set *set, const struct daxbus_snapshot *s,
			  struct match *ret) _must_check_;
void policy_match_done(struct match *match);
/* What has to be read (enum need). */
unsigned int policy_match_needs(void);

/* "absent" */
const char *policy_match_state_word(enum match_state state);
/* "region0", "hmem.0" for people: the identity, or the path, of a region. */
const char *policy_match_region_name(const struct region *region);

#endif
