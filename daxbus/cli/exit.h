/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CLI_EXIT_H
#define DAXBUS_CLI_EXIT_H

/*
 * The exit statuses, their words in JSON ("code" of an error) and their meanings. Scripts rely on
 * them: rows are added, never changed. 77 stays free, test harnesses take it for "skipped".
 */
/* clang-format off */
#define STATUSES(row)                                                                           \
	row(STATUS_DONE, 0, "done", "Done, or there was nothing to do.")                        \
	row(STATUS_FAILED, 1, "failed", "Failed, and everything was undone.")                   \
	row(STATUS_USAGE, 2, "usage", "The command line is wrong. Nothing was touched.")        \
	row(STATUS_NOT_FOUND, 3, "not-found", "A named thing does not exist.")                  \
	row(STATUS_PARTIAL, 4, "partial", "Of several devices some are done and some are not.") \
	row(STATUS_REFUSED, 5, "refused", "Refused before anything was touched.")               \
	row(STATUS_NOT_UNDONE, 6, "not-undone", "Failed, and not everything could be undone.")  \
	row(STATUS_FINDING, 7, "finding", "A check found something.")
/* clang-format on */

#define STATUS_NUMBER(name, number, code, meaning) name = number,
enum status { STATUSES(STATUS_NUMBER) };

#endif
