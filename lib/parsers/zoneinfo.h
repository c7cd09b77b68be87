/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_ZONEINFO_H
#define DAXBUS_PARSERS_ZONEINFO_H

#include "base/util.h"

/*
 * Pages present in the zones of a node: what is online, at any time (/proc/zoneinfo, mm/vmstat.c).
 */
struct zone_pages {
	uint64_t movable; /* zone Movable */
	uint64_t kernel;  /* all the others */
};

/*
 * zoneinfo_find() - pages of a node
 * @text: what /proc/zoneinfo says
 *
 * A node that is not listed has none online: zeros.
 *
 * Return: 0; -EBADMSG when @text is not of the form.
 */
int zoneinfo_find(const char *text, uint64_t node, struct zone_pages *ret) _must_check_;

#endif
