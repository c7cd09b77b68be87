/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_NUMA_H
#define DAXBUS_PARSERS_NUMA_H

#include "base/util.h"

/*
 * The decimal number that @s begins with, after spaces. Return: what follows it; NULL where there
 * is none.
 */
const char *numa_take_number(const char *s, uint64_t *ret);

/*
 * A value of meminfo, the machine's ("MemTotal:  123 kB") or a node's ("Node 1 MemTotal:  123 kB"),
 * in bytes; of a line without unit, as it stands. Return: 0; -ENOENT; -EBADMSG.
 */
int numa_meminfo_find(const char *text, const char *name, uint64_t *ret) _must_check_;
/* Bytes that a process has on a node, by the text of its numa_maps. */
uint64_t numa_maps_bytes(const char *text, uint64_t node);

#endif
