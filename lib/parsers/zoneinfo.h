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
	uint64_t cached;  /* free, but on the list of a processor: no zone counts them as free */
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

#define ZONES_MAX 8

/* The zones of a node that have pages, and where they are, in pages. */
struct node_zones {
	struct zone_span {
		uint64_t start;
		uint64_t end;	  /* the page behind the last */
		uint64_t present; /* as many as end - start in a zone without holes */
		bool is_movable;
	} zones[ZONES_MAX];
	size_t n;
};

/*
 * zoneinfo_find_zones() - zones of a node
 * @text: what /proc/zoneinfo says
 *
 * The pages of a zone lie between its start and its end, and those of another zone may lie in its
 * holes.
 *
 * Return: 0; -EBADMSG when @text is not of the form, or does not say where a zone with pages is.
 */
int zoneinfo_find_zones(const char *text, uint64_t node, struct node_zones *ret) _must_check_;
bool zoneinfo_is_same(const struct node_zones *a, const struct node_zones *b);

#endif
