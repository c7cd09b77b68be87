/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about persistent memory, in words.
 */
#include <stdio.h>

#include "base/array.h"
#include "plan-world-words.h"
#include "plan/namespace.h"

static void add_space(struct nd_region *nd, uint32_t instance, const char *size, const char *mode)
{
	struct nd_namespace *space;

	assert_int_equal(array_grow(&nd->spaces, nd->n_spaces, sizeof(*nd->spaces)), 0);
	space = &nd->spaces[nd->n_spaces++];
	*space = (struct nd_namespace){ .instance = instance };
	assert_true(asprintf(&space->name, "namespace0.%u", instance) > 0);
	word_set_u64(&space->size, size);
	word_set_str(&space->mode, mode);
	word_set_str(&space->holder, streq(mode, "dax") ? "dax0.0" : "");
	word_set_str(&space->uuid, WORLD_OLD);
}

/* A region that has namespace0.0 in devdax mode, and 1 GiB for another one. */
static void set_labels(struct nd_region *nd)
{
	nd->nstype = known(ND_LABELS);
	nd->extent = known(UINT64_C(1) << 30);
	nd->align = known(UINT64_C(16) << 20);
	add_space(nd, 0, "1G", "dax");
	add_space(nd, 1, "0", "raw");
	word_set_str(&nd->seed, "namespace0.1");
}

static void set_nd(struct facts *f, bool labels)
{
	struct nd_region *nd = &f->nd;

	nd_region_done(nd);
	nd->name = strdup("region0");
	assert_non_null(nd->name);
	nd->ways = nd->target_node = known(1);
	nd->read_only = known(0);
	nd->seed_align = known(UINT64_C(2) << 20);
	word_set_str(&nd->dax_seed, "dax0.1");
	word_set_strv(&nd->alignments, "4096");
	assert_int_equal(snapshot_strv_add(&nd->alignments, "2097152"), 0);
	assert_int_equal(snapshot_strv_add(&nd->alignments, "1073741824"), 0);
	word_set_str(&f->uuids[0], WORLD_LABEL);
	word_set_str(&f->uuids[1], WORLD_INFO);
	word_set_str(&f->namespace, "namespace0.0");
	word_set_str(&f->info_uuid, WORLD_OLD);
	f->block_busy = known(0);
	if (labels) {
		set_labels(nd);
		return;
	}
	nd->nstype = known(ND_LEGACY);
	add_space(nd, 0, "1G", "raw");
	nd->spaces[0].bound = true;
}

bool plan_world_nd_word(struct facts *f, const char *word)
{
	struct nd_region *nd = &f->nd;
	struct nd_namespace *first = nd->spaces;
	const char *value;

	if (streq(word, "labels"))
		set_nd(f, true);
	else if (streq(word, "legacy"))
		set_nd(f, false);
	else if (streq(word, "disabled"))
		nd->dax_seed.is = DAXBUS_NONE;
	else if (word_take(word, "extent", &value))
		word_set_u64(&nd->extent, value);
	else if (word_take(word, "ways", &value))
		word_set_u64(&nd->ways, value);
	else if (word_take(word, "readonly", &value))
		word_set_u64(&nd->read_only, value);
	else if (word_take(word, "ndnode", &value))
		word_set_u64(&nd->target_node, value);
	else if (word_take(word, "busy", &value))
		word_set_u64(&f->block_busy, value);
	else if (word_take(word, "mode", &value))
		word_set_str(&first->mode, value);
	else if (word_take(word, "claim", &value))
		word_set_str(&first->holder, value);
	else if (word_take(word, "seedsize", &value))
		word_set_u64(&nd->spaces[nd->n_spaces - 1].size, value);
	else if (word_take(word, "infouuid", &value))
		word_set_str(&f->info_uuid, value);
	else if (word_take(word, "nddriver", &value))
		word_set_str(&f->nd_driver, value);
	else if (word_take(word, "ndhas", &value))
		word_set_u64(&f->has_nd_driver, value);
	else if (word_take(word, "ndmodule", &value))
		word_set_u64(&f->nd_module, value);
	else if (word_take(word, "ndautoprobe", &value))
		word_set_str(&f->nd_autoprobe, value);
	else
		return false;
	return true;
}
