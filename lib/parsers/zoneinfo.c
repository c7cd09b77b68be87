/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parsers/zoneinfo.h"

#include <errno.h>

#include "base/parse.h"

/* The next word of a line, cut out of it; NULL at its end. */
static char *next_word(char **rest)
{
	char *word;

	do
		word = strsep(rest, " \t");
	while (word && !*word);
	return word;
}

/* "Node 1, zone  Movable" */
static int parse_header(char *line, uint64_t *ret_node, char **ret_zone)
{
	char *rest = line + strlen("Node ");
	char *number = strsep(&rest, ",");
	char *word = rest ? next_word(&rest) : NULL;

	if (!word || !streq(word, "zone") || parse_u64(number, 10, ret_node) < 0)
		return -EBADMSG;
	*ret_zone = next_word(&rest);
	return *ret_zone ? 0 : -EBADMSG;
}

struct zone {
	bool is_movable;
	uint64_t present;
	uint64_t spanned;
	uint64_t start;
	uint64_t count; /* of the last processor */
	uint64_t cached;
	bool has_start; /* only zones with pages have one */
};

/* A number of a zone, "        present  262144"; other lines say nothing here. */
static int read_zone_line(struct zone *zone, char *line)
{
	char *rest = line, *word = next_word(&rest);
	uint64_t *number;

	if (!word)
		return 0;
	if (streq(word, "present"))
		number = &zone->present;
	else if (streq(word, "spanned"))
		number = &zone->spanned;
	else if (streq(word, "start_pfn:"))
		number = &zone->start;
	else if (streq(word, "count:"))
		number = &zone->count;
	else
		return 0;
	word = next_word(&rest);
	if (!word || parse_u64(word, 10, number) < 0)
		return -EBADMSG;
	zone->has_start |= number == &zone->start;
	if (number == &zone->count &&
	    __builtin_add_overflow(zone->cached, zone->count, &zone->cached))
		return -EBADMSG;
	return 0;
}

typedef int zone_fn(void *data, const struct zone *zone);

/* Call @fn for each zone of a node. */
static int for_each_zone(const char *text, uint64_t node, zone_fn *fn, void *data)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *line, *name;
	bool any = false, is_wanted = false;
	struct zone zone = { 0 };
	uint64_t seen;
	int r = 0;

	if (!copy)
		return -ENOMEM;
	while (r == 0 && (line = strsep(&rest, "\n"))) {
		if (!starts_with(line, "Node ")) {
			r = read_zone_line(&zone, line);
			continue;
		}
		if (is_wanted)
			r = fn(data, &zone);
		if (r == 0)
			r = parse_header(line, &seen, &name);
		if (r < 0)
			return r;
		zone = (struct zone){ .is_movable = streq(name, "Movable") };
		is_wanted = seen == node;
		any = true;
	}
	if (r == 0 && is_wanted)
		r = fn(data, &zone);
	return r == 0 && !any ? -EBADMSG : r;
}

static int add_pages(void *data, const struct zone *zone)
{
	struct zone_pages *pages = data;
	uint64_t *sum = zone->is_movable ? &pages->movable : &pages->kernel;

	return __builtin_add_overflow(*sum, zone->present, sum) ||
			       __builtin_add_overflow(pages->cached, zone->cached, &pages->cached)
		       ? -EBADMSG
		       : 0;
}

int zoneinfo_find(const char *text, uint64_t node, struct zone_pages *ret)
{
	struct zone_pages pages = { 0 };
	int r = for_each_zone(text, node, add_pages, &pages);

	if (r == 0)
		*ret = pages;
	return r;
}

static int add_zone(void *data, const struct zone *zone)
{
	struct node_zones *zones = data;
	struct zone_span span = {
		.start = zone->start,
		.present = zone->present,
		.is_movable = zone->is_movable,
	};

	if (!zone->present)
		return 0;
	if (!zone->has_start || zone->spanned < zone->present || zones->n == ZONES_MAX ||
	    __builtin_add_overflow(zone->start, zone->spanned, &span.end))
		return -EBADMSG;
	zones->zones[zones->n++] = span;
	return 0;
}

int zoneinfo_find_zones(const char *text, uint64_t node, struct node_zones *ret)
{
	struct node_zones zones = { 0 };
	int r = for_each_zone(text, node, add_zone, &zones);

	if (r == 0)
		*ret = zones;
	return r;
}

bool zoneinfo_is_same(const struct node_zones *a, const struct node_zones *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++) {
		const struct zone_span *x = &a->zones[i], *y = &b->zones[i];

		if (x->start != y->start || x->end != y->end || x->present != y->present ||
		    x->is_movable != y->is_movable)
			return false;
	}
	return a->n == b->n;
}
