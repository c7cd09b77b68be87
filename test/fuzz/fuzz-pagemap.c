/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any text as a line of /proc/PID/maps or numa_maps. What is found, written down again, is the
 * same. */
#include <inttypes.h>

#include "fuzz.h"
#include "parsers/pagemap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *s = fuzz_string(data, size), *text = NULL;
	uint64_t start, end, again;

	if (pagemap_parse_start(s, &start) == 0) {
		fuzz_check(asprintf(&text, "%" PRIx64 " ", start) > 0);
		fuzz_check(pagemap_parse_start(text, &again) == 0 && again == start);
	} else if (pagemap_parse_mapping(s, &start, &end) == 0) {
		fuzz_check(start <= end);
		fuzz_check(asprintf(&text, "%" PRIx64 "-%" PRIx64 " ", start, end) > 0);
		fuzz_check(pagemap_parse_mapping(text, &start, &again) == 0 && again == end);
	}
	return 0;
}
