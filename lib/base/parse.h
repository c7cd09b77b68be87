/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_BASE_PARSE_H
#define DAXBUS_BASE_PARSE_H

#include <stdint.h>

#include "base/util.h"

/*
 * Parsers accept the whole string or fail: no other characters, no sign, no white space.
 * Return: 0; -EINVAL for another form; -ERANGE if the value does not fit.
 */

/*
 * Digits of base 10, or of base 16 with the prefix 0x, which is optional if @base is 16. @base is 0
 * (either), 10 or 16.
 */
int parse_u64(const char *s, int base, uint64_t *ret) _must_check_;
int parse_u32(const char *s, int base, uint32_t *ret) _must_check_;

/*
 * Bytes: a decimal number, then nothing, one of K M G T P (powers of 1024, either case), or KiB MiB
 * GiB TiB PiB.
 */
int parse_size(const char *s, uint64_t *ret) _must_check_;

/* The same above 0. Return: 0; -EINVAL also if the size does not fit. */
int parse_positive_size(const char *s, uint64_t *ret) _must_check_;
/* The same, a power of two. */
int parse_power_of_two(const char *s, uint64_t *ret) _must_check_;

/* "daxX.Y" as the kernel prints it: no leading zeros, both below 2^31. */
int parse_device_name(const char *s, uint32_t *ret_region, uint32_t *ret_instance) _must_check_;

/* "memory33" for the prefix "memory", without leading zeros: one number has one name. */
int parse_numbered(const char *s, const char *prefix, uint64_t *ret) _must_check_;

/* "START-END" in hexadecimal; END is the last byte, and not less than START. */
int parse_range(const char *s, uint64_t *ret_start, uint64_t *ret_end) _must_check_;

/*
 * A list as sysfs prints sets of nodes and processors: "0-2,5". Call @fn for each number;
 * an empty string is the empty list. More than 2^20 numbers are -ERANGE. A
 * negative return value of @fn ends the iteration.
 */
int parse_number_list(const char *s, int (*fn)(void *data, uint32_t number),
		      void *data) _must_check_;

#endif
