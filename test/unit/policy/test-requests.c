/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "base/string.h"
#include "policy/load.h"
#include "policy/requests.h"
#include "unit.h"

#define MiB (UINT64_C(1) << 20)

/* region0, node 1: devices of these sizes in MiB, one after the other from 4 GiB on. */
static struct daxbus_snapshot *make(const uint64_t *sizes)
{
	struct daxbus_snapshot *s = snapshot_new();
	struct region *region = snapshot_add_region(s);
	uint64_t start = 4096 * MiB;

	region->id = known(0);
	region->target_node = known(1);
	for (uint32_t i = 0; sizes[i]; i++) {
		struct device *d = snapshot_add_device(s, region);
		struct mapping *m = snapshot_add_mapping(d);
		char name[32];

		snprintf(name, sizeof(name), "dax0.%u", i);
		assert_int_equal(snapshot_str_set(&d->name, name), 0);
		d->region_id = region->id;
		d->instance = i;
		d->selected = true;
		d->size = known(sizes[i] * MiB);
		d->align = known(2 * MiB);
		d->ranges = DAXBUS_KNOWN;
		m->start = known(start);
		start += sizes[i] * MiB;
		m->end = known(start - 1);
	}
	snapshot_finish(s);
	s->needs = ~0U;
	return s;
}

#define D " [Device] "

/* Sections, with spaces instead of newlines; "DEVICE ACTION [SIZE][@ALIGN][MODE][alone];" each:
 * alone: without a change of a shape in its region */
static const struct row {
	uint64_t sizes[4];
	const char *sections;
	const char *requests;
} rows[] = {
	{ { 1024 }, D "Mode=devdax", "dax0.0 reconfigure devdax alone; " },
	{ { 1024 }, D "Mode=none", "dax0.0 unbind alone; " },
	{ { 1024 }, D "Owner=root", "" },
	{ { 512, 512 },
	  D "Mode=kmem",
	  "dax0.0 reconfigure kmem alone; dax0.1 reconfigure kmem alone; " },
	/* A device leaves kmem before it is resized, and enters it afterwards. */
	{ { 1024 }, D "Size=512M Mode=devdax", "dax0.0 reconfigure devdax; dax0.0 resize 512; " },
	{ { 1024 }, D "Size=512M Mode=kmem", "dax0.0 resize 512; dax0.0 reconfigure kmem; " },
	{ { 1024 }, D "Size=1G Align=4K", "dax0.0 resize @4096; " },
	/* Smaller, new, larger. */
	{ { 1024 }, D "Size=512M" D "Mode=kmem", "dax0.0 resize 512; region0! create 0 kmem; " },
	{ { 512 }, D "Size=512M" D "Size=256M", "region0 create 256 devdax; " },
	{ { 256, 512 },
	  D "Size=512M Mode=devdax" D "Size=256M",
	  "dax0.1 resize 256; dax0.0 reconfigure devdax; dax0.0 resize 512; " },
	{ { 1024 },
	  D "Range=100000000-11fffffff" D
	    "Range=120000000-12fffffff Range=130000000-13fffffff Mode=none",
	  "dax0.0 resize 512; region0! create 512 none; " },
	/* What the policy does not have is not touched. */
	{ { 512, 512 }, D "Size=512M", "" },
};

static const char *action_word(enum daxbus_action action)
{
	switch (action) {
	case DAXBUS_RECONFIGURE:
		return "reconfigure";
	case DAXBUS_UNBIND:
		return "unbind";
	case DAXBUS_RESIZE:
		return "resize";
	case DAXBUS_CREATE:
		return "create";
	default:
		return "?";
	}
}

static void describe(struct string *t, const struct policy_request *item)
{
	const struct daxbus_request *request = &item->request;
	uint64_t size = request->layout.n ? range_list_bytes(&request->layout) : request->size;

	string_add(t, "%s%s %s", item->device ? item->device : item->region,
		   item->needs_room ? "!" : "", action_word(request->action));
	if (size || request->action == DAXBUS_CREATE)
		string_add(t, " %" PRIu64, size / MiB);
	if (request->align)
		string_add(t, " @%" PRIu64, request->align);
	if (request->action == DAXBUS_RECONFIGURE || request->action == DAXBUS_CREATE)
		string_add(t, " %s", request->mode ? request_mode_name(request->mode) : "none");
	string_add(t, "%s; ", item->together ? "" : " alone");
}

static char *requests_for(const struct row *row)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = make(row->sizes);
	_cleanup_(policy_set_done) struct policy_set set = { 0 };
	_cleanup_(policy_match_done) struct match match = { 0 };
	_cleanup_(policy_requests_done) struct policy_requests requests = { 0 };
	_cleanup_free_ char *text = NULL;
	const struct daxbus_request how = { .count = 1 };
	struct string t = { 0 };

	assert_int_equal(string_format(&text, "[Match] Node=1%s", row->sections), 0);
	for (char *p = text; *p; p++)
		*p = *p == ' ' ? '\n' : *p;
	assert_int_equal(policy_load_text("x.conf", text, NULL, &set, NULL), 0);
	assert_int_equal(set.n_problems, 0);
	assert_int_equal(policy_match_policies(&set, s, &match), 0);
	assert_int_equal(policy_requests_make(&match, &how, &requests), 0);
	string_add(&t, "%s", "");
	for (size_t i = 0; i < requests.n; i++)
		describe(&t, &requests.items[i]);
	return string_take(&t);
}

static void test_rows(void **state _unused_)
{
	size_t bad = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *found = requests_for(&rows[i]);

		if (streq(found, rows[i].requests))
			continue;
		print_error("row %zu: %s instead of %s\n", i, found, rows[i].requests);
		bad++;
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
