/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "base/utf8.h"
#include "output/change.h"
#include "output/system-log.h"

static bool was_touched(enum daxbus_status status)
{
	return status == DAXBUS_CHANGED || status == DAXBUS_UNDONE || status == DAXBUS_FAILED;
}

void change_log_write(struct session *s, const struct daxbus_result *result)
{
	struct string text = { 0 };
	_cleanup_free_ char *line = NULL;

	if (!was_touched(result->status))
		return;
	string_add(&text, "%s: ", change_subject(result));
	change_text_add_modes(&text, s->command, result);
	string_add(&text, ": %s", change_text_verb(s->command, result));
	if (result->code)
		string_add(&text, " (%s)", result->code);
	string_add(&text, ", by uid %u (%s)", (unsigned int)getuid(), s->command->name);
	line = string_take(&text);
	if (!line)
		return;
	utf8_hide_controls(line);
	system_log_write(SYSTEM_LOG_SOCKET, line);
}
