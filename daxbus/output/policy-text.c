/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "output/policy.h"
#include "output/table.h"

void policy_text_say_problems(const struct policies *p, bool fatal)
{
	for (size_t i = 0; i < p->set.n_problems; i++) {
		const struct policy_problem *problem = &p->set.problems[i];

		if (problem->is_fatal && !fatal)
			continue;
		if (problem->line)
			session_say("%s:%u: %s", problem->file, problem->line, problem->message);
		else
			session_say("%s: %s", problem->file, problem->message);
	}
}

static int print_settings(struct session *s, const struct policies *p)
{
	static const char *const headers[] = { "DEVICE", "KEY", "VALUE", "FROM" };
	_cleanup_(table_free_p) struct table *t = NULL;
	int r = table_new(&t, TABLE_ALIGNED, true, &s->error);

	if (r < 0)
		return r;
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		table_add_column(t, headers[i], 0);
	for (size_t i = 0; i < p->n_settings; i++) {
		const struct policies_setting *setting = &p->settings[i];

		TABLE_ADD(t, "%s", setting->device);
		TABLE_ADD(t, "%s", setting->key);
		TABLE_ADD(t, "%s", setting->value);
		TABLE_ADD(t, "%s:%u", setting->file, setting->line);
	}
	return table_print(t, s->out, &s->error);
}

int policy_text_show(struct session *s, const struct policies *p)
{
	int r = print_settings(s, p);

	for (size_t i = 0; r == 0 && i < p->n_rows; i++) {
		const struct policies_row *row = &p->rows[i];
		struct string text = { 0 };

		if (row->devices.n)
			continue;
		string_add(&text, "%s: %s", row->file, row->state);
		if (row->winner)
			string_add(&text, " by %s", row->winner);
		session_print_line(s->out, &text);
	}
	return r;
}

void policy_text_say_notes(const struct policies *p)
{
	for (size_t i = 0; i < p->notes.n; i++) {
		const struct boot_note *note = &p->notes.items[i];

		session_say("%s:%u: note: %s", note->file, note->line, note->message);
		session_say("%s", note->hint);
	}
}

void policy_text_differences(struct session *s, const struct policies *p)
{
	for (size_t i = 0; i < p->differences.n; i++) {
		const struct difference *difference = &p->differences.items[i];
		struct string text = { 0 };

		string_add(&text, "%s", difference->file);
		if (difference->line)
			string_add(&text, ":%u", difference->line);
		string_add(&text, ": %s", difference->message);
		session_print_line(s->out, &text);
	}
}
