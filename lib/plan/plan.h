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
 * struct plan - how to change a device
 * @status: DAXBUS_PLANNED, DAXBUS_UNCHANGED or DAXBUS_REFUSED
 * @code: the reason, if the request was refused
 * @message: the same as a sentence: what was requested, of which device, why it was refused; for an
 * unchanged device, its state
 * @to: its mode or driver after the plan; NULL for none
 * @steps: in order
 * @notes: facts that the user should know: data that is lost, checks that were not possible
 * @goal: the expected state after the last step
 */
struct plan {
	enum daxbus_status status;
	enum reason code;
	char *message;
	char *hint; /* NULL: that of @code */
	char *to;
	struct steps steps;
	struct strv notes;
	struct goal goal;
	bool goes_on; /* the device that the rest of the request is about does not exist yet: make
			 another plan after these steps */
};

/* The driver that @d has after @request, or NULL; facts_read() gathers facts about it. */
const char *plan_driver(const struct daxbus_request *request, const struct device *d);

/*
 * plan_make() - make a plan for a device, or refuse the request
 * @s: the snapshot, with the settings of the machine
 * @d: the device, with its ranges, counts of memory blocks and flags; also with its blocks
 * (NEED_BLOCKS) if plan_needs_blocks()
 * @facts: see facts.h
 * @request: the request
 *
 * This is a pure function: the same arguments give the same plan. Any user can make a plan: if a
 * value is unknown, it is not checked and a note says so. As root, an unknown value that protects
 * memory is a refusal (REASON_UNKNOWN_STATE).
 *
 * Return: 0; -ENOMEM.
 */
int plan_make(const struct daxbus_snapshot *s, const struct device *d, const struct facts *facts,
	      const struct daxbus_request *request, struct plan *ret) _must_check_;
void plan_done(struct plan *plan);

/* Whether a plan for @d requires its single blocks, not only their counts. */
bool plan_needs_blocks(const struct device *d);

#endif
