/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_MODEL_ZONE_H
#define DAXBUS_MODEL_ZONE_H

/* The state of a memory block: offline, or the kind of zone in which it is online. */
enum zone {
	ZONE_OFFLINE,
	ZONE_MOVABLE,
	ZONE_KERNEL,
	_ZONE_MAX,
};

/* "offline", "movable", "kernel" */
const char *zone_name(enum zone zone);
/* The zone as the kernel shows it: "Movable", "Normal". */
const char *zone_title(enum zone zone);
/* The zone of a name of zone_name(); _ZONE_MAX for any other name. */
enum zone zone_of_name(const char *name);
/* The word that brings a block into a zone: "online_movable", "online_kernel"; "offline". */
const char *zone_word(enum zone zone);
/* The zone that a word of `state` or auto_online_blocks leads to: ZONE_KERNEL for "online". */
enum zone zone_of_word(const char *word);

#endif
