/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_TEST_PLAN_WORLD_H
#define DAXBUS_TEST_PLAN_WORLD_H

/*
 * What is done to a device, row by row: the device, the request, the facts, and exactly these
 * steps, or this refusal. A row that is refused has a neighbour that is not.
 */
#include "plan/plan.h"
#include "unit.h"

/*
 * A world in words, with one blank between them. Without any: dax0.0 of hmem, without driver, 1 GiB
 * at 4 GiB (memory blocks 32 to 39 of 128 MiB); a policy for new memory of "offline"; kernel 6.12,
 * root, every fact known, and nothing in the way. "?" is unknown.
 */
struct world {
	struct daxbus_snapshot *s;
	struct device *d;
	struct facts facts;
	struct daxbus_request *request;
};

/* UUIDs that are chosen for a label and an info block, and those that namespaces have. */
#define WORLD_LABEL "11111111-1111-4111-8111-111111111111"
#define WORLD_INFO  "22222222-2222-4222-8222-222222222222"
#define WORLD_OLD   "33333333-3333-4333-8333-333333333333"

void world_done(struct world *w);
void make_world(struct world *w, const char *device, const char *request, const char *facts);

struct row {
	const char *device;
	const char *request;
	const char *facts;
	const char *expected; /* steps; "=": unchanged; "!code" */
	const char *note;     /* part of a note, or of the hint of a refusal; NULL: there is none */
};

/* Make the plan of each row, and compare. */
void check_rows(const struct row *rows, size_t n);
#define CHECK_ROWS(rows) check_rows(rows, ARRAY_SIZE(rows))

/* --- words of rows ---------------------------------------------------------------------------- */

#define DEVDAX		 "driver=device_dax "
#define KMEM		 "driver=kmem "
#define FAMFS		 "driver=fsdev_dax "
#define FOREIGN		 "driver=foo "
#define ALL_M		 KMEM "blocks=~MMMMMMMM "
#define ALL_K		 KMEM "blocks=~KKKKKKKK "
#define ALL_O		 KMEM "blocks=~oooooooo "
#define MIXED		 KMEM "blocks=MMKKoooo "
#define GONE		 KMEM "blocks=~........ state=unplugged "

#define TO_KMEM		 "reconfigure mode=kmem "
#define TO_KERNEL	 "reconfigure mode=kmem online=kernel "
#define TO_POLICY	 "reconfigure mode=kmem online=policy "
#define TO_NO		 "reconfigure mode=kmem online=no "
#define TO_DEVDAX	 "reconfigure mode=devdax "
#define TO_FAMFS	 "reconfigure mode=famfs "

#define ONLINE_M	 "online_movable 32-39o"
#define ADD_AGAIN	 "unbind kmem<unplugged; bind kmem; "

#endif
