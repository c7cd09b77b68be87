/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/snapshot.h"

#include "unit.h"

/* Blocks with that state and that zone; NULL is a value that could not be read. */
struct words {
	const char *state;
	const char *zone;
};

static struct device *add_device(struct daxbus_snapshot *s)
{
	struct region *region = snapshot_add_region(s);
	struct device *d;

	assert_non_null(region);
	d = snapshot_add_device(s, region);
	assert_non_null(d);
	d->selected = true;
	return d;
}

static void add_block(struct device *d, const struct words *words)
{
	struct block *b = snapshot_add_block(d);

	assert_non_null(b);
	b->state.is = b->zones.is = DAXBUS_UNKNOWN;
	if (words->state)
		assert_int_equal(snapshot_str_set(&b->state, words->state), 0);
	if (words->zone)
		assert_int_equal(snapshot_strv_add(&b->zones, words->zone), 0);
}

static bool has(const struct block *b, const struct words *words)
{
	if (words->state ? !known_as(&b->state, words->state) : b->state.is != DAXBUS_UNKNOWN)
		return false;
	if (!words->zone)
		return b->zones.is == DAXBUS_UNKNOWN && b->zones.v.n == 0;
	return b->zones.v.n == 1 && streq(b->zones.v.items[0], words->zone);
}

/* Blocks that are alike share strings, each keeps its values, and no string is freed twice. */
static void test_blocks_share(void **state _unused_)
{
	static const struct words blocks[] = {
		{ "online", "Movable" },  { "online", "Movable" }, { "online", "Normal" },
		{ "offline", "Normal" },  { NULL, NULL },	   { NULL, NULL },
		{ "offline", "Movable" }, { "online", "Movable" }, { "online", "Movable" },
		{ "online", "Movable" },
	};
	struct daxbus_snapshot *s = snapshot_new();
	struct device *d = add_device(s);
	const struct block *b;

	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++)
		add_block(d, &blocks[i]);
	snapshot_finish(s);
	b = d->blocks;
	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++)
		assert_row(i, has(&b[i], &blocks[i]));
	assert_ptr_equal(b[0].state.v, b[1].state.v);
	assert_ptr_equal(b[0].state.v, b[2].state.v);
	assert_ptr_equal(b[0].zones.v.items, b[1].zones.v.items);
	assert_ptr_not_equal(b[1].zones.v.items, b[2].zones.v.items);
	assert_ptr_equal(b[2].zones.v.items, b[3].zones.v.items);
	assert_ptr_equal(b[7].state.v, b[8].state.v);
	assert_null(daxbus_snapshot_free(s));
}

static void test_blocks_end(void **state _unused_)
{
	struct daxbus_snapshot *s = snapshot_new();
	struct device *d = add_device(s);
	struct block *b = snapshot_add_block(d);

	b->start = known(0x100000000);
	b->size = known(0x8000000);
	b = snapshot_add_block(d);
	b->start = unknown();
	b->size = known(0x8000000);
	snapshot_finish(s);
	assert_int_equal(d->blocks[0].end.v, 0x107ffffff);
	assert_int_equal(d->blocks[1].end.is, DAXBUS_UNKNOWN);
	for (size_t i = 0; i < d->n_blocks; i++) {
		assert_row(i, d->blocks[i].object.index == i);
		assert_row(i, is_known(&d->blocks[i].count) && d->blocks[i].count.v == 1);
	}
	daxbus_snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_share),
		cmocka_unit_test(test_blocks_end),
	};

	return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
