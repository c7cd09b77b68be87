/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "parsers/zoneinfo.h"
#include "unit.h"

/* The form of 5.10: statistics of the node first, then a zone with pages; pagesets behind. */
static const char linux_5_10[] = "Node 0, zone      DMA\n"
				 "  per-node stats\n"
				 "      nr_inactive_anon 1039\n"
				 "      nr_kernel_misc_reclaimable 0\n"
				 "  pages free     3840\n"
				 "        min      67\n"
				 "        spanned  4095\n"
				 "        present  3998\n"
				 "        managed  3840\n"
				 "        protection: (0, 1952, 1952, 1952, 1952)\n"
				 "      nr_free_pages 3840\n"
				 "      nr_free_cma  0\n"
				 "  pagesets\n"
				 "    cpu: 0\n"
				 "              count: 0\n"
				 "              high:  0\n"
				 "  vm stats threshold: 2\n"
				 "  node_unreclaimable:  0\n"
				 "  start_pfn:           1\n"
				 "Node 0, zone    DMA32\n"
				 "  pages free     402157\n"
				 "        present  524156\n"
				 "        managed  500014\n"
				 "Node 0, zone   Normal\n"
				 "  pages free     0\n"
				 "        present  0\n"
				 "        managed  0\n"
				 "Node 0, zone  Movable\n"
				 "  pages free     0\n"
				 "        present  0\n"
				 "Node 1, zone      DMA\n"
				 "        present  0\n"
				 "Node 1, zone   Normal\n"
				 "  pages free     98304\n"
				 "        present  98304\n"
				 "        managed  98304\n"
				 "Node 1, zone  Movable\n"
				 "  pages free     163840\n"
				 "        present  163840\n"
				 "        managed  163840\n";

/* Since 6.1 a zone says more (boost, cma, since 6.12 promo); node 10 must not be taken for 1. */
static const char linux_6_12[] = "Node 0, zone   Normal\n"
				 "  per-node stats\n"
				 "      nr_inactive_anon 5\n"
				 "      pgpromote_success 0\n"
				 "  pages free     2\n"
				 "        boost    0\n"
				 "        min      2\n"
				 "        low      3\n"
				 "        high     4\n"
				 "        promo    5\n"
				 "        spanned  9\n"
				 "        present  7\n"
				 "        managed  6\n"
				 "        cma      0\n"
				 "        protection: (0, 0, 0, 0)\n"
				 "Node 10, zone  Movable\n"
				 "        present  65536\n"
				 "Node 10, zone   Device\n"
				 "        present  32\n"
				 "Node 1, zone  Movable\n"
				 "        present\t32768\n"
				 /* said twice, as no kernel does: both count */
				 "Node 1, zone  Movable\n"
				 "        present  32768";

static const struct {
	const char *text;
	uint64_t node;
	int r;
	uint64_t movable;
	uint64_t kernel;
} rows[] = {
	{ linux_5_10, 0, 0, 0, 3998 + 524156 },
	{ linux_5_10, 1, 0, 163840, 98304 },
	/* A node that is not listed has nothing online: zeros, and no error. */
	{ linux_5_10, 2, 0, 0, 0 },
	{ linux_5_10, UINT64_MAX, 0, 0, 0 },
	{ linux_6_12, 0, 0, 0, 7 },
	{ linux_6_12, 1, 0, 65536, 0 },
	{ linux_6_12, 10, 0, 65536, 32 },
	/* The largest sum that there is, and one more. */
	{ "Node 0, zone Movable\n present 18446744073709551615\n", 0, 0, UINT64_MAX, 0 },
	{ "Node 0, zone DMA\n present 18446744073709551615\nNode 0, zone Normal\n present 0\n", 0,
	  0, 0, UINT64_MAX },
	{ "Node 0, zone DMA\n present 18446744073709551615\nNode 0, zone Normal\n present 1\n", 0,
	  -EBADMSG, 0, 0 },
	{ "Node 0, zone DMA\n present 18446744073709551616\n", 0, -EBADMSG, 0, 0 },
	/* What is wrong with one node makes the file one that is not understood. */
	{ "Node 0, zone DMA\n present 5\nNode 1, zone DMA\n present x\n", 0, -EBADMSG, 0, 0 },
	{ "Node 0, zone DMA\n present\n", 0, -EBADMSG, 0, 0 },
	{ "Node 0, zone DMA\n present -1\n", 0, -EBADMSG, 0, 0 },
	{ "Node 0, zone DMA\n present 0x10\n", 0, -EBADMSG, 0, 0 },
	{ "Node 0, zone\n present 1\n", 0, -EBADMSG, 0, 0 },
	{ "Node 0, zone \n present 1\n", 0, -EBADMSG, 0, 0 },
	{ "Node 0\n present 1\n", 0, -EBADMSG, 0, 0 },
	{ "Node 0,\n present 1\n", 0, -EBADMSG, 0, 0 },
	{ "Node , zone DMA\n present 1\n", 0, -EBADMSG, 0, 0 },
	{ "Node x, zone DMA\n present 1\n", 0, -EBADMSG, 0, 0 },
	{ "Node -1, zone DMA\n present 1\n", 0, -EBADMSG, 0, 0 },
	{ "Node 0, area DMA\n present 1\n", 0, -EBADMSG, 0, 0 },
	{ "Node \n", 0, -EBADMSG, 0, 0 },
	{ "", 0, -EBADMSG, 0, 0 },
	{ "\n\n", 0, -EBADMSG, 0, 0 },
	{ "present 5\n", 0, -EBADMSG, 0, 0 },
	{ "node 0, zone DMA\n present 5\n", 0, -EBADMSG, 0, 0 },
	/* Not every word that begins so is `present`; and no zone need say it. */
	{ "Node 0, zone DMA\n present_early 7\n nr_present 8\n", 0, 0, 0, 0 },
	{ "Node 0, zone DMA\n", 0, 0, 0, 0 },
	/* Zones whose names are like Movable are the kernel's. */
	{ "Node 0, zone Movable2\n present 3\n", 0, 0, 0, 3 },
	{ "Node 0, zone movable\n present 3\n", 0, 0, 0, 3 },
	/* Pages before the first zone belong to nobody. */
	{ " present 9\nNode 0, zone DMA\n present 1\n", 0, 0, 0, 1 },
};

static void test_rows(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct zone_pages pages = { 77, 78, 79 };
		int r = zoneinfo_find(rows[i].text, rows[i].node, &pages);

		assert_row(i, r == rows[i].r);
		assert_row(i, pages.movable == (r < 0 ? 77 : rows[i].movable));
		assert_row(i, pages.kernel == (r < 0 ? 78 : rows[i].kernel));
	}
}

/* Pages on the lists of processors, in all zones of the node. */
static void test_cached(void **state _unused_)
{
	static const char text[] = "Node 1, zone   Normal\n"
				   "        present  10\n"
				   "  pagesets\n"
				   "    cpu: 0\n"
				   "              count:    3\n"
				   "              high:     14\n"
				   "    cpu: 1\n"
				   "              count:    4\n"
				   "Node 1, zone  Movable\n"
				   "              count:    5\n"
				   "Node 2, zone   Normal\n"
				   "              count:    6\n";
	struct zone_pages pages;

	assert_int_equal(zoneinfo_find(text, 1, &pages), 0);
	assert_int_equal(pages.cached, 12);
	assert_int_equal(zoneinfo_find(text, 2, &pages), 0);
	assert_int_equal(pages.cached, 6);
	assert_int_equal(zoneinfo_find("Node 1, zone Normal\n count: x\n", 1, &pages), -EBADMSG);
}

/* Where the zones of a node are. */
static void test_zones(void **state _unused_)
{
	static const char text[] = "Node 0, zone   Normal\n"
				   "        spanned  9\n"
				   "        present  7\n"
				   "  start_pfn:           1\n"
				   "Node 1, zone   Normal\n"
				   "        spanned  0\n"
				   "        present  0\n"
				   "Node 1, zone    DMA32\n"
				   "        spanned  10\n"
				   "        present  10\n"
				   "  start_pfn:           5\n"
				   "Node 1, zone  Movable\n"
				   "        spanned  40\n"
				   "        present  20\n"
				   "  start_pfn:           100\n";
	struct node_zones zones = { .n = 77 };

	assert_int_equal(zoneinfo_find_zones(text, 1, &zones), 0);
	assert_int_equal(zones.n, 2);
	assert_false(zones.zones[0].is_movable);
	assert_int_equal(zones.zones[0].start, 5);
	assert_int_equal(zones.zones[0].end, 15);
	assert_int_equal(zones.zones[0].present, 10);
	assert_true(zones.zones[1].is_movable);
	assert_int_equal(zones.zones[1].start, 100);
	assert_int_equal(zones.zones[1].end, 140);
	assert_int_equal(zones.zones[1].present, 20);
	assert_true(zoneinfo_is_same(&zones, &zones));
	assert_int_equal(zoneinfo_find_zones(text, 2, &zones), 0);
	assert_int_equal(zones.n, 0);
}

static void test_bad_zones(void **state _unused_)
{
	static const char *const texts[] = {
		/* no place */
		"Node 0, zone DMA\n spanned 1\n present 1\n",
		"Node 0, zone DMA\n present 1\n start_pfn: 0\n",
		/* more pages than there is place for */
		"Node 0, zone DMA\n spanned 1\n present 2\n start_pfn: 0\n",
		/* behind the last page */
		"Node 0, zone DMA\n spanned 1\n present 1\n start_pfn: 18446744073709551615\n",
		"Node 0, zone DMA\n spanned x\n present 1\n start_pfn: 0\n",
		"Node 0, zone DMA\n spanned 1\n present 1\n start_pfn: -1\n",
		"",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct node_zones zones = { .n = 77 };

		assert_row(i, zoneinfo_find_zones(texts[i], 0, &zones) == -EBADMSG);
		assert_row(i, zones.n == 77);
	}
}

static void test_number_of_zones(void **state _unused_)
{
	static const char zone[] = "Node 0, zone DMA\n spanned 1\n present 1\n start_pfn: 0\n";
	char text[(ZONES_MAX + 1) * sizeof(zone)] = "";
	struct node_zones zones;

	for (size_t i = 0; i < ZONES_MAX; i++)
		strcat(text, zone);
	assert_int_equal(zoneinfo_find_zones(text, 0, &zones), 0);
	assert_int_equal(zones.n, ZONES_MAX);
	strcat(text, zone);
	assert_int_equal(zoneinfo_find_zones(text, 0, &zones), -EBADMSG);
}

static void test_same(void **state _unused_)
{
	const struct node_zones zones = { .zones = { { 1, 5, 3, true } }, .n = 1 };
	const struct node_zones others[] = {
		{ .n = 0 },
		{ .zones = { { 0, 5, 3, true } }, .n = 1 },
		{ .zones = { { 1, 6, 3, true } }, .n = 1 },
		{ .zones = { { 1, 5, 4, true } }, .n = 1 },
		{ .zones = { { 1, 5, 3, false } }, .n = 1 },
		{ .zones = { { 1, 5, 3, true } }, .n = 2 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		assert_row(i, !zoneinfo_is_same(&zones, &others[i]));
		assert_row(i, !zoneinfo_is_same(&others[i], &zones));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cached),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_bad_zones),
		cmocka_unit_test(test_number_of_zones),
		cmocka_unit_test(test_same),
	};

	return cmocka_run_group_tests_name("zoneinfo", tests, NULL, NULL);
}
