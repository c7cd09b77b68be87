/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_PARSE_H
#define DAXBUS_DAXCTL_PARSE_H

#include "cli/options.h"

/* What a command line asks for instead of running the command. */
enum daxctl_parse_result {
	DAXCTL_PARSE_RUN = 0,
	DAXCTL_PARSE_HELP,
	DAXCTL_PARSE_LIST_OPTIONS,
	DAXCTL_PARSE_LIST_COMMANDS,
};

/*
 * daxctl_parse_words() - parse options as daxctl does
 * @rows: the @n_rows options: flags and strings
 * @base: receives their values
 * @words: the @n words; the operands are moved to its start
 * @ret_operands: receives the number of operands
 * @error: receives the first error
 *
 * A long option may be abbreviated as long as one option only begins with it. "--no-NAME" resets
 * an option, and of an option that itself begins with "no-" so does the rest of its name.
 *
 * Return: an enum daxctl_parse_result; -EINVAL; -ENOMEM.
 */
int daxctl_parse_words(const struct option_row *rows, size_t n_rows, void *base, char **words,
		       size_t n, size_t *ret_operands, struct daxbus_error *error);

/*
 * daxctl_parse_size() - read a size as daxctl does
 * @s: a number in decimal, octal (010) or hexadecimal (0x10) with one of k m g t in either case, or
 *     a size of daxbus ("4GiB")
 * @ret: receives the bytes
 *
 * Return: 0; -EINVAL: daxctl would continue without the size.
 */
int daxctl_parse_size(const char *s, uint64_t *ret);

#endif
