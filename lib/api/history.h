/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_HISTORY_H
#define DAXBUS_API_HISTORY_H

#include "daxbus.h"
#include "model/record.h"
#include "model/state-diff.h"

/* The history of changes. Only the tool uses it; libdaxbus.so does not export it. */

/*
 * struct history_row - a record
 * @record: as it is kept
 * @command: its command line as one text
 * @user: who it was: the name that sudo(8) gave, or the number of the user who logged in, or of the
 *        process
 * @result: a word of record_result_word()
 * @can_undo: whether it changed something, and its changes were not undone
 * @differences: what it changed
 */
struct history_row {
	struct record record;
	char *command;
	char *user;
	const char *result;
	bool can_undo;
	struct state_differences differences;
};

/* The newest first; @n_unreadable files are no records. */
struct history {
	struct history_row *rows;
	size_t n;
	size_t n_unreadable;
};

void api_history_free(struct history *history);
static inline void api_history_free_p(struct history **history)
{
	api_history_free(*history);
}

/*
 * api_history_read() - read the records
 * @ctx: the context; not NULL
 * @root: directory of an installed system; NULL: the running one
 * @limit: so many at most, the newest
 * @ret: receives them; without a history, there are none; release with api_history_free()
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0; -EOPNOTSUPP: the context reads a captured tree; -EACCES: reading needs root; errors of
 * history_open().
 */
int api_history_read(const struct daxbus_ctx *ctx, const char *root, size_t limit,
		     struct history **ret, struct daxbus_error *error) _must_check_;

/*
 * api_history_find() - read one record
 * @number: its number
 * @ret: receives it; release with record_done()
 *
 * Return: as api_history_read(); -ENOENT there is no such record.
 */
int api_history_find(const struct daxbus_ctx *ctx, const char *root, uint64_t number,
		     struct record *ret, struct daxbus_error *error) _must_check_;

/* The newest record, for monitoring. */
struct history_newest {
	uint64_t number;
	uint64_t time;	    /* when it began, in seconds since 1970 */
	uint64_t duration;  /* milliseconds */
	const char *result; /* a word of record_result_word() */
};

/*
 * api_history_newest() - read when the newest recorded change was, and how it ended
 * @ret: receives it
 *
 * Return: DAXBUS_KNOWN; DAXBUS_NONE: there is none; DAXBUS_UNKNOWN: the user may not read it, it is
 * corrupt, or the context reads a captured tree.
 */
enum daxbus_presence api_history_newest(const struct daxbus_ctx *ctx, struct history_newest *ret);

#endif
