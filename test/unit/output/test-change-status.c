/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/util.h"
#include "model/public-max.h"
#include "output/change-status.h"
#include "unit.h"

static void test_every_mixture(void **state _unused_)
{
	static const struct {
		size_t unchanged, planned, changed, refused, undone, failed;
		enum status status;
	} rows[] = {
		{ 0, 0, 0, 0, 0, 0, STATUS_DONE },	 { 1, 0, 0, 0, 0, 0, STATUS_DONE },
		{ 0, 1, 0, 0, 0, 0, STATUS_DONE },	 { 0, 0, 1, 0, 0, 0, STATUS_DONE },
		{ 2, 0, 1, 0, 0, 0, STATUS_DONE },	 { 0, 0, 0, 1, 0, 0, STATUS_REFUSED },
		{ 0, 0, 0, 3, 0, 0, STATUS_REFUSED },	 { 0, 0, 0, 0, 1, 0, STATUS_FAILED },
		{ 0, 0, 0, 1, 1, 0, STATUS_FAILED },	 { 1, 0, 0, 1, 0, 0, STATUS_PARTIAL },
		{ 0, 1, 0, 1, 0, 0, STATUS_PARTIAL },	 { 0, 0, 1, 0, 1, 0, STATUS_PARTIAL },
		{ 1, 0, 0, 1, 1, 0, STATUS_PARTIAL },	 { 0, 0, 0, 0, 0, 1, STATUS_NOT_UNDONE },
		{ 0, 0, 3, 0, 0, 1, STATUS_NOT_UNDONE }, { 1, 0, 1, 1, 1, 1, STATUS_NOT_UNDONE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const size_t n[_DAXBUS_STATUS_MAX] = {
			[DAXBUS_UNCHANGED] = rows[i].unchanged, [DAXBUS_PLANNED] = rows[i].planned,
			[DAXBUS_CHANGED] = rows[i].changed,	[DAXBUS_REFUSED] = rows[i].refused,
			[DAXBUS_UNDONE] = rows[i].undone,	[DAXBUS_FAILED] = rows[i].failed,
		};

		assert_row(i, change_status_of_counts(n) == rows[i].status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_mixture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
