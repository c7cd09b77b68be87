/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as /proc/zoneinfo. The first byte chooses the node. What is found must be the sum of
 * what the lines say, worked out here in another way, and zones that have places contain all of it.
 */
#include <errno.h>

#include "fuzz.h"
#include "parsers/zoneinfo.h"

static void check_zones(const char *text, uint64_t node, const struct zone_pages *pages)
{
	struct node_zones zones = { .n = 77 };
	int r = zoneinfo_find_zones(text, node, &zones);

	fuzz_check(r == 0 || r == -EBADMSG);
	fuzz_check(r == 0 ? zones.n <= ZONES_MAX : zones.n == 77);
	for (size_t i = 0; r == 0 && i < zones.n; i++) {
		const struct zone_span *z = &zones.zones[i];
		uint64_t sum = z->is_movable ? pages->movable : pages->kernel;

		fuzz_check(z->present && z->present <= z->end - z->start && z->present <= sum);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zone_pages pages = { 77, 78, 79 }, none, all;
	_cleanup_free_ char *text = NULL, *twice = NULL;
	uint64_t node;
	int r;

	if (size < 1)
		return 0;
	node = data[0] % 16;
	text = fuzz_string(data + 1, size - 1);
	r = zoneinfo_find(text, node, &pages);
	fuzz_check(r == 0 || r == -EBADMSG);
	if (r < 0) {
		fuzz_check(pages.movable == 77 && pages.kernel == 78 && pages.cached == 79);
		/* Nor is it of the form for another node, but for sums that do not fit. */
		fuzz_check(zoneinfo_find(text, node + 1, &none) <= 0);
		return 0;
	}
	check_zones(text, node, &pages);
	/* Whoever has no line has no page. */
	fuzz_check(zoneinfo_find(text, UINT64_MAX, &none) < 0 ||
		   strstr(text, "18446744073709551615") || (!none.movable && !none.kernel));
	/* What is said twice counts twice; a header first, so that no line is continued. */
	fuzz_check(asprintf(&twice, "%s\nNode 99, zone x\n%s", text, text) >= 0);
	if (starts_with(text, "Node ") && zoneinfo_find(twice, node, &all) == 0)
		fuzz_check(all.movable == pages.movable * 2 && all.kernel == pages.kernel * 2 &&
			   all.cached == pages.cached * 2);
	return 0;
}
