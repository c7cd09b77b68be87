/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PLAN_BUILDER_H
#define DAXBUS_PLAN_BUILDER_H

#include "base/strv.h"
#include "model/facts.h"
#include "model/reason.h"
#include "model/request.h"
#include "model/snapshot.h"
#include "model/step.h"

/*
 * A plan that is being made: what plan.c and the guards share.
 *
 * What decides a device returns true, so that the first one ends it. The first failure to get
 * memory sticks in @failed, and counts as a decision.
 */
struct plan_builder {
	const struct daxbus_snapshot *s;
	const struct device *d;
	const struct facts *facts;
	const struct daxbus_request *request;

	char *asked;	    /* "bring dax0.0 into kmem" */
	const char *from;   /* the driver that it has; NULL: none */
	const char *driver; /* the driver that it is to have; NULL: none, or the kernel's choice */
	enum online online;
	enum zone zone; /* the zone that @online means; ZONE_OFFLINE: none */

	uint64_t block_size;	    /* 0: unknown */
	struct block_runs expected; /* whole blocks in the ranges of the device */
	bool is_placed;		    /* whether these are known */
	struct block_runs blocks;   /* the blocks of a device in kmem */
	bool blocks_are_known;
	uint64_t count[_ZONE_MAX]; /* of them, by zone */

	struct device
		shaped; /* what @d will be with the ranges that it is given; its mappings are own */
	bool is_shaped; /* @d points to it */

	bool load;	    /* the module of @driver has to be loaded */
	bool load_nd;	    /* likewise that of the driver of the nd bus that it moves to */
	const char *memmap; /* what memmap_on_memory has to be set to; NULL: it stays */

	const char *policy; /* what auto_online_blocks holds after @steps; NULL: unknown */
	bool policy_is_set; /* by these */

	enum daxbus_verdict verdict;
	enum reason code;
	char *message;
	struct strv notes;
	struct steps steps;
	bool failed;
};

/* NULL is like nothing. */
static inline bool is_same(const char *a, const char *b)
{
	return a && b && streq(a, b);
}

/* NULL where there is none. */
static inline const char *text_of(const struct opt_str *o)
{
	return o->is == DAXBUS_KNOWN ? o->v : NULL;
}

/* Work out where the device is and what blocks it has; @asked and the like are set by then. */
void builder_find_blocks(struct plan_builder *p);
void builder_done(struct plan_builder *p);

/*
 * From here on plan for the device as it will be: without driver, with these ranges and that
 * alignment, and nothing wrong with it.
 */
void builder_shape(struct plan_builder *p, const struct range_list *layout, uint64_t align);

/* "cannot ASKED: ..." Return: true. */
bool builder_refuse(struct plan_builder *p, enum reason code, const char *format, ...)
	_format_(3, 4);
/* It is as requested already, and this is what it is. Return: true. */
bool builder_unchanged(struct plan_builder *p, const char *format, ...) _format_(2, 3);
void builder_note(struct plan_builder *p, const char *format, ...) _format_(2, 3);
/*
 * Something that guards memory is unknown; @what: "where it is". Return: true, refused, as root;
 * else false, with a note.
 */
bool builder_unknown(struct plan_builder *p, const char *what);

bool builder_is_in_kmem(const struct plan_builder *p);
bool builder_is_unplugged(const struct device *d);
/* Whether each block has to be looked at; see plan_needs_blocks(). */
bool builder_needs_blocks(const struct device *d);

#define ZONE_BIT(zone) (1U << (zone))
#define ZONES_ONLINE   (ZONE_BIT(ZONE_MOVABLE) | ZONE_BIT(ZONE_KERNEL))
#define ZONES_ALL      (ZONES_ONLINE | ZONE_BIT(ZONE_OFFLINE))

/*
 * Give @to the runs of @from that are in @zones, without the first @skip blocks and no more than
 * @n; as if they were in zone @as, or, for _ZONE_MAX, in theirs.
 */
void builder_pick(struct plan_builder *p, struct block_runs *to, const struct block_runs *from,
		  unsigned int zones, uint64_t skip, uint64_t n, enum zone as);

/* Bytes for people, exactly: "1 GiB", "126 MiB", "1000 bytes". */
struct builder_size_string {
	char s[32];
};
struct builder_size_string builder_size_string(uint64_t bytes);
#define SIZE_TEXT(bytes) (builder_size_string(bytes).s)

#endif
