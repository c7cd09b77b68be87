/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_PAGEMAP_H
#define DAXBUS_PARSERS_PAGEMAP_H

#include "base/util.h"

/* Where mappings of a process are, and the page frames behind them. */

/* The address at the start of a line of numa_maps ("7f00 default ..."). Return: 0; -EBADMSG. */
int pagemap_parse_start(const char *line, uint64_t *ret) _must_check_;
/*
 * The addresses of a line of maps ("7f00-7f01 rw-p ..."); @ret_end is behind the mapping. Return:
 * 0; -EBADMSG.
 */
int pagemap_parse_mapping(const char *line, uint64_t *ret_start, uint64_t *ret_end) _must_check_;
/* The page frame in an entry of /proc/PID/pagemap; 0: it has none, or this user may not see it. */
uint64_t pagemap_frame(uint64_t entry);

#endif
