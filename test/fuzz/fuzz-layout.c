/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges as a journal has them: read and written again they are the same, and places are chosen of
 * them. */
#include <errno.h>

#include "fuzz.h"
#include "model/range-list.h"

#define UNIT UINT64_C(0x1000)

/* What is chosen is of what was free, in whole units, and is not free any more. */
static void check_place(const struct range_list *layout, uint64_t size)
{
	_cleanup_(range_list_done) struct range_list free = { 0 }, chosen = { 0 };
	uint64_t room;

	/* Only what ascends is free memory. */
	for (size_t i = 1; i < layout->n; i++)
		if (layout->items[i].start <= layout->items[i - 1].end)
			return;
	fuzz_check(range_list_copy(layout, &free) == 0);
	room = range_list_available(&free, UNIT);
	if (range_list_place(&free, size, UNIT, &chosen) < 0) {
		fuzz_check(size > room || room == 0);
		fuzz_check(!chosen.n && range_list_is_same(&free, layout));
		return;
	}
	fuzz_check(range_list_bytes(&chosen) == (size ? size : room));
	fuzz_check(!range_list_misaligned(&chosen, UNIT));
	for (size_t i = 0; i < chosen.n; i++)
		fuzz_check(!fuzz_overlaps(&free, &chosen.items[i]));
	fuzz_check(range_list_available(&free, UNIT) == room - range_list_bytes(&chosen));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = fuzz_string(data, size);
	_cleanup_(range_list_done) struct range_list layout = { 0 }, again = { 0 };
	_cleanup_free_ char *printed = NULL;
	int r = range_list_parse(text, &layout);

	fuzz_check(r == 0 || r == -EINVAL);
	if (r < 0)
		return 0;
	printed = range_list_print(&layout);
	fuzz_check(printed && range_list_parse(printed, &again) == 0);
	fuzz_check(range_list_is_same(&layout, &again));
	check_place(&layout, 0);
	check_place(&layout, UNIT);
	check_place(&layout, range_list_available(&layout, UNIT));
	return 0;
}
