/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "base/string.h"
#include "model/changes.h"
#include "unit.h"

#define BLOCK	    (UINT64_C(128) << 20)
#define FIRST_BLOCK 32

/* A device of eight memory blocks, the @index-th one behind the others. */
static struct device *add_device(struct daxbus_snapshot *s, uint64_t index, const char *driver)
{
	struct region *region = snapshot_add_region(s);
	struct device *d = snapshot_add_device(s, region);
	struct mapping *m = snapshot_add_mapping(d);
	char name[32];

	snprintf(name, sizeof(name), "dax%u.0", (unsigned int)index);
	region->id = d->region_id = known(index);
	d->selected = true;
	d->size = known(8 * BLOCK);
	d->flags.is = DAXBUS_KNOWN;
	d->ranges = DAXBUS_KNOWN;
	m->start = known((FIRST_BLOCK + 8 * index) * BLOCK);
	m->end = known(m->start.v + 8 * BLOCK - 1);
	assert_int_equal(snapshot_str_set(&d->name, name), 0);
	if (driver)
		assert_int_equal(snapshot_str_set(&d->driver, driver), 0);
	return d;
}

static struct daxbus_snapshot *add_bus(const char *policy)
{
	struct daxbus_snapshot *s = snapshot_new();

	s->bus.block_size = known(BLOCK);
	assert_int_equal(snapshot_str_set(&s->bus.auto_online, policy), 0);
	return s;
}

/* dax0.0 with a driver, and dax1.0. */
static struct daxbus_snapshot *make(const char *driver)
{
	struct daxbus_snapshot *s = add_bus("offline");

	add_device(s, 0, driver);
	add_device(s, 1, "device_dax");
	return s;
}

/* "WORD DEVICE REGION FROM TO BLOCKS;" of each event, with "-" for none. */
static char *print(const struct events *events)
{
	struct string t = { 0 };

	string_add(&t, "%s", "");
	for (size_t i = 0; i < events->n; i++) {
		const struct daxbus_event *e = &events->items[i].shown;

		assert_non_null(e->message);
		string_add(&t, "%s %s %s %s %s %u;", e->event, e->device ?: "-", e->region ?: "-",
			   e->from ?: "-", e->to ?: "-", (unsigned int)e->blocks);
	}
	return string_take(&t);
}

/* Takes the snapshots, and the burst. */
static void expect(struct burst *b, struct daxbus_snapshot *before, struct daxbus_snapshot *now,
		   const char *selector, const char *wanted)
{
	struct selectors selection = { 0 };
	struct events events = { 0 };
	_cleanup_free_ char *text = NULL;

	snapshot_finish(before);
	snapshot_finish(now);
	if (selector)
		assert_int_equal(selectors_add(&selection, selector, NULL), 0);
	assert_int_equal(changes_find(b, before, now, &selection, &events), 0);
	text = print(&events);
	assert_string_equal(text, wanted);
	events_done(&events);
	selectors_done(&selection);
	changes_burst_done(b);
	daxbus_snapshot_free(before);
	daxbus_snapshot_free(now);
}

static void add_blocks(struct burst *b, enum event_kind kind, uint64_t first, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		assert_int_equal(changes_burst_add_block(b, kind, 1 + i, first + i), 0);
}

/* Blocks of two devices that change in turns are one event for each device and direction. */
static void test_blocks_joined(void **state _unused_)
{
	struct burst b = { 0 };

	add_blocks(&b, EVENT_BLOCKS_ADDED, FIRST_BLOCK, 4);
	assert_int_equal(changes_burst_add(&b, EVENT_DRIVER_UNBOUND, 1, "dax0.0", NULL), 0);
	assert_int_equal(changes_burst_add(&b, EVENT_DRIVER_BOUND, 1, "dax0.0", "kmem"), 0);
	assert_int_equal(changes_burst_add(&b, EVENT_DRIVER_UNBOUND, 1, "dax0.0", NULL), 0);
	for (uint64_t i = 0; i < 4; i++) {
		add_blocks(&b, EVENT_BLOCKS_ONLINE, FIRST_BLOCK + i, 1);
		add_blocks(&b, EVENT_BLOCKS_OFFLINE, FIRST_BLOCK + 8 + i, 1);
	}
	add_blocks(&b, EVENT_BLOCKS_ADDED, FIRST_BLOCK + 4, 4);
	/* A DIMM. */
	add_blocks(&b, EVENT_BLOCKS_ONLINE, 1000, 3);
	expect(&b, make("device_dax"), make("kmem"), NULL,
	       "blocks-added dax0.0 region0 - - 8;driver-unbound dax0.0 region0 device_dax - 0;"
	       "driver-bound dax0.0 region0 - kmem 0;driver-unbound dax0.0 region0 kmem - 0;"
	       "blocks-online dax0.0 region0 - - 4;blocks-offline dax1.0 region1 - - 4;");
}

static void test_selection(void **state _unused_)
{
	struct burst b = { 0 };

	add_blocks(&b, EVENT_BLOCKS_ADDED, FIRST_BLOCK, 8);
	add_blocks(&b, EVENT_BLOCKS_ADDED, FIRST_BLOCK + 8, 8);
	assert_int_equal(changes_burst_add(&b, EVENT_POLICY_CHANGED, 1, NULL, "/etc/a.conf"), 0);
	expect(&b, make("device_dax"), make("kmem"), "dax1.0",
	       "blocks-added dax1.0 region1 - - 8;");
}

/* To a user who cannot see addresses. */
static void test_addresses_unknown(void **state _unused_)
{
	struct daxbus_snapshot *now = make("kmem");
	struct burst b = { 0 };

	now->devices[0]->ranges = DAXBUS_UNKNOWN;
	add_blocks(&b, EVENT_BLOCKS_ONLINE, 500, 8);
	expect(&b, make("kmem"), now, NULL, "blocks-online - - - - 8;");
}

static void test_differences(void **state _unused_)
{
	struct daxbus_snapshot *before = make("kmem"), *now = add_bus("online");
	struct device *d = add_device(now, 0, "kmem");
	struct burst b = { .seen = true, .begin = 1 };

	d->size = known(BLOCK);
	assert_int_equal(snapshot_strv_add(&d->flags, "partial"), 0);
	assert_int_equal(snapshot_strv_add(&before->devices[0]->flags, "stuck"), 0);
	add_device(now, 2, NULL);
	expect(&b, before, now, NULL,
	       "region-added - region2 - - 0;size-changed dax0.0 region0 1073741824 134217728 0;"
	       "flag-set dax0.0 region0 - partial 0;flag-cleared dax0.0 region0 stuck - 0;"
	       "auto-online-changed - - offline online 0;region-removed - region1 - - 0;");
}

/* What was announced is not reported twice, and what is missing is not missed. */
static void test_lost(void **state _unused_)
{
	struct daxbus_snapshot *before = make("device_dax"), *now = add_bus("offline");
	struct device *d = add_device(now, 0, "kmem");
	struct burst b = { .lost = true, .seen = true, .begin = 1 };

	d->memory.blocks = known(8);
	d->memory.online = known(6);
	add_device(now, 2, NULL);
	assert_int_equal(changes_burst_add(&b, EVENT_DRIVER_BOUND, 1, "dax0.0", "kmem"), 0);
	assert_int_equal(changes_burst_add(&b, EVENT_POLICY_CHANGED, 1, NULL, "/etc/a.conf"), 0);
	add_blocks(&b, EVENT_BLOCKS_ONLINE, FIRST_BLOCK, 2);
	expect(&b, before, now, NULL,
	       "events-lost - - - - 0;region-added - region2 - - 0;"
	       "policy-changed - - - /etc/a.conf 0;"
	       "blocks-online dax0.0 region0 - - 6;blocks-added dax0.0 region0 - - 8;"
	       "driver-unbound dax0.0 region0 device_dax - 0;driver-bound dax0.0 region0 - kmem 0;"
	       "device-added dax2.0 region2 - - 0;"
	       "driver-unbound dax1.0 region1 device_dax - 0;device-removed dax1.0 region1 - - 0;"
	       "region-removed - region1 - - 0;");
}

/* What could not be read, before or afterwards, may be the same. */
static void test_lost_unknown(void **state _unused_)
{
	for (int afterwards = 0; afterwards < 2; afterwards++) {
		struct daxbus_snapshot *s[2] = { make("kmem"), make("kmem") };
		struct burst b = { .lost = true, .seen = true, .begin = 1 };
		struct device *d = s[afterwards]->devices[0];

		for (int i = 0; i < 2; i++)
			s[i]->devices[0]->memory.blocks = s[i]->devices[0]->memory.online =
				known(8);
		d->memory.blocks = d->memory.online = unknown();
		free(TAKE_PTR(d->driver.v));
		d->driver.is = DAXBUS_UNKNOWN;
		expect(&b, s[0], s[1], NULL, "events-lost - - - - 0;");
	}
}

static void test_nothing(void **state _unused_)
{
	struct burst b = { .seen = true, .begin = 1 };

	expect(&b, make("kmem"), make("kmem"), NULL, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_joined),
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_addresses_unknown),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_lost_unknown),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
