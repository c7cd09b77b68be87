/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_CMD_LAYOUT_FILE_H
#define DAXBUS_CMD_LAYOUT_FILE_H

#include <stddef.h>

#include "daxbus.h"

/*
 * layout_file_read() - read a layout from a file into a request
 * @name: the file, printed by `daxbus list --json`; "-" is standard input
 * @request: a request of DAXBUS_CREATE; receives the layout
 * @error: receives the reason and the key, in the notation of jq(1)
 *
 * Return: 0; -EINVAL not a valid layout; -ENOENT no such file; other errno values of open(2) and
 * read(2); -ENOMEM; -ELIBACC json-c is missing.
 */
int layout_file_read(const char *name, struct daxbus_request *request, struct daxbus_error *error);

/* The same for @n bytes of text; @name is for messages. */
int layout_file_parse(const char *name, const char *text, size_t n, struct daxbus_request *request,
		      struct daxbus_error *error);

#endif
