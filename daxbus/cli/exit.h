/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_EXIT_H
#define DAXBUS_CLI_EXIT_H

/*
 * The exit statuses, their words in JSON ("code" of an error) and their meanings. Scripts rely on
 * them: add rows, never change them. Do not use 77: test harnesses interpret it as "skipped".
 */
/* clang-format off */
#define STATUSES(row)                                                                           \
	row(STATUS_DONE, 0, "done", "Success, or nothing to do.")                               \
	row(STATUS_FAILED, 1, "failed", "Failed; all changes were undone.")                     \
	row(STATUS_USAGE, 2, "usage", "Invalid command line. Nothing was changed.")             \
	row(STATUS_NOT_FOUND, 3, "not-found", "A named object does not exist.")                 \
	row(STATUS_PARTIAL, 4, "partial", "Some devices were changed, others were not.")        \
	row(STATUS_REFUSED, 5, "refused", "Refused before anything was changed.")               \
	row(STATUS_NOT_UNDONE, 6, "not-undone", "Failed, and not all changes could be undone.") \
	row(STATUS_FINDING, 7, "finding", "A check found a problem.")                               \
	row(STATUS_TIMEOUT, 8, "timeout", "The time was over before the state of --until was reached.")
/* clang-format on */

#define STATUS_NUMBER(name, number, code, meaning) name = number,
enum status { STATUSES(STATUS_NUMBER) };

#endif
