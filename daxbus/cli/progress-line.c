/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "cli/progress.h"

/* Seconds; before that, the rate is not accurate. */
#define RATE_AFTER 0.5

/* Rounded to a tenth; sizes in tables are exact. */
static void add_rough_size(struct string *text, double bytes)
{
	static const char units[] = "KMGTPE";
	size_t unit = 0;

	bytes /= 1024;
	for (; bytes >= 1024 && units[unit + 1]; unit++)
		bytes /= 1024;
	string_add(text, "%.1f%c", bytes, units[unit]);
}

static void add_time(struct string *text, double seconds)
{
	uint64_t s = (uint64_t)seconds;

	if (s >= 3600)
		string_add(text, "%" PRIu64 ":%02u:%02u", s / 3600, (unsigned int)(s / 60 % 60),
			   (unsigned int)(s % 60));
	else
		string_add(text, "%u:%02u", (unsigned int)(s / 60), (unsigned int)(s % 60));
}

void progress_line_add(struct string *text, const struct daxbus_progress *now, uint64_t first,
		       double step, double run)
{
	uint64_t moved = now->done > first ? now->done - first : 0;
	double size = (double)now->block_size;

	if (now->device)
		string_add(text, "%s: ", now->device);
	string_add(text, "%s", now->what);
	if (!now->total) {
		string_add(text, " (");
		add_time(text, run);
		string_add(text, ")");
		return;
	}
	string_add(text, ": %" PRIu64 "/%" PRIu64 " %s", now->done, now->total,
		   now->total == 1 ? "block" : "blocks");
	if (!now->done)
		return;
	string_add(text, ", ");
	add_rough_size(text, (double)now->done * size);
	string_add(text, "/");
	add_rough_size(text, (double)now->total * size);
	if (!moved || step < RATE_AFTER)
		return;
	string_add(text, ", ");
	add_rough_size(text, (double)moved * size / step);
	string_add(text, "/s, ");
	add_time(text, (double)(now->total - now->done) * step / (double)moved);
	string_add(text, " left");
}
