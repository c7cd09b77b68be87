/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_POLICY_COMPARE_H
#define DAXBUS_POLICY_COMPARE_H

#include "policy/match.h"

/* What is against the policies; pure. */

/*
 * COMPARE_VALUE: a value differs
 * COMPARE_MISSING: a device of a policy is not there
 * COMPARE_EXTRA: a device is there that the policy of its region does not have
 * the others: as in enum match_state, of a policy
 */
enum compare_kind {
	COMPARE_VALUE,
	COMPARE_MISSING,
	COMPARE_EXTRA,
	COMPARE_ABSENT,
	COMPARE_AMBIGUOUS,
	COMPARE_BROKEN,
	_COMPARE_KIND_MAX,
};

/* A name that fits into a line of a policy. */
#define POLICY_LINK_MAX 128

/*
 * struct policy_node - the character device of a device
 * @is: DAXBUS_NONE: there is none
 * @mode: permission bits
 * @link: whether the link that the policy wants leads to it
 * @link_name: a link that leads to it, if no policy was asked for; "": none
 */
struct policy_node {
	enum daxbus_presence is;
	uint64_t uid;
	uint64_t gid;
	uint64_t mode;
	bool link;
	char link_name[POLICY_LINK_MAX];
	bool has_uid; /* the user that the policy wants exists, and is @wanted_uid */
	bool has_gid;
	uint64_t wanted_uid;
	uint64_t wanted_gid;
};

/*
 * struct difference - one line of 'policy check'
 * @of: the device, index in match->devices; SIZE_MAX: a policy as a whole
 * @file: the policy, borrowed
 * @line: the line that sets what is wanted; 0: none
 * @key: the name of the key, or NULL
 * @is: the value that is there; NULL: none, or unknown
 * @wanted: the value of the policy, or NULL
 * @message: a sentence
 */
struct difference {
	enum compare_kind kind;
	size_t of;
	const char *code;
	const char *device; /* its name, borrowed; or NULL */
	const char *file;
	unsigned int line;
	const char *key;
	char *is;
	const char *wanted;
	char *message;
};

struct differences {
	struct difference *items;
	size_t n;
};

/*
 * policy_compare_all() - list what is against the policies
 * @set: all policies, and their problems
 * @match: which policies apply to what
 * @nodes: the character devices, one for each of @match->devices; NULL: not compared
 * @ret: receives the differences; borrows from @set and @match; release with policy_compare_done()
 *
 * Values that could not be read are differences, too.
 *
 * Return: 0; -ENOMEM.
 */
int policy_compare_all(const struct policy_set *set, const struct match *match,
		       const struct policy_node *nodes, struct differences *ret) _must_check_;
void policy_compare_done(struct differences *differences);
/* What has to be read (enum need), beyond policy_match_needs(). */
unsigned int policy_compare_needs(void);

/* Whether a value of the character device of @match->devices[@i] differs. */
bool policy_compare_has_node(const struct differences *differences, size_t i);

/* "missing" */
const char *policy_compare_kind_word(enum compare_kind kind);

/* Check whether the memory of a device is online as wanted; @d must be in kmem. */
bool policy_compare_online(const struct device *d, enum online wanted);
/* Print what is online: "movable", "kernel", "no", "mixed"; NULL if that is unknown. */
const char *policy_compare_online_now(const struct device *d);

#endif
