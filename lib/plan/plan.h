/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_PLAN_H
#define DAXBUS_PLAN_PLAN_H

#include "base/strv.h"
#include "model/facts.h"
#include "model/reason.h"
#include "model/request.h"
#include "model/snapshot.h"
#include "model/step.h"
#include "plan/goal.h"

/*
 * struct plan - what to do with a device
 * @verdict: DAXBUS_PLANNED, DAXBUS_UNCHANGED or DAXBUS_REFUSED
 * @code: why, when it is refused
 * @message: the same as a sentence: what was asked, of what, and why not; of an unchanged device
 * what it is
 * @to: the mode or driver that it will have; NULL for none
 * @steps: in order
 * @notes: what the user should know: bytes lost, checks that this user cannot make
 * @goal: what must hold in the end
 */
struct plan {
	enum daxbus_verdict verdict;
	enum reason code;
	char *message;
	char *to;
	struct steps steps;
	struct strv notes;
	struct goal goal;
	bool goes_on; /* the device is not there to be planned for: what is left of the request is
			 planned anew when these steps are done */
};

/* The driver that @request leads @d to, or NULL: what facts_read() has to look at. */
const char *plan_driver(const struct daxbus_request *request, const struct device *d);

/*
 * plan_make() - from what is and what is wanted to steps, or a refusal
 * @s: the snapshot: the machine's settings
 * @d: the device, with ranges, counts of memory blocks and flags; with its blocks (NEED_BLOCKS)
 * where they are not all alike
 * @facts: see facts.h
 * @request: what is wanted
 *
 * Pure: the same arguments give the same plan. What is unknown is passed over with a note, so that
 * any user can look at a plan; as root what is unknown and guards memory is a refusal
 * (REASON_UNKNOWN_STATE).
 *
 * Return: 0; -ENOMEM.
 */
int plan_make(const struct daxbus_snapshot *s, const struct device *d, const struct facts *facts,
	      const struct daxbus_request *request, struct plan *ret) _must_check_;
void plan_done(struct plan *plan);

/* Whether the blocks of @d have to be read one by one before it can be planned. */
bool plan_needs_blocks(const struct device *d);

#endif
