/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/zone.h"

#include "base/string.h"

static const struct {
	const char *name;
	const char *title;
	const char *word;
} zones[] = {
	[ZONE_OFFLINE] = { "offline", "offline", "offline" },
	[ZONE_MOVABLE] = { "movable", "Movable", "online_movable" },
	[ZONE_KERNEL] = { "kernel", "Normal", "online_kernel" },
};

const char *zone_name(enum zone zone)
{
	return zones[zone].name;
}

const char *zone_title(enum zone zone)
{
	return zones[zone].title;
}

enum zone zone_of_name(const char *name)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(zones) && !streq(zones[i].name, name))
		i++;
	return (enum zone)i;
}

const char *zone_word(enum zone zone)
{
	return zones[zone].word;
}

enum zone zone_of_word(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(zones); i++)
		if (streq(zones[i].word, word))
			return (enum zone)i;
	return starts_with(word, "online") ? ZONE_KERNEL : ZONE_OFFLINE;
}
