/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "base/string.h"
#include "policy/compare.h"
#include "policy/load.h"
#include "policy/write.h"
#include "unit.h"

#define GiB (UINT64_C(1) << 30)
#define MiB (UINT64_C(1) << 20)

/*
 * region0: hmem, 1 GiB at 4 GiB, node 1: dax0.0 (512 MiB, devdax), dax0.1 (256 MiB, kmem, movable),
 * dax0.2 (empty). region1: hmem, 1 GiB at 8 GiB, node 2: dax1.0 (devdax). region2: pmem, 1 GiB:
 * dax2.0 (no driver), with a UUID.
 */
static struct device *add_device(struct daxbus_snapshot *s, struct region *region,
				 uint32_t instance, uint64_t start, uint64_t size, const char *mode)
{
	struct device *d = snapshot_add_device(s, region);
	char name[32];

	d->instance = instance;
	snprintf(name, sizeof(name), "dax%" PRIu64 ".%u", region->id.v, d->instance);
	assert_int_equal(snapshot_str_set(&d->name, name), 0);
	d->region_id = region->id;
	d->selected = true;
	d->size = known(size);
	d->align = known(2 * MiB);
	if (mode)
		assert_int_equal(snapshot_str_set(&d->mode, mode), 0);
	if (mode)
		assert_int_equal(snapshot_str_set(&d->driver, mode), 0);
	if (size) {
		struct mapping *m = snapshot_add_mapping(d);

		m->start = known(start);
		m->end = known(start + size - 1);
		d->ranges = DAXBUS_KNOWN;
	}
	return d;
}

static struct region *add_region(struct daxbus_snapshot *s, uint64_t id, const char *provider)
{
	struct region *region = snapshot_add_region(s);

	region->id = known(id);
	region->size = known(GiB);
	region->target_node = known(id + 1);
	assert_int_equal(snapshot_str_set(&region->provider, provider), 0);
	return region;
}

static struct daxbus_snapshot *make(void)
{
	struct daxbus_snapshot *s = snapshot_new();
	struct region *first = add_region(s, 0, "hmem"), *second = add_region(s, 1, "hmem");
	struct region *pmem = add_region(s, 2, "pmem");
	struct device *devdax, *kmem;

	devdax = add_device(s, first, 0, 4 * GiB, 512 * MiB, "devdax");
	kmem = add_device(s, first, 1, 4 * GiB + 512 * MiB, 256 * MiB, "kmem");
	kmem->memory.blocks = kmem->memory.online = kmem->memory.movable = known(2);
	kmem->memory.kernel = kmem->memory.offline = known(0);
	add_device(s, first, 2, 0, 0, NULL);
	add_device(s, second, 0, 8 * GiB, GiB, "devdax");
	assert_int_equal(snapshot_str_set(&pmem->pmem.uuid, "u-u"), 0);
	assert_int_equal(snapshot_str_set(&first->identity, "range=0x1-0x2"), 0);
	assert_int_equal(snapshot_str_set(&devdax->identity, "range=0x1-0x2+0x0"), 0);
	assert_int_equal(snapshot_str_set(&kmem->identity, "range=0x1-0x2+0x20000000"), 0);
	assert_int_equal(snapshot_str_set(&pmem->identity, "uuid=u-u"), 0);
	add_device(s, pmem, 0, 16 * GiB, GiB, NULL);
	snapshot_finish(s);
	s->needs = ~0U;
	return s;
}

/* Policies, each a text with "|" instead of newlines; "STATE,STATE: DEVICE=SECTION ...; CODE ..."
 */
struct row {
	const char *files[3];
	const char *found;
};

#define D "[Device]|"
#define M "[Match]|"

static const struct row rows[] = {
	{ { M "Node=2|" D "Mode=devdax|" }, "used: dax1.0=3;" },
	{ { M "Node=2|" D "Mode=kmem|" }, "used: dax1.0=3; differs Mode" },
	{ { M "UUID=u-u|" D "Mode=none|" }, "used: dax2.0=3;" },
	{ { M "UUID=x|" D "Mode=none|" }, "absent:; absent" },
	{ { M "Provider=hmem|Size=1G|" D "Mode=devdax|" }, "ambiguous:; ambiguous" },
	{ { M "Provider=hmem|Size=1G|Node=2|" D "Mode=devdax|" }, "used: dax1.0=5;" },
	{ { M "Provider=hmem|Multiple=yes|" D "Mode=devdax|" },
	  "used: dax0.0=4 dax0.1=4 dax1.0=4; differs Mode" },
	{ { M "Device=dax0.1|" D "Mode=kmem|" }, "used: dax0.1=3;" },
	{ { M "Device=dax0.2|" D "Mode=kmem|" }, "absent:; absent" },
	/* Identities, of a region and of a device in it */
	{ { M "Identity=range=0x1-0x2|" D "Mode=devdax|" },
	  "used: dax0.0=3 dax0.1=3; differs Mode" },
	{ { M "Identity=range=0x1-0x2+0x20000000|" D "Mode=kmem|" }, "used: dax0.1=3;" },
	{ { M "Identity=uuid=u-u|Provider=pmem|" D "Mode=none|" }, "used: dax2.0=4;" },
	{ { M "Identity=uuid=u-u|Provider=hmem|" D "Mode=none|" }, "absent:; absent" },
	{ { M "Identity=range=0x1|" D "Mode=devdax|" }, "absent:; absent" },
	{ { M "Identity=range=0x1-0x2+0x0|" D "Mode=devdax|", M "Node=1|" D "Mode=kmem|" },
	  "used,used: dax0.0=3 dax0.1=3;" },
	{ { M "Identity=range=0x1-0x2+0x0|" D "Size=512M|" D "Mode=kmem|",
	    M "Node=1|" D "Mode=kmem|" },
	  "used,hidden: dax0.0=3 dax0.1=5;" },
	{ { M "Identity=range=0x1-0x2|" D "Mode=kmem|",
	    M "Identity=range=0x1-0x2|" D "Mode=kmem|" },
	  "used,hidden: dax0.0=3 dax0.1=3; differs Mode" },
	/* Shapes: an empty device is none. */
	{ { M "Node=1|" D "Size=512M|" D "Size=256M|Mode=kmem|" }, "used: dax0.0=3 dax0.1=5;" },
	{ { M "Node=1|" D "Size=256M|" D "Mode=kmem|" }, "used: dax0.0=3 dax0.1=5; differs Size" },
	{ { M "Node=1|" D "Size=512M|" }, "used: dax0.0=3 dax0.1=0; extra" },
	{ { M "Node=1|" D "Size=512M|" D "Size=256M|" D "Size=256M|" },
	  "used: dax0.0=3 dax0.1=5 -=7; missing Size" },
	{ { M "Node=1|" D "Range=120000000-12fffffff|Mode=kmem|" D "Size=512M|" },
	  "used: dax0.1=3 dax0.0=6;" },
	{ { M "Node=1|" D "Range=120000000-127ffffff|" D "Size=512M|" },
	  "used: dax0.1=3 dax0.0=5; differs Range" },
	{ { M "Node=1|" D "Range=130000000-137ffffff|" D "Size=512M|" },
	  "used: -=3 dax0.0=5 dax0.1=0; missing Range, extra" },
	{ { M "Node=2|" D "Size=1G|Align=4K|" }, "used: dax1.0=3; differs Align" },
	/* The first policy wins. */
	{ { M "Node=2|" D "Mode=devdax|", M "Node=2|" D "Mode=kmem|" }, "used,hidden: dax1.0=3;" },
	{ { M "Device=dax0.0|" D "Mode=devdax|", M "Node=1|" D "Mode=kmem|" },
	  "used,used: dax0.0=3 dax0.1=3;" },
	{ { M "Device=dax0.0|" D "Mode=devdax|", M "Node=1|" D "Size=512M|" D "Size=256M|" },
	  "used,hidden: dax0.0=3;" },
	{ { M "Node=1|" D "Mode=kmem|", M "Device=dax0.1|" D "Mode=kmem|" },
	  "used,hidden: dax0.0=3 dax0.1=3; differs Mode" },
	/* One that is ambiguous, or broken, gets nothing. */
	{ { M "Provider=hmem|" D "Mode=kmem|", M "Node=2|" D "Mode=devdax|" },
	  "ambiguous,used: dax1.0=3; ambiguous" },
	{ { M "Node=2|" D "Mode=x|", M "Node=2|" D "Mode=devdax|" },
	  "broken,used: dax1.0=3; broken" },
	/* Zones */
	{ { M "Device=dax0.1|" D "Mode=kmem|Online=no|" }, "used: dax0.1=3; differs Online" },
	{ { M "Device=dax0.1|" D "Mode=kmem|Online=kernel|" }, "used: dax0.1=3; differs Online" },
	{ { M "Device=dax0.1|" D "Mode=kmem|Online=policy|" }, "used: dax0.1=3;" },
};

static void load(const char *const *files, struct policy_set *set)
{
	for (size_t i = 0; i < 3 && files[i]; i++) {
		_cleanup_free_ char *text = strdup(files[i]);

		for (char *p = text; *p; p++)
			*p = *p == '|' ? '\n' : *p;
		assert_int_equal(policy_load_text("x.conf", text, NULL, set, NULL), 0);
	}
}

static char *describe(const struct match *match, const struct differences *differences)
{
	struct string t = { 0 };

	for (size_t i = 0; i < match->n_policies; i++)
		string_add(&t, "%s%s", i ? "," : "",
			   policy_match_state_word(match->policies[i].state));
	string_add(&t, ":");
	for (size_t i = 0; i < match->n_devices; i++) {
		const struct match_device *m = &match->devices[i];

		string_add(&t, " %s=%u", m->device ? m->device->name.v : "-",
			   m->section ? m->section->line : 0);
	}
	string_add(&t, ";");
	for (size_t i = 0; i < differences->n; i++)
		string_add(&t, "%s %s%s%s", i ? "," : "", differences->items[i].code,
			   differences->items[i].key ? " " : "",
			   differences->items[i].key ? differences->items[i].key : "");
	return string_take(&t);
}

static void test_rows(void **state _unused_)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = make();
	size_t bad = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(policy_set_done) struct policy_set set = { 0 };
		_cleanup_(policy_match_done) struct match match = { 0 };
		_cleanup_(policy_compare_done) struct differences differences = { 0 };
		_cleanup_free_ char *found = NULL;

		load(rows[i].files, &set);
		assert_int_equal(policy_match_policies(&set, s, &match), 0);
		assert_int_equal(policy_compare_all(&set, &match, NULL, &differences), 0);
		found = describe(&match, &differences);
		if (streq(found, rows[i].found))
			continue;
		print_error("row %zu: %s instead of %s\n", i, found, rows[i].found);
		bad++;
	}
	assert_int_equal(bad, 0);
}

/* A region of @n devices is described, and the policy can be read again. */
static bool can_write(uint32_t n)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	_cleanup_(policy_set_done) struct policy_set set = { 0 };
	_cleanup_free_ char *text = NULL;
	const struct cxl_bus bus = { 0 };
	struct region *region = add_region(s, 0, "hmem");
	const char *why = NULL;
	int r;

	region->dynamic = known(1);
	for (uint32_t i = 0; i < n; i++)
		add_device(s, region, i, 4 * GiB + i * 2 * MiB, 2 * MiB, "devdax");
	snapshot_finish(s);
	s->needs = ~0U;
	r = policy_write_text(s, region, &bus, NULL, &text, &why);
	if (r == 0)
		assert_int_equal(policy_load_text("x.conf", text, NULL, &set, NULL), 0);
	else
		assert_true(r == -EOPNOTSUPP && why);
	assert_int_equal(set.n_problems, 0);
	return r == 0;
}

static void test_many(void **state _unused_)
{
	assert_true(can_write(POLICY_DEVICES_MAX));
	assert_false(can_write(POLICY_DEVICES_MAX + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
