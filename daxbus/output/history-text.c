/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <time.h>

#include "base/string.h"
#include "output/history.h"
#include "output/table.h"

/* Two values of this length fit beside each other. */
#define VALUE_MAX 48

static void add_time(struct string *cell, uint64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm t;
	char text[32];

	if (localtime_r(&when, &t) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &t))
		string_add(cell, "%s", text);
	else
		string_add(cell, "%" PRIu64, seconds);
}

/* "dax0.0: mode devdax -> kmem"; of several differences the first, and how many others. */
static void add_change(struct string *cell, const struct state_differences *differences)
{
	const struct state_difference *first = differences->items;

	if (!differences->n) {
		string_add(cell, "-");
		return;
	}
	if (first->kind == STATE_DIFF_VALUE && strlen(first->a) <= VALUE_MAX &&
	    strlen(first->b) <= VALUE_MAX)
		string_add(cell, "%s: %s %s -> %s", first->device, first->key, first->a, first->b);
	else if (first->kind == STATE_DIFF_VALUE)
		string_add(cell, "%s: %s", first->device, first->key);
	else
		string_add(cell, "%s %s", first->device, first->code);
	if (differences->n > 1)
		string_add(cell, " (+%zu)", differences->n - 1);
}

static void add_history_line(struct table *t, const struct history_row *row)
{
	const struct record *record = &row->record;

	TABLE_ADD(t, "%" PRIu64, record->number);
	add_time(table_cell(t), record->time);
	table_end_cell(t);
	TABLE_ADD(t, "%s", row->user);
	string_add(table_cell(t), "%s", row->result);
	if (record->code)
		string_add(table_cell(t), " (%s)", record->code);
	table_end_cell(t);
	add_change(table_cell(t), &row->differences);
	table_end_cell(t);
	TABLE_ADD(t, "%s", row->command);
}

int history_text_print(struct session *s, const struct history *history)
{
	static const char *const headers[] = { "NUMBER", "TIME",   "USER",
					       "RESULT", "CHANGE", "COMMAND" };
	_cleanup_(table_free_p) struct table *t = NULL;
	int r = table_new(&t, TABLE_ALIGNED, true, &s->error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		table_add_column(t, headers[i], i == 0 ? TABLE_RIGHT : 0);
	for (size_t i = history->n; i-- > 0;)
		add_history_line(t, &history->rows[i]);
	return table_print(t, s->out, &s->error);
}

/* --- diff ------------------------------------------------------------------------------------- */

static void set_cell(struct table *t, struct table_line *line, size_t column, const char *text)
{
	table_set_take(t, line, column, strdup(text ?: "-"));
}

static bool begins_device(const struct state_differences *differences, size_t i)
{
	return !i || differences->items[i].kind != STATE_DIFF_VALUE ||
	       differences->items[i - 1].kind != STATE_DIFF_VALUE ||
	       !streq(differences->items[i - 1].device, differences->items[i].device);
}

int history_text_diff(struct session *s, const struct state_differences *differences)
{
	static const char *const headers[] = { "NAME", "BEFORE", "AFTER" };
	_cleanup_(table_free_p) struct table *t = NULL;
	struct table_line *device = NULL;
	int r = table_new(&t, TABLE_ALIGNED, true, &s->error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		table_add_column(t, headers[i], i == 0 ? TABLE_TREE : 0);
	for (size_t i = 0; i < differences->n; i++) {
		const struct state_difference *row = &differences->items[i];
		struct table_line *line;

		if (begins_device(differences, i)) {
			device = table_add_line(t, NULL);
			set_cell(t, device, 0, row->device);
		}
		line = row->kind == STATE_DIFF_VALUE ? table_add_line(t, device) : device;
		if (row->kind == STATE_DIFF_VALUE)
			set_cell(t, line, 0, row->key);
		set_cell(t, line, 1, row->a);
		set_cell(t, line, 2, row->b);
	}
	return table_print(t, s->out, &s->error);
}
