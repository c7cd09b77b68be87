/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "base/string.h"
#include "policy/load.h"
#include "policy/region.h"
#include "unit.h"

/* mem0 has serial number 0x10 and so on; what is allocated of each, in hexadecimal; 1: it has no
 * endpoint, 2: it has the serial number of mem0, 3: all that is allocated is persistent */
static const struct row {
	uint64_t allocated[3];
	const char *policy;
	const char *expected;
} rows[] = {
	{ { 0, 0 }, "serial=0x10@0x0", "ready mem0 " },
	{ { 0, 0 }, "serial=0x11@0x0-0x10@0x0", "ready mem1 mem0 " },
	{ { 0, 0 }, "serial=0x10@0x0 Size=1G Granularity=4K", "ready mem0 size 40000000 by 1000" },
	{ { 0x40000000, 0 }, "serial=0x10@0x40000000", "ready mem0 " },
	{ { 0, 0 }, "serial=0x10@0x0-0x12@0x0", "absent" },
	{ { 0, 0 }, "serial=0x99@0x0", "absent" },
	{ { 1, 0 }, "serial=0x10@0x0", "absent" },
	{ { 0, 2 }, "serial=0x10@0x0", "absent" },
	{ { 0, 0 }, "serial=0x10@0x0-0x11@0x10000000", "later mem1" },
	{ { 0x10000000, 0 }, "serial=0x10@0x0", "taken mem0" },
	{ { 3, 0 }, "serial=0x10@0x0", "ready mem0 " },
	{ { 3, 0 }, "serial=0x10@0x10000000", "later mem0" },
	{ { 0x10000000, 0 }, "serial=0x11@0x10000000-0x10@0x0", "taken mem0" },
};

static void add_card(struct cxl_bus *bus, uint32_t number, uint64_t allocated)
{
	struct cxl_memdev memdev = { .serial = known(allocated == 2 ? 0x10 : 0x10 + number) };
	struct cxl_decoder decoder = { .kind = CXL_ENDPOINT,
				       .dpa_size = known(allocated > 2 ? allocated : 0) };

	if (allocated == 3) {
		decoder.dpa_size.v = 0x10000000;
		assert_int_equal(snapshot_str_set(&decoder.mode, "pmem"), 0);
	}
	assert_int_equal(string_format(&memdev.name, "mem%" PRIu32, number), 0);
	assert_int_equal(string_format(&decoder.memdev, "mem%" PRIu32, number), 0);
	assert_int_equal(ARRAY_PUSH(bus->memdevs, bus->n_memdevs, memdev), 0);
	if (allocated == 1)
		cxl_decoder_done(&decoder);
	else
		assert_int_equal(ARRAY_PUSH(bus->decoders, bus->n_decoders, decoder), 0);
}

static char *describe(enum policy_region_state state, const char *memdev,
		      const struct daxbus_request *request)
{
	static const char *const words[] = {
		[POLICY_REGION_READY] = "ready ",
		[POLICY_REGION_ABSENT] = "absent",
		[POLICY_REGION_LATER] = "later ",
		[POLICY_REGION_TAKEN] = "taken ",
	};
	struct string t = { 0 };

	string_add(&t, "%s%s", words[state], memdev ?: "");
	for (size_t i = 0; i < request->memdevs.n; i++)
		string_add(&t, "%s ", request->memdevs.items[i]);
	if (request->size)
		string_add(&t, "size %" PRIx64 " by %" PRIx64, request->size, request->granularity);
	return string_take(&t);
}

static char *result_of(const struct row *row)
{
	_cleanup_(policy_set_done) struct policy_set set = { 0 };
	_cleanup_(cxl_bus_done) struct cxl_bus bus = { 0 };
	_cleanup_free_ char *text = NULL;
	const struct daxbus_request how = { .count = 1 };
	struct daxbus_request request = { 0 };
	enum policy_region_state state = POLICY_REGION_READY;
	const char *memdev = NULL, *keys = row->policy + strcspn(row->policy, " ");
	char *found;

	assert_int_equal(string_format(&text, "[Match]\nIdentity=%.*s\n[Region]%s\n[Device]\n",
				       (int)(keys - row->policy), row->policy, keys),
			 0);
	for (char *p = text; *p; p++)
		*p = *p == ' ' ? '\n' : *p;
	assert_int_equal(policy_load_text("x.conf", text, NULL, &set, NULL), 0);
	assert_int_equal(set.n_problems, 0);
	for (uint32_t i = 0; i < 2; i++)
		add_card(&bus, i, row->allocated[i]);
	assert_int_equal(policy_region_request(&bus, set.files[0], &how, &state, &memdev, &request),
			 0);
	assert_int_equal(request.memdevs.n > 0, state == POLICY_REGION_READY);
	found = describe(state, memdev, &request);
	strv_done(&request.memdevs);
	return found;
}

static void test_rows(void **state _unused_)
{
	size_t bad = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *found = result_of(&rows[i]);

		if (streq(found, rows[i].expected))
			continue;
		print_error("row %zu: '%s' instead of '%s'\n", i, found, rows[i].expected);
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
