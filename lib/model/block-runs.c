/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/block-runs.h"

#include <errno.h>
#include <inttypes.h>

#include "base/array.h"
#include "base/parse.h"

int block_runs_add(struct block_runs *runs, uint64_t first, uint64_t last, enum zone zone)
{
	struct block_run *end = runs->n ? &runs->items[runs->n - 1] : NULL;

	if (end && end->zone == zone && end->last + 1 == first) {
		end->last = last;
		return 0;
	}
	return ARRAY_PUSH(runs->items, runs->n, (struct block_run){ first, last, zone });
}

uint64_t block_runs_count(const struct block_runs *runs)
{
	uint64_t n = 0;

	for (size_t i = 0; i < runs->n; i++)
		n += runs->items[i].last - runs->items[i].first + 1;
	return n;
}

void block_runs_done(struct block_runs *runs)
{
	free(runs->items);
	*runs = (struct block_runs){ 0 };
}

/* --- text ------------------------------------------------------------------------------------- */

void block_runs_print(const struct block_runs *runs, struct string *add_to)
{
	if (!runs->n)
		string_add(add_to, "-");
	for (size_t i = 0; i < runs->n; i++)
		string_add(add_to, "%s%" PRIu64 "-%" PRIu64 ":%s", i ? "," : "",
			   runs->items[i].first, runs->items[i].last,
			   zone_name(runs->items[i].zone));
}

/* "32-39:movable", behind the last run. */
static int parse_run(char *text, struct block_runs *runs)
{
	const struct block_run *end = runs->n ? &runs->items[runs->n - 1] : NULL;
	char *rest = text, *range = strsep(&rest, ":"), *low = strsep(&range, "-");
	uint64_t first, last;
	enum zone zone;

	if (!range || !rest || parse_numbered(low, "", &first) < 0 ||
	    parse_numbered(range, "", &last) < 0)
		return -EINVAL;
	zone = zone_of_name(rest);
	/* The number behind the last one would not exist. */
	if (zone == _ZONE_MAX || first > last || last == UINT64_MAX)
		return -EINVAL;
	if (end && (first <= end->last || (first == end->last + 1 && zone == end->zone)))
		return -EINVAL;
	return block_runs_add(runs, first, last, zone);
}

int block_runs_parse(char *text, struct block_runs *add_to)
{
	char *rest = text, *part;
	int r = 0;

	if (streq(text, "-"))
		return 0;
	while (r == 0 && (part = strsep(&rest, ",")))
		r = parse_run(part, add_to);
	return r;
}

/* --- braces ----------------------------------------------------------------------------------- */

/* The index behind the runs that continue each other from run @i on, whatever their zones. */
static size_t find_gap(const struct block_runs *runs, size_t i)
{
	do
		i++;
	while (i < runs->n && runs->items[i].first == runs->items[i - 1].last + 1);
	return i;
}

void block_runs_print_braces(const struct block_runs *runs, struct string *add_to)
{
	bool is_list = runs->n && find_gap(runs, 0) < runs->n;

	string_add(add_to, "%s", is_list ? "{" : "");
	for (size_t i = 0, next; i < runs->n; i = next) {
		uint64_t first = runs->items[i].first, last;

		next = find_gap(runs, i);
		last = runs->items[next - 1].last;
		if (i)
			string_add(add_to, ",");
		if (first == last)
			string_add(add_to, "%" PRIu64, first);
		else
			string_add(add_to, "{%" PRIu64 "..%" PRIu64 "}", first, last);
	}
	string_add(add_to, "%s", is_list ? "}" : "");
}
