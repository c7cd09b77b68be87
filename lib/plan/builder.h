/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_BUILDER_H
#define DAXBUS_PLAN_BUILDER_H

#include "base/strv.h"
#include "model/facts.h"
#include "model/reason.h"
#include "model/request.h"
#include "model/snapshot.h"
#include "model/step.h"
#include "plan/goal.h"

/*
 * struct plan_builder - a plan under construction
 *
 * A function of plan/ that can decide the plan returns 0 to go on, 1 if it refused the request or
 * found that there is nothing to do, and -ENOMEM. Its caller returns any value other than 0 at
 * once, so that the first decision is the final one.
 */
struct plan_builder {
	const struct daxbus_snapshot *s;
	const struct device *d;
	const struct facts *facts;
	const struct daxbus_request *request;

	char *asked;	  /* "bring dax0.0 into kmem" */
	const char *from; /* its current driver; NULL: none */
	const char
		*driver; /* the requested driver; NULL: none, or the one that the kernel chooses */
	enum online online;
	enum zone zone; /* the zone that @online means; ZONE_OFFLINE: none */

	uint64_t block_size;	    /* 0: unknown */
	struct block_runs expected; /* whole blocks in the ranges of the device */
	bool is_placed;		    /* whether these are known */
	struct block_runs blocks;   /* blocks that exist, of a device in kmem */
	bool blocks_are_known;
	uint64_t count[_ZONE_MAX]; /* of them, by zone */

	/* The device with its new ranges; its strings are those of the original, its mappings not.
	 */
	struct device shaped;
	bool is_shaped; /* @d points to it */

	bool load;	    /* the module of @driver must be loaded */
	bool load_nd;	    /* the module of the new driver on the nd bus must be loaded */
	const char *memmap; /* the value to write to memmap_on_memory; NULL: do not write */

	const char *policy; /* auto_online_blocks after @steps; NULL: unknown */
	bool policy_is_set; /* by @steps */

	enum daxbus_status status;
	enum reason code;
	char *message;
	char *hint; /* instead of that of @code, or NULL */
	struct strv notes;
	struct steps steps;
	const char *goal_driver; /* becomes @goal.driver */
	struct goal goal;
	bool goes_on;
};

/* Whether both are strings, and equal. */
static inline bool is_same(const char *a, const char *b)
{
	return a && b && streq(a, b);
}

/* The string of a known value, or NULL. */
static inline const char *text_of(const struct opt_str *o)
{
	return o->is == DAXBUS_KNOWN ? o->v : NULL;
}

/* Determine the expected and the existing blocks of @p->d. Return: 0; -ENOMEM. */
int builder_find_blocks(struct plan_builder *p) _must_check_;
void builder_done(struct plan_builder *p);

/*
 * From here on, plan for the device as it will be: without driver and flags, with the ranges in
 * @layout and the alignment @align. Return: 0; -ENOMEM.
 */
int builder_shape(struct plan_builder *p, const struct range_list *layout,
		  uint64_t align) _must_check_;

/*
 * Refuse the request: "cannot ASKED: REASON"; or, if it has force and the table of codes says that
 * this overrides @code, add the reason as a note and go on. Return: 0; 1; -ENOMEM.
 */
int builder_refuse(struct plan_builder *p, enum reason code, const char *format, ...)
	_format_(3, 4) _must_check_;
/*
 * What to do about a refusal, instead of what the table of codes says, with the names of this
 * device. @r: what builder_refuse() returned. Return: @r; -ENOMEM.
 */
int builder_hint(struct plan_builder *p, int r, const char *format, ...)
	_format_(3, 4) _must_check_;
/* The device is in the requested state already; the message describes it. Return: 1; -ENOMEM. */
int builder_unchanged(struct plan_builder *p, const char *format, ...) _format_(2, 3) _must_check_;
/* Return: 0; -ENOMEM. */
int builder_note(struct plan_builder *p, const char *format, ...) _format_(2, 3) _must_check_;
/*
 * A value that protects memory is unknown; @what describes it: "its target node". As root, refuse
 * the request; for other users, who can only look at the plan, add a note. Return: 0; 1; -ENOMEM.
 */
int builder_unknown(struct plan_builder *p, const char *what) _must_check_;

bool builder_is_in_kmem(const struct plan_builder *p);
bool builder_is_unplugged(const struct device *d);
/* See plan_needs_blocks(). */
bool builder_needs_blocks(const struct device *d);

#define ZONE_BIT(zone) (1U << (zone))
#define ZONES_ONLINE   (ZONE_BIT(ZONE_MOVABLE) | ZONE_BIT(ZONE_KERNEL))
#define ZONES_ALL      (ZONES_ONLINE | ZONE_BIT(ZONE_OFFLINE))

/*
 * Add blocks of @from that are in @zones to @to: skip the first @skip, then take at most @n. In
 * @to they have the zone @as, or their own if @as is _ZONE_MAX. Return: 0; -ENOMEM.
 */
int builder_pick(struct block_runs *to, const struct block_runs *from, unsigned int zones,
		 uint64_t skip, uint64_t n, enum zone as) _must_check_;

/* The zone in which @p->request->blocks have a block; offline if they do not have it. */
enum zone builder_wanted_zone(const struct plan_builder *p, uint64_t id);
/*
 * Add the blocks of @from that are in another zone than @zone, and are in @zone in
 * @p->request->blocks. Return: 0; -ENOMEM.
 */
int builder_wanted(const struct plan_builder *p, const struct block_runs *from, enum zone zone,
		   struct block_runs *to) _must_check_;

/* An exact size for people: "1 GiB", "126 MiB", "1000 bytes". */
struct builder_size_string {
	char s[32];
};
struct builder_size_string builder_size_string(uint64_t bytes);
#define SIZE_TEXT(bytes) (builder_size_string(bytes).s)

#endif
