/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a record of the history. What is taken is printed, parsed again, and must be the
 * same; and its states can be compared.
 */
#include <errno.h>

#include "fuzz.h"
#include "model/record.h"
#include "model/state-diff.h"

static void check_differences(const struct record *record)
{
	struct state_differences differences = { 0 }, none = { 0 };

	fuzz_check(state_diff(&record->before, &record->after, &differences) == 0);
	for (size_t i = 0; i < differences.n; i++)
		fuzz_check(differences.items[i].device && differences.items[i].message);
	state_diff_done(&differences);
	/* A state may have a device twice, but differs in no value from itself. */
	fuzz_check(state_diff(&record->after, &record->after, &none) == 0);
	state_diff_done(&none);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(record_done) struct record record = { 0 }, again = { 0 };
	_cleanup_free_ char *text = fuzz_string(data, size), *printed = NULL, *copy = NULL,
			    *twice = NULL;
	int r = record_parse(text, &record);

	fuzz_check(r == 0 || r == -EBADMSG);
	if (r < 0)
		return 0;
	printed = record_print(&record);
	copy = printed ? strdup(printed) : NULL;
	fuzz_check(copy && record_parse(copy, &again) == 0);
	twice = record_print(&again);
	fuzz_check(twice && streq(printed, twice));
	check_differences(&record);
	return 0;
}
