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

/* "        present  262144"; other lines leave @ret alone. */
static int parse_present(char *line, uint64_t *ret)
{
	char *rest = line;
	char *word = next_word(&rest);

	if (!word || !streq(word, "present"))
		return -ENOENT;
	word = next_word(&rest);
	return word && parse_u64(word, 10, ret) == 0 ? 0 : -EBADMSG;
}

int zoneinfo_find(const char *text, uint64_t node, struct zone_pages *ret)
{
	_cleanup_free_ char *copy = strdup(text);
	struct zone_pages pages = { 0 };
	uint64_t *sum = NULL, seen, present;
	char *rest = copy, *line, *zone;
	bool any = false;

	if (!copy)
		return -ENOMEM;
	while ((line = strsep(&rest, "\n"))) {
		int r;

		if (starts_with(line, "Node ")) {
			if (parse_header(line, &seen, &zone) < 0)
				return -EBADMSG;
			sum = seen != node	       ? NULL
			      : streq(zone, "Movable") ? &pages.movable
						       : &pages.kernel;
			any = true;
			continue;
		}
		r = parse_present(line, &present);
		if (r == -EBADMSG)
			return r;
		if (r == 0 && sum && __builtin_add_overflow(*sum, present, sum))
			return -EBADMSG;
	}
	if (!any)
		return -EBADMSG;
	*ret = pages;
	return 0;
}
