/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_CMDLINE_H
#define DAXBUS_PARSERS_CMDLINE_H

#include "base/util.h"

/*
 * The kernel's command line, as the kernel takes it (lib/cmdline.c): words are separated by spaces,
 * which double quotes protect. In names, - and _ are the same. Pure: text in, parameters out.
 */

/*
 * cmdline_each() - call a function for each parameter
 * @text: the command line, which is changed
 * @fn: receives the name, with _ instead of -, its value without quotes ("" if it has none), which
 * it may change, and the word as it stands there; returns 0 to go on; anything else ends the
 * reading
 *
 * What follows "--" is for the first process. Return: 0; -ENOMEM; what @fn returned.
 */
int cmdline_each(char *text, int (*fn)(void *data, const char *name, char *value, const char *word),
		 void *data) _must_check_;

#endif
