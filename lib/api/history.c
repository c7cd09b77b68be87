/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/history.h"

#include <errno.h>
#include <inttypes.h>

#include "api/context.h"
#include "base/array.h"
#include "execute/history.h"

/* --- opening ---------------------------------------------------------------------------------- */

static int open_records(const struct daxbus_ctx *ctx, const char *root, int *ret,
			struct daxbus_error *error)
{
	if (ctx->sysroot)
		return error_set(error, -EOPNOTSUPP, "a captured tree has no history");
	return history_open(root, false, &ctx->log, ret, error);
}

static int fail_number(uint64_t number, int r, struct daxbus_error *error)
{
	if (r == -ENOENT)
		return error_set(error, r,
				 "the history has no change %" PRIu64 "; see 'daxbus history'",
				 number);
	return error_set(error, r, "cannot read change %" PRIu64 " of the history: %s", number,
			 r == -EBADMSG ? "it is incomplete or corrupt"
			 : r == -EPERM ? "its file belongs to another user, or others can write "
					 "to it"
				       : strerror(-r));
}

int api_history_find(const struct daxbus_ctx *ctx, const char *root, uint64_t number,
		     struct record *ret, struct daxbus_error *error)
{
	_cleanup_close_ int directory = -1;
	int r = open_records(ctx, root, &directory, error);

	if (r == -ENOENT)
		return fail_number(number, r, error);
	if (r < 0)
		return r;
	r = history_read(directory, number, ret);
	return r < 0 ? fail_number(number, r, error) : 0;
}

/* --- rows ------------------------------------------------------------------------------------- */

void api_history_free(struct history *history)
{
	if (!history)
		return;
	for (size_t i = 0; i < history->n; i++) {
		struct history_row *row = &history->rows[i];

		record_done(&row->record);
		state_diff_done(&row->differences);
		free(row->command);
		free(row->user);
	}
	free(history->rows);
	free(history);
}

static int join_command(const struct strv *command, char **ret)
{
	struct string text = { 0 };

	for (size_t i = 0; i < command->n; i++)
		string_add(&text, "%s%s", i ? " " : "", command->items[i]);
	if (!text.length)
		string_add(&text, "-");
	*ret = string_take(&text);
	return *ret ? 0 : -ENOMEM;
}

static int name_user(const struct record *record, char **ret)
{
	if (record->sudo_user)
		return string_copy(ret, record->sudo_user);
	return string_format(ret, "%" PRIu64,
			     is_known(&record->login) ? record->login.v : record->uid);
}

static int fill_row(struct history_row *row)
{
	const struct record *record = &row->record;

	row->result = record_result_word(record->result);
	row->can_undo = record_has_change(record) && !record->undoes;
	return join_command(&record->command, &row->command)
		?: name_user(record, &row->user)
		?: record->result == RECORD_RECOVERED
		? 0
		: state_diff(&record->before, &record->after, &row->differences);
}

/*
 * A newer change that restored the state before an older one has undone that one, too. So has a
 * recovery after which its regions are as before: what was on trial, or leased, is recorded when it
 * is done, and is recovered later.
 */
static bool is_undone_by(const struct record *older, const struct record *newer)
{
	if (newer->result == RECORD_RECOVERED)
		return record_is_restored(older, &newer->after);
	return newer->result == RECORD_CHANGED && newer->undoes && newer->undoes <= older->number &&
	       record_shares_region(older, newer);
}

static void find_undone(struct history *history)
{
	for (size_t i = 0; i < history->n; i++)
		for (size_t k = 0; k < i && history->rows[i].can_undo; k++)
			if (is_undone_by(&history->rows[i].record, &history->rows[k].record))
				history->rows[i].can_undo = false;
}

static int read_row(int directory, uint64_t number, struct history *history)
{
	struct history_row *row;
	int r;

	if (array_grow(&history->rows, history->n, sizeof(*history->rows)) < 0)
		return -ENOMEM;
	row = &history->rows[history->n];
	*row = (struct history_row){ 0 };
	r = history_read(directory, number, &row->record);
	if (r < 0 && r != -ENOMEM) {
		/* Another run may have removed it by now. */
		history->n_unreadable += r != -ENOENT;
		return 0;
	}
	history->n++;
	return r ?: fill_row(row);
}

static int read_rows(int directory, size_t limit, struct history *history)
{
	struct history_numbers numbers = { 0 };
	int r = history_list(directory, &numbers);

	for (size_t i = numbers.n; r == 0 && i-- > 0 && history->n < limit;)
		r = read_row(directory, numbers.items[i], history);
	if (r == 0)
		find_undone(history);
	history_numbers_done(&numbers);
	return r;
}

int api_history_read(const struct daxbus_ctx *ctx, const char *root, size_t limit,
		     struct history **ret, struct daxbus_error *error)
{
	_cleanup_(api_history_free_p) struct history *history = NULL;
	_cleanup_close_ int directory = -1;
	int r = open_records(ctx, root, &directory, error);

	if (r < 0 && r != -ENOENT)
		return r;
	history = calloc(1, sizeof(*history));
	if (!history)
		return error_oom(error);
	/* Nothing was changed so far. */
	if (r == -ENOENT)
		daxbus_error_done(error);
	else
		r = read_rows(directory, limit, history);
	if (r < 0 && r != -ENOENT)
		return error_set(error, r, "cannot read '" HISTORY_DIRECTORY "': %s", strerror(-r));
	*ret = TAKE_PTR(history);
	return 0;
}

enum daxbus_presence api_history_newest(const struct daxbus_ctx *ctx, struct history_newest *ret)
{
	_cleanup_(record_done) struct record record = { 0 };
	_cleanup_close_ int directory = -1;
	struct history_numbers numbers = { 0 };
	int r = open_records(ctx, NULL, &directory, NULL);

	if (r == 0)
		r = history_list(directory, &numbers);
	if (r == 0)
		r = numbers.n ? history_read(directory, numbers.items[numbers.n - 1], &record)
			      : -ENOENT;
	history_numbers_done(&numbers);
	if (r < 0)
		return presence_of(r);
	*ret = (struct history_newest){ record.number, record.time, record.duration,
					record_result_word(record.result) };
	return DAXBUS_KNOWN;
}
