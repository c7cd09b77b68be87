/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a journal. What is taken is printed, parsed again, and must be the same: a journal is
 * what memory is brought back by.
 */
#include <errno.h>

#include "execute/journal.h"
#include "fuzz.h"

static void check_step(const struct step *step)
{
	_cleanup_free_ char *line = step_print(step), *again = NULL;
	struct steps steps = { 0 };

	fuzz_check(line && !strchr(line, '\n'));
	fuzz_check(step_parse(line, &steps) == 0 && steps.n == 1);
	again = step_print(&steps.items[0]);
	fuzz_check(again && streq(line, again));
	steps_done(&steps);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(journal_records_done) struct journal_records records = { 0 };
	_cleanup_free_ char *text = fuzz_string(data, size);
	int r = journal_parse(text, &records);

	fuzz_check(r == 0 || r == -EBADMSG);
	if (r < 0)
		fuzz_check(!records.n);
	for (size_t i = 0; i < records.n; i++) {
		const struct journal_record *record = &records.items[i];

		fuzz_check(record->start < size);
		fuzz_check(record->device || i + 1 == records.n);
		for (size_t k = 0; k < record->steps.n; k++)
			check_step(&record->steps.items[k]);
	}
	return 0;
}
