/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_UNIT_H
#define DAXBUS_UNIT_H

/* What cmocka.h wants to have seen first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/*
 * Whether this is a machine of the tests' own (test/vm/unit.bats), where tests may be that need a
 * device, or leave something behind.
 */
static inline bool in_machine(void)
{
	return getenv("DAXBUS_TEST_MACHINE");
}

/* In a loop over rows: name the row that failed. */
#define assert_row(row, condition)                                                                 \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fail_msg("row %zu: %s", (size_t)(row), #condition);                        \
	} while (0)

#endif
