/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_DAXCTL_INPUT_H
#define DAXBUS_DAXCTL_INPUT_H

#include <stddef.h>

#include "base/strv.h"
#include "daxbus.h"

/*
 * struct daxctl_input - a device that "daxctl list -M -d DEVICE | jq '.[]'" saved
 * @region: the number of its region
 * @align: its alignment in bytes
 * @mappings: its ranges, START-END in hexadecimal, in the order of their offsets
 */
struct daxctl_input {
	char region[24];
	char align[24];
	struct strv mappings;
};

static inline void daxctl_input_done(struct daxctl_input *input)
{
	strv_done(&input->mappings);
}

/*
 * daxctl_input_parse() - read a saved device
 * @name: name of the file, for messages
 * @text: its @n bytes, which are not trusted
 * @ret: receives the device; free with daxctl_input_done(), also after a failure
 * @error: receives the reason of a failure
 *
 * Return: 0; -EINVAL; -ENOMEM; -ELIBACC json-c is missing.
 */
int daxctl_input_parse(const char *name, const char *text, size_t n, struct daxctl_input *ret,
		       struct daxbus_error *error);

/* The same for a file. Return: also errors of open(2) and read(2). */
int daxctl_input_read(const char *name, struct daxctl_input *ret, struct daxbus_error *error);

#endif
