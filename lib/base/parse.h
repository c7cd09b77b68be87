/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_PARSE_H
#define DAXBUS_BASE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"

/*
 * Parsers take the whole string or fail: nothing before, nothing behind, no sign, no white space.
 * Return: 0; -EINVAL not of the form; -ERANGE does not fit.
 */

/*
 * Digits of base 10, or 16 with 0x in front; base 16 takes them without 0x too. @base is 0
 * (either), 10 or 16.
 */
int parse_u64(const char *s, int base, uint64_t *ret) _must_check_;
int parse_u32(const char *s, int base, uint32_t *ret) _must_check_;

/*
 * Bytes: a decimal number, then nothing, one of K M G T P (powers of 1024, either case), or KiB MiB
 * GiB TiB PiB.
 */
int parse_size(const char *s, uint64_t *ret) _must_check_;

/* "daxX.Y" as the kernel prints it: no leading zeros, both below 2^31. */
int parse_device_name(const char *s, uint32_t *ret_region, uint32_t *ret_instance) _must_check_;

/* "memory33" for the prefix "memory", without leading zeros: one number has one name. */
int parse_numbered(const char *s, const char *prefix, uint64_t *ret) _must_check_;

/* "START-END", hexadecimal, END included. START must not be above END. */
int parse_range(const char *s, uint64_t *ret_start, uint64_t *ret_end) _must_check_;

/*
 * A list as sysfs prints sets of nodes and processors: "0-2,5". Calls @fn for each number in turn;
 * an empty string is the empty list. No list of more than 2^20 numbers is walked: -ERANGE. A
 * negative return of @fn ends the walk.
 */
int parse_number_list(const char *s, int (*fn)(void *data, uint32_t number),
		      void *data) _must_check_;

#endif
