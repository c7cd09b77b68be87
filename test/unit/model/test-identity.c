/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/identity.h"

#include <inttypes.h>

#include "base/string.h"
#include "unit.h"

#define GIB UINT64_C(0x40000000)

/* A region; a word of @serials and @dpas is an item, "?" makes the list unknown. */
struct example {
	const char *provider;
	struct opt_u64 start;
	struct opt_u64 size;
	const char *uuid;
	const char *serials[3];
	const char *dpas[3];
	bool is_nd;
	const char *expected; /* NULL: unknown; "": none */
};

#define AT(v_)                                                                                     \
	{                                                                                          \
		.is = DAXBUS_KNOWN, .v = (v_)                                                      \
	}
#define NOT_KNOWN                                                                                  \
	{                                                                                          \
		.is = DAXBUS_UNKNOWN                                                               \
	}

static void fill(struct opt_strv *list, const char *const *items)
{
	list->is = DAXBUS_KNOWN;
	for (; *items; items++) {
		assert_int_equal(snapshot_strv_add(list, *items), 0);
		if (streq(*items, "?"))
			list->is = DAXBUS_UNKNOWN;
	}
}

static struct region *add_region(struct daxbus_snapshot *s, const struct example *e)
{
	struct region *region = snapshot_add_region(s);

	assert_non_null(region);
	assert_int_equal(snapshot_str_set(&region->provider, e->provider), 0);
	region->start = e->start;
	region->size = e->size;
	region->is_nd = e->is_nd;
	region->dynamic = known(!streq(e->provider, "pmem"));
	region->pmem.uuid.is = DAXBUS_UNKNOWN;
	if (e->uuid)
		assert_int_equal(snapshot_str_set(&region->pmem.uuid, e->uuid), 0);
	fill(&region->cxl.serials, e->serials);
	fill(&region->cxl.dpas, e->dpas);
	return region;
}

static struct device *add_device(struct daxbus_snapshot *s, struct region *region, uint64_t start,
				 uint64_t size)
{
	struct device *d = snapshot_add_device(s, region);
	struct mapping *m;

	assert_non_null(d);
	d->size = known(size);
	if (!size)
		return d;
	m = snapshot_add_mapping(d);
	assert_non_null(m);
	m->start = known(start);
	m->end = known(start + size - 1);
	return d;
}

static bool is(const struct opt_str *identity, const char *expected)
{
	if (!expected)
		return identity->is == DAXBUS_UNKNOWN;
	return *expected ? known_as(identity, expected) : identity->is == DAXBUS_NONE;
}

static void test_regions(void **state _unused_)
{
	static const struct example examples[] = {
		{ .provider = "hmem",
		  .start = AT(4 * GIB),
		  .size = AT(GIB),
		  .expected = "range=0x100000000-0x13fffffff" },
		{ .provider = "hmem",
		  .start = AT(0),
		  .size = AT(GIB),
		  .expected = "range=0x0-0x3fffffff" },
		{ .provider = "hmem",
		  .start = AT(UINT64_MAX - GIB + 1),
		  .size = AT(GIB),
		  .expected = "range=0xffffffffc0000000-0xffffffffffffffff" },
		{ .provider = "hmem", .start = AT(UINT64_MAX - GIB + 2), .size = AT(GIB) },
		{ .provider = "hmem", .start = NOT_KNOWN, .size = AT(GIB) },
		{ .provider = "hmem", .start = AT(4 * GIB), .size = NOT_KNOWN },
		{ .provider = "hmem", .start = AT(4 * GIB), .size = AT(0) },
		{ .provider = "pmem",
		  .start = AT(4 * GIB),
		  .size = AT(GIB),
		  .uuid = "0cd1a8b5-5c9a-4bbc-a6f1-5b5a6c8a1a5b",
		  .expected = "uuid=0cd1a8b5-5c9a-4bbc-a6f1-5b5a6c8a1a5b" },
		{ .provider = "pmem", .start = AT(4 * GIB), .size = AT(GIB), .uuid = "" },
		{ .provider = "pmem", .start = AT(4 * GIB), .size = AT(GIB), .uuid = "../../x" },
		{ .provider = "pmem", .start = AT(4 * GIB), .size = AT(GIB), .uuid = "0cd1 a8b5" },
		{ .provider = "pmem", .start = AT(4 * GIB), .size = AT(GIB) },
		{ .provider = "pmem",
		  .start = AT(4 * GIB),
		  .size = AT(GIB),
		  .is_nd = true,
		  .expected = "range=0x100000000-0x13fffffff" },
		{ .provider = "cxl",
		  .start = AT(4 * GIB),
		  .size = AT(GIB),
		  .serials = { "0x1" },
		  .dpas = { "0x0" },
		  .expected = "serial=0x1@0x0" },
		{ .provider = "cxl",
		  .start = NOT_KNOWN,
		  .size = NOT_KNOWN,
		  .serials = { "0x2", "0x1" },
		  .dpas = { "0x10000000", "0x0" },
		  .expected = "serial=0x2@0x10000000-0x1@0x0" },
		{ .provider = "cxl",
		  .start = AT(4 * GIB),
		  .size = AT(GIB),
		  .serials = { "0x1", "0x0" },
		  .dpas = { "0x0", "0x0" },
		  .expected = "" },
		{ .provider = "cxl",
		  .start = AT(4 * GIB),
		  .size = AT(GIB),
		  .serials = { "0x1", "?" },
		  .dpas = { "0x0", "0x0" } },
		{ .provider = "cxl",
		  .start = AT(4 * GIB),
		  .size = AT(GIB),
		  .serials = { "0x1" },
		  .dpas = { "?" } },
		{ .provider = "cxl", .start = AT(4 * GIB), .size = AT(GIB), .serials = { "0x1" } },
		{ .provider = "cxl", .start = AT(4 * GIB), .size = AT(GIB) },
		{ .provider = "unknown", .start = AT(4 * GIB), .size = AT(GIB), .expected = "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		struct region *region = add_region(s, &examples[i]);

		assert_int_equal(identity_set_region(region), 0);
		assert_row(i, is(&region->identity, examples[i].expected));
	}
}

/* The place in a region that can be divided; the only device of another one is the region. */
static void test_devices(void **state _unused_)
{
	static const struct {
		struct example region;
		uint64_t start;
		uint64_t size;
		const char *expected;
	} rows[] = {
		{ { .provider = "hmem", .start = AT(4 * GIB), .size = AT(2 * GIB) },
		  4 * GIB,
		  2 * GIB,
		  "range=0x100000000-0x17fffffff+0x0" },
		{ { .provider = "hmem", .start = AT(4 * GIB), .size = AT(2 * GIB) },
		  5 * GIB,
		  GIB,
		  "range=0x100000000-0x17fffffff+0x40000000" },
		{ { .provider = "hmem", .start = AT(4 * GIB), .size = AT(2 * GIB) },
		  3 * GIB,
		  GIB,
		  NULL },
		{ { .provider = "hmem", .start = AT(4 * GIB), .size = AT(2 * GIB) }, 0, 0, "" },
		{ { .provider = "hmem", .start = NOT_KNOWN, .size = AT(2 * GIB) },
		  4 * GIB,
		  GIB,
		  NULL },
		{ { .provider = "cxl",
		    .start = AT(4 * GIB),
		    .size = AT(GIB),
		    .serials = { "0xa" },
		    .dpas = { "0x0" } },
		  4 * GIB + 0x8000000,
		  0x8000000,
		  "serial=0xa@0x0+0x8000000" },
		{ { .provider = "cxl",
		    .start = NOT_KNOWN,
		    .size = AT(GIB),
		    .serials = { "0xa" },
		    .dpas = { "0x0" } },
		  4 * GIB,
		  0x8000000,
		  NULL },
		{ { .provider = "cxl",
		    .start = AT(4 * GIB),
		    .size = AT(GIB),
		    .serials = { "0x0" },
		    .dpas = { "0x0" } },
		  4 * GIB,
		  GIB,
		  "" },
		{ { .provider = "pmem", .start = NOT_KNOWN, .size = NOT_KNOWN, .uuid = "ab-cd" },
		  4 * GIB,
		  GIB,
		  "uuid=ab-cd" },
		{ { .provider = "unknown", .start = AT(4 * GIB), .size = AT(GIB) },
		  4 * GIB,
		  GIB,
		  "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
		struct region *region = add_region(s, &rows[i].region);
		struct device *d = add_device(s, region, rows[i].start, rows[i].size);

		assert_int_equal(identity_set_region(region), 0);
		assert_int_equal(identity_set_device(d), 0);
		assert_row(i, is(&d->identity, rows[i].expected));
	}
}

/* An ordinary user sees neither ranges nor whether it has any. */
static void test_unreadable(void **state _unused_)
{
	static const struct example hmem = { .provider = "hmem",
					     .start = AT(4 * GIB),
					     .size = AT(GIB) };
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = snapshot_new();
	struct region *region = add_region(s, &hmem);
	struct device *d = add_device(s, region, 0, 0);

	d->size = known(GIB);
	assert_int_equal(identity_set_region(region), 0);
	assert_int_equal(identity_set_device(d), 0);
	assert_true(is(&d->identity, NULL));
	region->dynamic = unknown();
	assert_int_equal(identity_set_device(d), 0);
	assert_true(is(&d->identity, NULL));
}

/* "SERIAL@DPA " each; "": it cannot be parsed. */
static void test_parse(void **state _unused_)
{
	static const struct {
		const char *text;
		const char *expected;
	} examples[] = {
		{ "serial=0x1@0x0", "1@0 " },
		{ "serial=0xab@0x0-0x1@0x10000000", "ab@0 1@10000000 " },
		{ "", "" },
		{ "range=0x0-0x1", "" },
		{ "serial=", "" },
		{ "serial=0x1", "" },
		{ "serial=0x1@", "" },
		{ "serial=1@0x0", "" },
		{ "serial=0x1@0x0-", "" },
		{ "serial=0x1@0x0-0x1@0x0", "" },
		{ "serial=0x0@0x0", "" },
		/* that of a device */
		{ "serial=0x1@0x0+0x1000", "" },
		{ "serial=0x11111111111111111@0x0", "" },
		{ "serial=0x000000000000000000000000000000001@0x0", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
		struct identity_serials serials = { 0 };
		struct string t = { 0 };
		_cleanup_free_ char *found = NULL;

		string_add(&t, "%s", "");
		if (identity_parse_serials(examples[i].text, &serials) == 0)
			assert_true(serials.n);
		for (size_t n = 0; n < serials.n; n++)
			string_add(&t, "%" PRIx64 "@%" PRIx64 " ", serials.items[n].serial,
				   serials.items[n].dpa);
		found = string_take(&t);
		assert_string_equal(found, examples[i].expected);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
